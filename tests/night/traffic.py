"""What goes on in a town at night: complaints come in, an agency reads and answers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import uuid4

import pika  # type: ignore[import-untyped]  # -- pika has no types

from broker.errors import PintuError

Channel = Any
Work = Callable[[Any, Any], None]

_TEXTS: Final = (
    "sampah menumpuk di pasar",
    "lampu jalan mati di depan sekolah",
    "jalan rusak dan berlubang",
    "selamat malam, mau tanya",
)
"""For three agencies and for the desk."""


class Town:
    """An adapter that sends a complaint every so often, and the agency ``dlh``, which reads its
    queue and answers at once. Both connect anew after every outage."""

    def __init__(self, amqp_url: str, every: float) -> None:
        self._url = amqp_url
        self._every = every
        self._stop = threading.Event()
        self.sent = 0
        self.answered = 0
        self.reads = threading.Event()
        self.reads.set()
        self._threads = [
            threading.Thread(target=self._again, args=(work,)) for work in (self._send, self._read)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _again(self, work: Work) -> None:
        while not self._stop.wait(0.5):
            with suppress(pika.exceptions.AMQPError, OSError, PintuError):
                connection = pika.BlockingConnection(pika.URLParameters(self._url))
                with connection:
                    work(connection, connection.channel())

    def _send(self, connection: Any, channel: Channel) -> None:
        channel.confirm_delivery()
        while not self._stop.is_set():
            body = json.dumps({"text": _TEXTS[self.sent % len(_TEXTS)]}).encode()
            properties = pika.BasicProperties(message_id=uuid4().hex, delivery_mode=2)
            channel.basic_publish("complaints.intake", "web", body, properties, mandatory=True)
            self.sent += 1
            connection.sleep(self._every)

    def _read(self, _: Any, channel: Channel) -> None:
        for method, _properties, body in channel.consume("agency.dlh", inactivity_timeout=0.5):
            if self._stop.is_set() or not self.reads.is_set():
                return
            if method is None:
                continue
            event = json.loads(body)
            if event["type"] == "complaint.routed.v1":
                for verb in ("acknowledged", "responded", "resolved"):
                    said = {"complaint_id": event["subject"], "note": "sudah"}
                    channel.basic_publish(
                        "complaints.updates",
                        f"agency.dlh.{verb}",
                        json.dumps(said).encode(),
                        pika.BasicProperties(message_id=uuid4().hex, delivery_mode=2),
                    )
                self.answered += 1
            channel.basic_ack(method.delivery_tag)


@contextmanager
def town(amqp_url: str, every: float = 1.0) -> Iterator[Town]:
    """While it goes on."""
    made = Town(amqp_url, every)
    made.start()
    try:
        yield made
    finally:
        made.stop()

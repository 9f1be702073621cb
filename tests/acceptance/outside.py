"""RabbitMQ as the adapters and agencies of a town see it, who know only the contract.

Names are written out here and in the tests from outside, not taken from the program: they are
the public face, and a change of one must show.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import uuid4

import pika  # type: ignore[import-untyped] # -- it has no types

from broker.amqp.session import RabbitBroker
from broker.messaging.messages import Outgoing
from tests.support.eventually import PATIENCE, eventually

AGENCIES: Final = ("dlh", "dishub", "dpupr", "inspektorat", "pln", "kec-timur", "desa-rias")
CHANNELS: Final = ("web", "sms", "api")
QUEUES: Final = (
    *(f"agency.{code}" for code in AGENCIES),
    "triage",
    "parked",
    *(f"channel.{code}" for code in CHANNELS),
    "escalations",
)
"""All but the queues of this system itself and the stream."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was taken out of a queue."""

    queue: str
    exchange: str
    key: str
    body: bytes
    properties: Any
    redelivered: bool = False

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.event["data"]
        return found

    @property
    def headers(self) -> dict[str, Any]:
        """As they were published: a quorum queue adds how often it has tried before."""
        headers = dict(self.properties.headers or {})
        assert headers.pop("x-delivery-count", 0) == 0
        return headers


class Outside:
    """One connection to the broker of `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[Message] = []
        """Everything that was ever taken out of a queue."""
        parameters = pika.URLParameters(f"{url}?heartbeat=0")
        self._connection = pika.BlockingConnection(parameters)
        self._channel = self._connection.channel()
        self._channel.confirm_delivery()

    def publish(
        self, key: str, body: bytes, *, exchange: str = "complaints.intake", **properties: Any
    ) -> None:
        """Confirmed and mandatory, as adapters do; raises where it is returned or refused."""
        basic = pika.BasicProperties(delivery_mode=2, **properties)
        self._channel.basic_publish(exchange, key, body, basic, mandatory=True)

    def flood(self, key: str, letters: Iterable[tuple[str, bytes]]) -> None:
        """Many complaints, each a message id and a body, confirmed together. It is too slow to
        wait for each, and what is not confirmed need not arrive."""
        asyncio.run(_flood(self.url, key, letters))

    def take(self, queue: str, number: int, within: float = PATIENCE) -> list[Message]:
        """So many messages of a queue, as soon as they are there; the others stay."""
        channel = self._connection.channel()
        channel.basic_qos(prefetch_count=500)
        found: list[Message] = []
        deliveries = channel.consume(queue, inactivity_timeout=within)
        while len(found) < number:
            method, properties, body = next(deliveries)
            if method is None:
                raise AssertionError(f"{len(found)} of {number} messages in {queue}")
            found.append(_message(queue, method, properties, body))
            if len(found) % 250 == 0 or len(found) == number:
                channel.basic_ack(method.delivery_tag, multiple=True)
        channel.cancel()
        channel.close()
        self.seen += found
        return found

    def drain(self, queue: str) -> list[Message]:
        """Take out what is there."""
        found: list[Message] = []
        while True:
            method, properties, body = self._channel.basic_get(queue, auto_ack=True)
            if method is None:
                self.seen += found
                return found
            found.append(_message(queue, method, properties, body))

    def drain_all(self) -> None:
        for queue in QUEUES:
            self.drain(queue)

    def depth(self, queue: str) -> int:
        """How many messages wait in it, those in somebody's hands not counted."""
        count: int = self._channel.queue_declare(queue, passive=True).method.message_count
        return count

    def wait_for(self, queue: str, messages: int, within: float = PATIENCE) -> None:
        """Until so many messages wait in a queue."""
        eventually(lambda: self.depth(queue) >= messages, within, f"{messages} in {queue}")

    def arrived(self, mark: str, at_least: int = 1, within: float = PATIENCE) -> list[Message]:
        """Every message that speaks of `mark`, in whatever queue, after everything that was
        published so far has been through the router."""

        def enough() -> bool:
            self.drain_all()
            return len(self.seen_with(mark)) >= at_least

        eventually(self._soon(enough), within, f"{at_least} messages with {mark}")
        self.pass_through()
        return self.seen_with(mark)

    def pass_through(self) -> str:
        """Send a complaint after the others and wait for it: what came before it is done.
        The id of the event that routed it comes back.

        And another one: what is in the batch of the first can be seen before it is counted and
        logged, but only then the next batch is settled.
        """
        for _ in range(2):
            last = uuid4().hex
            body = json.dumps({"text": f"sampah tidak diangkut {last}"}).encode()
            self.publish("api", body, message_id=last)
            eventually(self._soon(partial(self._came, last)), saying="the last complaint is routed")
        routed: str = self.seen_with(last)[-1].event["id"]
        self.drain_all()
        return routed

    def stream(self, last: str, within: float = PATIENCE) -> list[Message]:
        """The audit stream from its beginning up to the message with the id `last`."""
        return _streamed(self.url, last, within)

    def close(self) -> None:
        self._connection.close()

    def _soon(self, predicate: Callable[[], bool]) -> Callable[[], bool]:
        """Most things are there in a moment: ask often at first."""

        def asked() -> bool:
            return predicate() or any(
                self._connection.sleep(0.005) or predicate() for _ in range(10)
            )

        return asked

    def _came(self, last: str) -> bool:
        self.drain("agency.dlh")
        return bool(self.seen_with(last))

    def seen_with(self, mark: str) -> list[Message]:
        """What was taken out so far and speaks of `mark`."""
        return [message for message in self.seen if mark.encode() in message.body]


async def _flood(url: str, key: str, letters: Iterable[tuple[str, bytes]]) -> None:
    batch = [
        Outgoing("complaints.intake", key, body, id, content_type=None) for id, body in letters
    ]
    async with RabbitBroker(url, name="flood").publisher("complaints.intake") as publisher:
        await publisher.publish(batch)


def _streamed(url: str, last: str, within: float) -> list[Message]:
    """On a connection that does nothing but what is written here: pika's blocking one refuses
    what it still has in hand when it is closed, and a stream does not know of refusals."""
    found: list[Message] = []

    def opened(connection: Any) -> None:
        connection.channel(on_open_callback=begin)

    def begin(channel: Any) -> None:
        channel.basic_qos(
            prefetch_count=100,
            callback=lambda _: channel.basic_consume(
                "audit", take, arguments={"x-stream-offset": "first"}
            ),
        )

    def take(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        if channel.is_open:
            found.append(_message("audit", method, properties, body))
            channel.basic_ack(method.delivery_tag)
            if properties.message_id == last:
                connection.close()

    def closed(_: Any, reason: Any) -> None:
        ends.append(reason)
        connection.ioloop.stop()

    ends: list[Any] = []
    connection = pika.SelectConnection(
        pika.URLParameters(url),
        on_open_callback=opened,
        on_open_error_callback=closed,
        on_close_callback=closed,
    )
    connection.ioloop.call_later(within, connection.ioloop.stop)
    connection.ioloop.start()
    assert [end.reply_code for end in ends] == [200], f"{len(found)} of the audit stream: {ends}"
    return found


def _message(queue: str, method: Any, properties: Any, body: bytes) -> Message:
    return Message(queue, method.exchange, method.routing_key, body, properties, method.redelivered)

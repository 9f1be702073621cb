"""A client of another make that asks for receipts, by RabbitMQ's direct reply-to."""

import json
from collections import Counter
from typing import Any
from uuid import uuid4

import pika  # type: ignore[import-untyped] # -- it has no types

from tests.support.eventually import PATIENCE, eventually


class Asking:
    """Keeps every receipt that comes, by the correlation id of its request."""

    def __init__(self, url: str) -> None:
        self.receipts: list[tuple[str, dict[str, Any]]] = []
        parameters = pika.URLParameters(f"{url}?heartbeat=0")
        self._connection = pika.BlockingConnection(parameters)
        self._channel = self._connection.channel()
        self._channel.basic_consume("amq.rabbitmq.reply-to", self._heard, auto_ack=True)

    def send(
        self,
        complaint: str,
        key: str,
        *,
        id: str | None = None,
        reply_to: str = "amq.rabbitmq.reply-to",
        **data: Any,
    ) -> str:
        """An update; gives its id, which is its correlation id as well."""
        id = id or uuid4().hex
        event = {
            "specversion": "1.0",
            "id": id,
            "source": f"/{key}",
            "type": f"complaint.{key.rsplit('.', 1)[-1]}.v1",
            "subject": complaint,
            "data": data,
        }
        properties = pika.BasicProperties(
            content_type="application/cloudevents+json",
            delivery_mode=2,
            reply_to=reply_to,
            correlation_id=id,
        )
        body = json.dumps(event).encode()
        self._channel.basic_publish("complaints.updates", key, body, properties)
        return id

    def hears(self, *ids: str, times: int = 1) -> list[dict[str, Any]]:
        """Wait until each of these was answered so often; the last receipt of each."""

        def so() -> bool:
            self._connection.process_data_events(time_limit=0.05)
            many = Counter(id for id, _ in self.receipts)
            return all(many[id] >= times for id in ids)

        eventually(so, PATIENCE, "every receipt")
        last = dict(self.receipts)
        return [last[id] for id in ids]

    def asks(self, complaint: str, key: str, **data: Any) -> dict[str, Any]:
        """An update and its receipt."""
        return self.hears(self.send(complaint, key, **data))[0]

    def leave(self) -> None:
        self._connection.close()

    def _heard(self, _: object, __: object, properties: Any, body: bytes) -> None:
        event = json.loads(body)
        assert event["type"] == properties.type == "complaint.received.v1"
        self.receipts.append((properties.correlation_id, event["data"]))

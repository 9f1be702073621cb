"""From the client library's message to ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiormq.abc import DeliveredMessage

from broker.messaging.messages import Incoming
from schemas.properties import Properties


def incoming(message: DeliveredMessage) -> Incoming:
    """A delivery as a value; properties of a wrong kind become None."""
    delivery: Any = message.delivery
    raw = message.header.properties
    stamp: Any = raw.timestamp
    return Incoming(
        body=message.body,
        exchange=delivery.exchange or "",
        routing_key=delivery.routing_key or "",
        properties=Properties(
            content_type=_text(raw.content_type),
            content_encoding=_text(raw.content_encoding),
            headers=raw.headers if isinstance(raw.headers, Mapping) else {},
            delivery_mode=raw.delivery_mode,
            priority=raw.priority,
            correlation_id=_text(raw.correlation_id),
            reply_to=_text(raw.reply_to),
            expiration=_text(raw.expiration),
            message_id=_text(raw.message_id),
            timestamp=int(stamp.timestamp()) if isinstance(stamp, datetime) else None,
            type=_text(raw.message_type),
            user_id=_text(raw.user_id),
            app_id=_text(raw.app_id),
        ),
        redelivered=bool(delivery.redelivered),
        tag=delivery.delivery_tag or 0,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

"""Putting an unusable message aside, whole, with the reason: nothing is ever dropped."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.properties_json import as_json

REASON: Final = "parked-reason"
DETAIL: Final = "parked-detail"
FROM: Final = "parked-from"
AT: Final = "parked-at"
PROPERTIES: Final = "parked-properties"

_LONGEST_DETAIL: Final = 2_000


def park(
    incoming: Incoming,
    reason: str,
    detail: str,
    at: datetime,
    *,
    repeat: int = 0,
) -> Outgoing:
    """The message as it goes to ``complaints.parked``: the body byte for byte, no header but ours.

    Of an anonymous complaint too: it is for operators only, who see the body beside it, and what
    is sent back from there has to bear the id under which its adapter knows it.

    Args:
        incoming: the message that cannot be used.
        reason: a fixed code.
        detail: a sentence; quotes nothing of the message.
        at: now, aware.
        repeat: how many messages of the same batch bear the same id already. The id is derived
            from all that came in and the reason, so that a message parked twice after a crash
            bears one id; so do two messages that are alike to the last byte.

    Never raises, whatever came in.
    """
    original = incoming.properties
    properties = as_json(original)
    origin = origin_text(incoming.exchange, incoming.routing_key)
    identity = sha256(incoming.body)
    for part in (origin, properties, reason, str(repeat)):
        identity.update(b"\0" + part.encode("utf-8", "replace"))
    return Outgoing(
        exchange=names.PARKED_EXCHANGE,
        # The fanout does not look at it; a reader of the queue sees the key that came in,
        # as with a message that RabbitMQ itself dead-letters.
        routing_key=incoming.routing_key,
        body=incoming.body,
        message_id=str(uuid5(NAMESPACE_URL, f"/pintu/parked#{identity.hexdigest()}")),
        content_type=original.content_type,
        headers={
            REASON: reason,
            DETAIL: _safe(detail)[:_LONGEST_DETAIL],
            FROM: origin,
            AT: at.astimezone(UTC).isoformat(),
            PROPERTIES: properties,
        },
    )


def park_bare(incoming: Incoming, reason: str) -> Outgoing:
    """The body and the reason alone, for a message of which nothing else can be said.

    Never raises. Nobody can send it back by itself: it does not say where it came from.
    """
    return Outgoing(
        exchange=names.PARKED_EXCHANGE,
        routing_key="",
        body=incoming.body,
        message_id=str(uuid5(NAMESPACE_URL, f"/pintu/parked#{sha256(incoming.body).hexdigest()}")),
        content_type=None,
        headers={REASON: reason},
    )


def origin_text(exchange: str, routing_key: str) -> str:
    """``exchange/routing key``; only the exchange is escaped, so the first slash parts the two."""
    return f"{quote(_safe(exchange), safe='')}/{_safe(routing_key)}"


def read_origin(text: str) -> tuple[str, str]:
    """Exchange and routing key of what ``origin_text`` gave.

    Raises:
        ValueError: there is no slash in it.
    """
    exchange, slash, routing_key = text.partition("/")
    if not slash:
        raise ValueError("no slash between exchange and routing key")
    return unquote(exchange), routing_key


def _safe(text: str) -> str:
    """What UTF-8 can carry: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()

"""A message out of a queue as an event: what has to be known of it to send it on as it is."""

from typing import Final, TypeGuard

from broker.messaging.messages import Incoming
from broker.messaging.parking.properties_json import as_json
from broker.ports.webhooks import Taken
from schemas.envelope import loads

_LONGEST: Final = 255


def event_of(message: Incoming) -> Taken | str:
    """The event, or the reason for which the message is parked.

    The id goes into a header and the signature, so it is one that both can carry. The case is the
    subject; what has none is a case of its own.
    """
    try:
        message.body.decode()
    except UnicodeDecodeError:
        return "not-utf8"
    try:
        found = loads(message.body)
    except ValueError:
        return "broken-json"
    if not isinstance(found, dict):
        return "not-an-object"
    id, type = found.get("id"), found.get("type")
    if not _is_plain(id) or not _is_plain(type):
        return "unknown-type"
    subject = found.get("subject")
    return Taken(
        event_id=id,
        case=subject if _is_plain(subject) else f"event {id}"[:_LONGEST],
        type=type,
        body=message.body,
        properties=as_json(message.properties),
        redelivered=message.redelivered,
    )


def _is_plain(value: object) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST
        and value.isascii()
        and value.isprintable()
        and value == value.strip()
    )

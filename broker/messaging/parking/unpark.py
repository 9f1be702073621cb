"""Reading parked messages, and giving them back.

A message comes to the queue ``parked`` in three ways, told apart by what a sender cannot forge:
RabbitMQ says by which exchange it came, and only this system may publish to ``complaints.parked``.

- set aside by this system: the exchange is ``complaints.parked``, the reason is in our headers;
- dead-lettered by RabbitMQ: the same exchange, with an ``x-death`` header, which none of our
  messages has;
- unroutable, by an alternate exchange: the exchange is the one that the sender published to, and
  whatever its headers say is the sender's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.messaging import names
from broker.messaging.event import event
from broker.messaging.messages import Incoming, Outgoing, trace_of
from broker.messaging.parking import park
from broker.messaging.parking.origin import (
    REPLAYED_AS,
    Destination,
    Origin,
    of_dead_letter,
    of_set_aside,
)
from broker.messaging.parking.properties_json import as_json, from_json
from schemas import verbs
from schemas.envelope import event_type
from schemas.properties import Properties

SOURCE: Final = "/pintu/parked"
"""Of the event that says an operator discarded a message."""
UNROUTABLE: Final = "unroutable"
UNKNOWN: Final = "unknown"

_DEATH: Final = "x-death"
_COUNTERS: Final = frozenset({"x-delivery-count", "x-acquired-count"})
"""Set anew by RabbitMQ whenever a message was in somebody's hands."""
_NOT_GIVEN_BACK: Final = ("x-",)
_OURS_ALONE: Final = frozenset({"cc", "bcc", REPLAYED_AS})
"""Headers that no sender's message is given back with."""
_WHOLE: Final = 1 << 24


class Way(StrEnum):
    """How a message came to be parked."""

    SET_ASIDE = "set aside"
    DEAD_LETTERED = "dead-lettered"
    UNROUTABLE = "unroutable"


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked message. ``id`` is a handle made from all of it: the same at every reading, fit
    for a command line; messages with one id are alike to the last byte."""

    id: str
    way: Way
    reason: str
    detail: str
    origin: Origin | None
    """Where it came from: for one that RabbitMQ took out of a queue, that queue."""
    destination: Destination | None
    """Where it goes when it is replayed; None where nobody knows."""
    at: datetime | None
    original: Properties
    missing: int
    """Of the original properties: how many could not be kept."""
    message: Incoming

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.message.body)


@dataclass(frozen=True, slots=True)
class Replay:
    """A message as it is given back, persistent, mandatory and confirmed."""

    exchange: str
    routing_key: str
    body: bytes
    properties: Properties


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that goes in place of a parked one. ``changed``: JSON pointers to what is not as it
    was; no values."""

    message: Replay
    changed: tuple[str, ...]


def read_parked(incoming: Incoming) -> Parked:
    """What is known of a message from the queue ``parked``. Never raises."""
    headers = incoming.properties.headers
    if incoming.exchange != names.PARKED_EXCHANGE:
        origin = Origin(incoming.exchange, incoming.routing_key)
        detail = "no queue was bound for it"
        return _parked(incoming, Way.UNROUTABLE, UNROUTABLE, detail, origin)
    if _DEATH in headers:
        return _dead_lettered(incoming, headers[_DEATH])
    return _set_aside(incoming, headers)


def replay(parked: Parked, fresh_id: str) -> Replay | None:
    """The message as it goes back to where it came from, or None where nobody knows that.

    Its properties are the original ones, except those that would make it vanish, be refused or
    be copied elsewhere: ``expiration``, ``user_id``, ``CC``, ``BCC`` and all ``x-`` headers. What
    says how it was published is ours, first of all headers, of which the last may not fit.

    Args:
        fresh_id: unique; for a message that has no id. One derived from the body would take a
            neighbour who wrote the same words for a repeat. See ``id_of_its_own``.
    """
    if parked.destination is None:
        return None
    to, published = parked.destination.to, parked.destination.replayed_as
    headers: dict[str, object] = {} if published is None else {REPLAYED_AS: str(published)}
    headers |= {
        name: value
        for name, value in parked.original.headers.items()
        if not name.lower().startswith(_NOT_GIVEN_BACK) and name.lower() not in _OURS_ALONE
    }
    properties = replace(
        parked.original,
        headers=headers,
        delivery_mode=2,
        expiration=None,
        user_id=None,
        message_id=parked.original.message_id or fresh_id,
    )
    return Replay(to.exchange, to.routing_key, parked.message.body, properties)


def id_of_its_own(parked: Parked) -> str | None:
    """An id for a message that came without, the same at every try to replay it; None where another
    message could be given the same one. What we parked ourselves bears a time and an id of ours."""
    if parked.way is not Way.SET_ASIDE:
        return None
    return str(uuid5(NAMESPACE_URL, f"{SOURCE}#{parked.id}"))


def discarded(
    parked: Parked,
    *,
    reason: str,
    by: str,
    at: datetime,
    nth: int = 0,
    edited: Edited | None = None,
) -> Outgoing:
    """The event for the audit trail that an operator discarded a message; without its body.

    Args:
        reason: why, as the operator says.
        by: who.
        at: now, aware.
        nth: how many that are alike were discarded before it in one go.
        edited: what goes in its place, if anything does.
    """
    data: dict[str, object] = {
        "parked": parked.id,
        "way": parked.way.value,
        "parked_reason": parked.reason,
        "parked_at": parked.at,
        "from": None if parked.origin is None else str(parked.origin),
        "size": parked.size,
        "sha256": hashlib.sha256(parked.message.body).hexdigest(),
        "reason": reason,
        "by": by,
    }
    if edited is not None:
        data["sent_again"] = edited.message.properties.message_id
        data["sent_sha256"] = hashlib.sha256(edited.message.body).hexdigest()
        data["edited"] = list(edited.changed)
    cause = (
        f"{SOURCE}#{parked.id}|{event_type(verbs.DISCARDED)}|{at.astimezone(UTC).isoformat()}|{nth}"
    )
    return event(
        verbs.DISCARDED,
        names.NOBODY,
        _channel(parked.origin),
        id=str(uuid5(NAMESPACE_URL, cause)),
        source=SOURCE,
        subject=None,
        time=at,
        data=data,
        trace=trace_of(parked.original),
    )


def _set_aside(incoming: Incoming, headers: Mapping[str, object]) -> Parked:
    try:
        origin = Origin(*park.read_origin(_text(headers.get(park.FROM))))
    except ValueError:
        origin = None
    try:
        original, missing = from_json(_text(headers.get(park.PROPERTIES)))
    except (ValueError, RecursionError):
        original, missing = Properties(content_type=incoming.properties.content_type), 0
    return replace(
        _parked(
            incoming,
            Way.SET_ASIDE,
            _text(headers.get(park.REASON)) or UNKNOWN,
            _text(headers.get(park.DETAIL)),
            origin,
        ),
        destination=None if origin is None else of_set_aside(origin, incoming.body),
        at=_moment(headers.get(park.AT)),
        original=original,
        missing=missing,
    )


def _dead_lettered(incoming: Incoming, deaths: object) -> Parked:
    """RabbitMQ puts the last death first. Its queue and reason are true; the exchange and keys
    beside them may be a sender's (see broker.messaging.parking.origin)."""
    last = deaths[0] if isinstance(deaths, list) and deaths else None
    last = last if isinstance(last, Mapping) else {}
    queue, reason = _text(last.get("queue")), _text(last.get("reason"))
    detail = f"RabbitMQ took it out of the queue {queue or '?'}; its key was {incoming.routing_key}"
    parked = _parked(
        incoming,
        Way.DEAD_LETTERED,
        reason.replace("_", "-") or UNKNOWN,
        detail,
        Origin("", queue) if queue else None,
    )
    destination = of_dead_letter(queue, last, incoming) if queue else None
    return replace(parked, destination=destination, at=_moment(last.get("time")))


def _parked(
    incoming: Incoming, way: Way, reason: str, detail: str, origin: Origin | None
) -> Parked:
    return Parked(
        id=_handle(incoming),
        way=way,
        reason=reason,
        detail=detail,
        origin=origin,
        destination=None if origin is None else Destination(origin),
        at=None,
        original=incoming.properties,
        missing=0,
        message=incoming,
    )


def _handle(incoming: Incoming) -> str:
    properties = incoming.properties
    headers = {name: v for name, v in properties.headers.items() if name not in _COUNTERS}
    whole = hashlib.sha256(incoming.body)
    for part in (
        incoming.exchange,
        incoming.routing_key,
        as_json(replace(properties, headers=headers), cap=_WHOLE),
    ):
        whole.update(b"\0" + part.encode("utf-8", "replace"))
    return whole.hexdigest()[:16]


def _channel(origin: Origin | None) -> str:
    """The channel that a message came by, or ``-``."""
    if origin is None:
        return names.NOBODY
    if origin.exchange == names.INTAKE:
        return names.channel_of(origin.routing_key)[0]
    who, _, rest = origin.routing_key.partition(".")
    channel = rest.split(".", 1)[0]
    from_channel = origin.exchange == names.UPDATES and who == "channel" and names.is_code(channel)
    return channel if from_channel else names.NOBODY


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)

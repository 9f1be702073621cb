"""Where a parked message came from, and where it goes when it is replayed.

It goes to the queue that it was taken from and to no other, so that nobody gets a second copy. Who
reads ``cases`` tells an event of ours from an update by the exchange and key that it was published
with; these then stand in a header, which is believed of what came over the default exchange alone
(nobody from outside may publish there, see consumers.cases.watermark).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking import park
from schemas import verbs
from schemas.envelope import CASES, ROUTER
from schemas.events import BadEvent, read_routing

REPLAYED_AS: Final = "replayed-as"
"""Header of a message that was sent back to ``cases``: what it was published with at first."""

_OPENING: Final = (verbs.ROUTED, verbs.TRIAGED)
"""The events that ``cases`` gets."""
_OF_CASES: Final = (names.EVENTS, names.UPDATES)


@dataclass(frozen=True, slots=True)
class Origin:
    """An exchange and a routing key; the default exchange ("") means straight to a queue."""

    exchange: str
    routing_key: str

    def __str__(self) -> str:
        return park.origin_text(self.exchange, self.routing_key)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes, and what it was published with where its reader has to be told."""

    to: Origin
    replayed_as: Origin | None = None


_TO_CASES: Final = Origin(names.DEFAULT_EXCHANGE, names.CASES_QUEUE)


def of_set_aside(origin: Origin, body: bytes) -> Destination:
    """Of a message that a consumer of ours parked; what comes by these exchanges only one takes."""
    if origin.exchange in _OF_CASES:
        return Destination(_TO_CASES, origin)
    if origin == _TO_CASES:
        # An earlier version sent it back without the header: it was parked again as bad-key.
        return Destination(_TO_CASES, _event_of_ours(body))
    return Destination(origin)


def of_dead_letter(queue: str, death: Mapping[str, object], message: Incoming) -> Destination:
    """Of a message that RabbitMQ took out of a queue of ours, which keeps its routing key.

    Args:
        queue: which one.
        death: the entry of ``x-death`` that says so.
    """
    if queue == names.ROUTER_QUEUE:
        # Only that queue is bound there; and the key names the complaint's channel.
        return Destination(Origin(names.INTAKE, message.routing_key))
    if queue == names.CASES_QUEUE:
        return Destination(_TO_CASES, _into_cases(death, message))
    return Destination(Origin(names.DEFAULT_EXCHANGE, queue))


def as_published(message: Incoming) -> Incoming:
    """A message that was sent back to ``cases``, as it was before it was parked; others as they
    are, whatever their headers say."""
    if message.exchange != names.DEFAULT_EXCHANGE:
        return message
    headers = dict(message.properties.headers)
    if (origin := _read(headers.pop(REPLAYED_AS, None))) is None:
        return message
    return replace(
        message,
        exchange=origin.exchange,
        routing_key=origin.routing_key,
        properties=replace(message.properties, headers=headers),
    )


def _into_cases(death: Mapping[str, object], message: Incoming) -> Origin | None:
    """What a message in ``cases`` was published with; None where that was straight to the queue.

    The key is true. What ``x-death`` says of the exchange may be a sender's who had sent one of its
    own: then it is taken for an update, which anybody may send, as it is where the key is none of
    an event that ``cases`` gets.
    """
    key = message.routing_key
    exchange = death.get("exchange") if _written_by_rabbitmq(death) else None
    if exchange == names.DEFAULT_EXCHANGE and key == names.CASES_QUEUE:
        # A watermark of ours, or a message that was sent back once already.
        replayed_as = message.properties.headers.get(REPLAYED_AS)
        return _read(replayed_as) or _event_of_ours(message.body)
    event = exchange == names.EVENTS and key.partition(".")[0] in _OPENING
    return Origin(names.EVENTS if event else names.UPDATES, key)


def _written_by_rabbitmq(death: Mapping[str, object]) -> bool:
    """Whether no sender had a part in it: 3.10 sorts the entry by its names where the message had
    an ``x-death`` already, and keeps what that said; 4.0 reads none that was sent. Tried on both.
    """
    return list(death) != sorted(death)


def _read(text: object) -> Origin | None:
    if not isinstance(text, str):
        return None
    try:
        origin = Origin(*park.read_origin(text))
    except ValueError:
        return None
    return origin if origin.exchange in _OF_CASES else None


def _event_of_ours(body: bytes) -> Origin | None:
    try:
        event = read_routing(body)
    except BadEvent:
        return None
    if event.source not in (ROUTER, CASES):
        return None
    verb = verbs.TRIAGED if event.data.agency is None else verbs.ROUTED
    return Origin(names.EVENTS, names.event_key(verb, event.data.agency, event.data.channel))

"""Every exchange, queue and binding, as data (docs/reference/contract/rabbitmq.md).

Made from the agencies and channels of the configuration, from the broker's version (what is
safe differs) and from the retention. Nothing here talks to a broker.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from broker.contacts import Contacts
from broker.messaging import names
from broker.retention import Retention
from schemas import verbs

Argument = str | int | bool
Arguments = Mapping[str, Argument]

DELIVERY_LIMIT: Final = 50
"""Of work queues: a poison message is parked after so many tries."""
NO_DELIVERY_LIMIT: Final = 1_000_000_000
"""Never reached, never -1 (its meaning changed): without a dead-letter exchange a limit drops."""
SAFE_AT_LEAST_ONCE: Final = (4, 0)
"""Before this version a forged ``x-death`` header in a message that is dead-lettered
at-least-once breaks dead-lettering for the whole node: queues fed from outside do without."""
OLDEST: Final = (3, 10)
"""The oldest version of RabbitMQ that has all the arguments."""
LEADER_LOCATOR: Final = "x-queue-leader-locator"
"""Where a replicated queue's leader begins. ``balanced``, from 3.10 on, is the node that has the
fewest; by default it is the node that declares, which then leads all of them."""


class Kind(StrEnum):
    """What a queue is for; it decides the arguments."""

    WORK = "work"
    COPY = "copy"
    STREAM = "stream"
    PARKING = "parking"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange; ``type`` is ``topic`` or ``fanout``."""

    name: str
    type: str
    publishers: str
    arguments: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue.

    ``arguments`` is what it is declared with. ``tolerated`` holds other arguments under which
    it may stand already, because an older broker asked for them or an older version of this
    program declared them: a queue's arguments cannot be changed, and the difference does not
    endanger a message that the queue holds.
    """

    name: str
    kind: Kind
    readers: str
    arguments: Arguments
    tolerated: tuple[Arguments, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """From an exchange to a queue; ``routing_key`` is the topic pattern."""

    exchange: str
    queue: str
    routing_key: str


@dataclass(frozen=True, slots=True)
class Topology:
    """All objects, in the order in which they can be declared: exchanges, queues, bindings.

    ``broker_version`` is the version it was made for.
    """

    broker_version: tuple[int, ...]
    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]

    def bindings_of(self, queue: str) -> tuple[Binding, ...]:
        return tuple(binding for binding in self.bindings if binding.queue == queue)


def topology(
    agencies: Iterable[str],
    channels: Iterable[str],
    *,
    broker_version: tuple[int, ...],
    retention: Retention | None = None,
    mail: Iterable[str] = (),
) -> Topology:
    """The objects for these agencies and channels on that version of RabbitMQ.

    Args:
        agencies: codes; each gets a work queue.
        channels: codes; each gets a copy queue of what its adapter tells the reporter.
        broker_version: e.g. ``(3, 10, 8)``.
        retention: of copies and of the audit stream; 90 days and 5 GB where it is left out.
        mail: patterns of what the mails are made of; their queue is there where there is one.

    Raises:
        ValueError: a code has not the form of one, or is reserved; or the version is too old.
    """
    if broker_version[:2] < OLDEST:
        raise ValueError(
            f"RabbitMQ {_dotted(broker_version)} is too old: {_dotted(OLDEST)} is needed"
        )
    agencies = _codes(agencies, "agency")
    channels = _codes(channels, "channel")
    kept, mailed = retention or Retention(), tuple(mail)
    queues = [
        _fed_from_outside(names.ROUTER_QUEUE, "the router", broker_version, {}),
        _fed_from_outside(
            names.CASES_QUEUE,
            "the case consumer",
            broker_version,
            {"x-single-active-consumer": True},
        ),
        *(
            _queue(names.agency_queue(code), Kind.WORK, "that agency's system", _work(True))
            for code in agencies
        ),
        *(
            _queue(names.channel_queue(code), Kind.COPY, "that channel's adapter", _copy(kept))
            for code in channels
        ),
        _queue(names.TRIAGE_QUEUE, Kind.COPY, "the desk's own system", _copy(kept)),
        _queue(names.ESCALATIONS_QUEUE, Kind.COPY, "a system that notifies people", _copy(kept)),
        *((_queue(names.MAIL_QUEUE, Kind.COPY, "pintu run mail", _copy(kept)),) if mailed else ()),
        _queue(names.AUDIT_STREAM, Kind.STREAM, "auditors, replays", _stream(kept)),
        _queue(names.PARKED_QUEUE, Kind.PARKING, "operators", _parking()),
    ]
    return Topology(
        broker_version, _exchanges(), tuple(queues), tuple(_bindings(agencies, channels, mailed))
    )


def mail_queues(contacts: Contacts) -> tuple[str, ...]:
    """The queues that the mails are made of: their own where it is there, and those of agencies
    that have nothing but mail."""
    own = (names.MAIL_QUEUE,) if contacts.keys() else ()
    return (*own, *map(names.agency_queue, sorted(contacts.drained())))


def _exchanges() -> tuple[Exchange, ...]:
    unroutable: Arguments = {"alternate-exchange": names.PARKED_EXCHANGE}
    return (
        Exchange(
            names.PARKED_EXCHANGE,
            "fanout",
            "this system; dead-letter exchange; alternate exchange of intake and updates",
        ),
        Exchange(names.INTAKE, "topic", "adapters", unroutable),
        Exchange(
            names.UPDATES,
            "topic",
            "agencies, the desk, adapters on behalf of reporters",
            unroutable,
        ),
        Exchange(names.EVENTS, "topic", "this system only"),
    )


def _bindings(
    agencies: Iterable[str], channels: Iterable[str], mail: Iterable[str]
) -> Iterable[Binding]:
    yield Binding(names.INTAKE, names.ROUTER_QUEUE, "#")
    yield Binding(names.EVENTS, names.CASES_QUEUE, f"{verbs.ROUTED}.#")
    yield Binding(names.EVENTS, names.CASES_QUEUE, f"{verbs.TRIAGED}.#")
    yield Binding(names.UPDATES, names.CASES_QUEUE, "#")
    for agency in agencies:
        for verb in verbs.AGENCY_EVENTS:
            key = names.event_key(verb, agency, "*")
            yield Binding(names.EVENTS, names.agency_queue(agency), key)
    for channel in channels:
        for verb in verbs.CHANNEL_EVENTS:
            key = names.event_key(verb, "*", channel)
            yield Binding(names.EVENTS, names.channel_queue(channel), key)
    yield Binding(names.EVENTS, names.TRIAGE_QUEUE, f"{verbs.TRIAGED}.#")
    for verb in verbs.TRIAGE_EVENTS:
        yield Binding(names.EVENTS, names.TRIAGE_QUEUE, names.event_key(verb, None, "*"))
    yield Binding(names.EVENTS, names.ESCALATIONS_QUEUE, f"{verbs.ESCALATED}.#")
    for key in mail:
        yield Binding(names.EVENTS, names.MAIL_QUEUE, key)
    yield Binding(names.EVENTS, names.AUDIT_STREAM, "#")
    yield Binding(names.UPDATES, names.AUDIT_STREAM, "#")
    yield Binding(names.PARKED_EXCHANGE, names.PARKED_QUEUE, "")


def _fed_from_outside(name: str, readers: str, version: tuple[int, ...], more: Arguments) -> Queue:
    safe = version[:2] >= SAFE_AT_LEAST_ONCE
    # A queue that was declared before the broker was upgraded keeps at-most-once, and is no
    # worse than it was; one that is at-least-once on an old broker is a danger to the node.
    older = ({**_work(False), **more},) if safe else ()
    return _queue(name, Kind.WORK, readers, {**_work(safe), **more}, older)


def _queue(
    name: str, kind: Kind, readers: str, arguments: Arguments, older: tuple[Arguments, ...] = ()
) -> Queue:
    """All of them are replicated, and their leaders spread over the nodes; one that was declared
    before that was asked for stays as it is (`rabbitmq-queues rebalance` spreads those)."""
    wanted = _frozen({**arguments, LEADER_LOCATOR: "balanced"})
    before = (_frozen(one) for one in (arguments, *older))
    others = (_frozen({**one, LEADER_LOCATOR: "balanced"}) for one in older)
    return Queue(name, kind, readers, wanted, (*before, *others))


def _work(at_least_once: bool) -> Arguments:
    return _frozen(
        {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": names.PARKED_EXCHANGE,
            # At-least-once asks for it; there is no length limit, so nothing is ever refused.
            "x-overflow": "reject-publish",
            "x-dead-letter-strategy": "at-least-once" if at_least_once else "at-most-once",
        }
    )


def _copy(kept: Retention) -> Arguments:
    return _frozen(
        {
            "x-queue-type": "quorum",
            "x-delivery-limit": NO_DELIVERY_LIMIT,
            "x-message-ttl": kept.copies // timedelta(milliseconds=1),
        }
    )


def _stream(kept: Retention) -> Arguments:
    return _frozen(
        {
            "x-queue-type": "stream",
            "x-max-age": f"{kept.audit_age // timedelta(seconds=1)}s",
            "x-max-length-bytes": kept.audit_bytes,
            "x-stream-max-segment-size-bytes": kept.audit_segment_bytes,
        }
    )


def _parking() -> Arguments:
    return _frozen({"x-queue-type": "quorum", "x-delivery-limit": NO_DELIVERY_LIMIT})


def _frozen(arguments: Arguments) -> Arguments:
    return MappingProxyType(dict(arguments))


def _codes(words: Iterable[str], what: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(words))
    for code in codes:
        if not names.is_code(code) or code == names.TRIAGE:
            raise ValueError(f"{what} {code!r} has not the form of a code, or is reserved")
    return codes


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))

"""The topology in print: rows for people and scripts, JSON, and the page docs/topology.md."""

from collections.abc import Iterable, Iterator

from broker.messaging import names
from broker.messaging.topology import Arguments, Queue, Topology

OLD, NEW = (3, 10), (4, 0)
"""Versions of RabbitMQ on either side of the only one that makes a difference."""

Row = tuple[str, str, str, str]
_FAMILIES = {names.agency_queue(""): "<code>", names.channel_queue(""): "<channel>"}
HEADINGS: Row = ("object", "name", "kind", "details")


def rows(topology: Topology) -> Iterator[Row]:
    """What, name, kind and details of every object: exchanges, queues, bindings."""
    for exchange in topology.exchanges:
        yield ("exchange", exchange.name, exchange.type, _pairs(exchange.arguments))
    for queue in topology.queues:
        yield ("queue", queue.name, queue.kind.value, _pairs(queue.arguments))
    for binding in topology.bindings:
        yield ("binding", binding.queue, binding.exchange, binding.routing_key)


def as_json(topology: Topology) -> dict[str, object]:
    """The same, for programs."""
    return {
        "broker_version": ".".join(map(str, topology.broker_version)),
        "exchanges": [
            {"name": e.name, "type": e.type, "durable": True, "arguments": dict(e.arguments)}
            for e in topology.exchanges
        ],
        "queues": [
            {
                "name": q.name,
                "kind": q.kind.value,
                "durable": True,
                "arguments": dict(q.arguments),
                "tolerated": [dict(arguments) for arguments in q.tolerated],
            }
            for q in topology.queues
        ],
        "bindings": [
            {"exchange": b.exchange, "queue": b.queue, "routing_key": b.routing_key}
            for b in topology.bindings
        ],
    }


def markdown(new: Topology, old: Topology) -> str:
    """The page docs/topology.md.

    Args:
        new: for RabbitMQ 4.0 or later.
        old: of the same agencies and channels, for RabbitMQ 3.10 to 3.13.
    """
    before = {queue.name: queue for queue in old.queues}
    return "\n".join(
        [
            "# Topology",
            "",
            "Written by `pintu topology show --markdown` from the configuration; do not edit.",
            "",
            f"{len(new.exchanges)} exchanges, {len(new.queues)} queues,"
            f" {len(new.bindings)} bindings; all durable. Queues of agencies and channels differ in"
            " their names alone, so one of each stands for all; the lists are at the end.",
            "",
            "## Exchanges",
            "",
            *_table(
                ("exchange", "type", "who publishes", "arguments"),
                (
                    (f"`{e.name}`", e.type, e.publishers, _code_pairs(e.arguments))
                    for e in new.exchanges
                ),
            ),
            "",
            "## Queues",
            "",
            *_table(
                ("queue", "kind", "read by", "bound to", "arguments"),
                (_queue_row(q, new, before[q.name]) for q in _one_of_each(new.queues)),
            ),
            "",
            "**work**: each message is somebody's to do; what cannot be handled in 50 tries is"
            " parked. **copy**: news for whoever wants it; it expires, since the case store has"
            " the truth. **stream**: append-only, bounded by age and size, removed by whole"
            " segments. **parking**: what could not be used, for operators.",
            "",
            "Where two values of `x-dead-letter-strategy` are given, the second is for RabbitMQ"
            " before 4.0: there a forged `x-death` header in a message that is dead-lettered"
            " at-least-once breaks dead-lettering for the whole node. A queue's arguments cannot"
            " be changed; a queue declared before an upgrade keeps `at-most-once`, and that is"
            " reported, not refused.",
            "",
            *_codes("Agencies", names.agency_queue(""), new.queues),
            *_codes("Channels", names.channel_queue(""), new.queues),
        ]
    )


def _queue_row(queue: Queue, topology: Topology, old: Queue) -> tuple[str, ...]:
    name, placeholder, code = _generic(queue.name)
    bound = [
        f"`{b.exchange}` `{_with(b.routing_key, code, placeholder)}`"
        if b.routing_key
        else f"`{b.exchange}`"
        for b in topology.bindings_of(queue.name)
    ]
    pairs = [
        f"`{argument}={_plain(value)}`"
        + ("" if (was := old.arguments.get(argument)) == value else f" (`{was}`)")
        for argument, value in queue.arguments.items()
    ]
    return (f"`{name}`", queue.kind.value, queue.readers, "<br>".join(bound), "<br>".join(pairs))


def _generic(name: str) -> tuple[str, str, str]:
    """The queue's name with a placeholder for the code, the placeholder, and the code."""
    for prefix, placeholder in _FAMILIES.items():
        if name.startswith(prefix):
            return f"{prefix}{placeholder}", placeholder, name.removeprefix(prefix)
    return name, "", ""


def _with(key: str, code: str, placeholder: str) -> str:
    return ".".join(placeholder if code and word == code else word for word in key.split("."))


def _one_of_each(queues: Iterable[Queue]) -> Iterator[Queue]:
    seen = set()
    for queue in queues:
        family = next((prefix for prefix in _FAMILIES if queue.name.startswith(prefix)), None)
        if family is None or family not in seen:
            seen.add(family)
            yield queue


def _codes(title: str, prefix: str, queues: Iterable[Queue]) -> list[str]:
    codes = [q.name.removeprefix(prefix) for q in queues if q.name.startswith(prefix)]
    return [f"## {title}", "", ", ".join(f"`{code}`" for code in codes) or "none", ""]


def _table(headings: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for line in lines:
        yield f"| {' | '.join(line)} |"


def _pairs(arguments: Arguments) -> str:
    return " ".join(f"{name}={_plain(value)}" for name, value in arguments.items())


def _code_pairs(arguments: Arguments) -> str:
    return "<br>".join(f"`{name}={_plain(value)}`" for name, value in arguments.items())


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

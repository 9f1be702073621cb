"""Declaring the topology: what is missing is made, nothing is ever deleted or changed."""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeVar

from aiormq.abc import AbstractConnection

from broker.amqp.library import library_connection
from broker.amqp.topology.compare import leftovers
from broker.amqp.topology.declarer import Declarer
from broker.amqp.topology.difference import Difference, Kind, named
from broker.amqp.topology.management import Management, ManagementUnavailable, management
from broker.errors import TopologyConflict
from broker.messaging.topology import OLDEST, SAFE_AT_LEAST_ONCE, Arguments, Queue, Topology
from broker.messaging.topology import Kind as QueueKind

NAME: Final = "pintu topology"
_NEEDED_FLAGS: Final = frozenset({"quorum_queue", "stream_queue"})

_SIDE_BY_SIDE: Final = 8
"""Connections: the broker takes its time over each queue."""
_PER_CONNECTION: Final = 16
"""Queues that are worth another connection."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Report:
    """What ``apply_topology`` did.

    ``created`` names the queues that were not there before; None where that could not be seen.
    ``differences``: what could not be declared as it should be, leftovers, and notes.
    """

    broker_version: tuple[int, ...]
    exchanges: int
    queues: int
    bindings: int
    created: tuple[str, ...] | None
    differences: tuple[Difference, ...]
    seconds: float


async def broker_version(url: str) -> tuple[int, ...]:
    """The version of the broker behind an AMQP URL, e.g. ``(3, 10, 8)``.

    Raises:
        BrokerUnavailable: it cannot be reached.
        TopologyConflict: it is too old for the topology.
    """
    async with library_connection(url, NAME) as connection:
        version = version_of(connection)
    if version[:2] < OLDEST:
        raise TopologyConflict(
            f"RabbitMQ {_dotted(version)} is too old: {_dotted(OLDEST)} is needed"
        )
    return version


async def apply_topology(
    url: str,
    topology: Topology,
    *,
    connections: int = _SIDE_BY_SIDE,
    management_url: str | None = None,
) -> Report:
    """Declare every object; harmless to repeat.

    Args:
        url: AMQP.
        topology: made for this broker's version (``broker_version``).
        connections: how many declare side by side.
        management_url: where the management API is; derived where it is left out.

    Raises:
        BrokerUnavailable: the broker cannot be reached, or does not answer.
        TopologyConflict: an object stands in the way, so that messages would be lost or go
            astray (everything else is declared); or the broker is not fit for the topology.
    """
    began = monotonic()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(library_connection(url, NAME))
        version = version_of(first)
        _check_fit(topology, version)
        existing, notes = await _through_management(url, management_url, first, topology)
        hands = [Declarer(first)]
        for _ in range(connections - 1):
            hands.append(Declarer(await stack.enter_async_context(library_connection(url, NAME))))
        differences = (*await _declare(hands, topology, existing or {}), *notes)
    if any(difference.serious for difference in differences):
        raise TopologyConflict("\n".join(str(d) for d in differences if d.serious))
    names = tuple(queue.name for queue in topology.queues)
    return Report(
        broker_version=version,
        exchanges=len(topology.exchanges),
        queues=len(topology.queues),
        bindings=len(topology.bindings),
        created=None if existing is None else tuple(n for n in names if n not in existing),
        differences=differences,
        seconds=monotonic() - began,
    )


async def declare_missing(url: str, topology: Topology, missing: Collection[str]) -> None:
    """Declare again those objects of a topology that are gone, and what was bound to them.

    Args:
        url: AMQP.
        topology: made for this broker's version.
        missing: as differences call them (``difference.named``).

    Raises:
        BrokerUnavailable: the broker cannot be reached, or does not answer.
        TopologyConflict: one of them cannot be declared; the others are.
    """
    part = _part_of(topology, missing)
    async with AsyncExitStack() as stack:
        hands = []
        for _ in range(1 + min(len(part.queues) // _PER_CONNECTION, _SIDE_BY_SIDE - 1)):
            connection = await stack.enter_async_context(library_connection(url, NAME))
            _check_fit(topology, version_of(connection))
            hands.append(Declarer(connection))
        differences = await _declare(hands, part, {})
    if any(difference.serious for difference in differences):
        raise TopologyConflict("\n".join(str(d) for d in differences if d.serious))


def _part_of(topology: Topology, missing: Collection[str]) -> Topology:
    """A missing exchange or queue takes its bindings along."""
    exchanges = tuple(e for e in topology.exchanges if named(e) in missing)
    queues = tuple(q for q in topology.queues if named(q) in missing)
    gone = {e.name for e in exchanges}, {q.name for q in queues}
    bindings = tuple(
        b
        for b in topology.bindings
        if b.exchange in gone[0] or b.queue in gone[1] or named(b) in missing
    )
    return Topology(topology.broker_version, exchanges, queues, bindings)


async def _declare(
    hands: Sequence[Declarer], topology: Topology, existing: Mapping[str, Arguments]
) -> list[Difference]:
    """Declare all of it; gives what stands in the way."""

    async def declare(declarer: Declarer, queue: Queue) -> Difference | None:
        return await declarer.declare_queue(queue, existing.get(queue.name))

    # The stream first: where the feature flag for it is off, at-least-once would silently
    # become at-most-once, so no queue may be declared there.
    streams = [q for q in topology.queues if q.kind is QueueKind.STREAM]
    rest = [q for q in topology.queues if q.kind is not QueueKind.STREAM]
    found = [await hands[0].declare_exchange(e) for e in topology.exchanges]
    found += [await declare(hands[0], queue) for queue in streams]
    found += await _shared(hands, rest, declare)
    found += await _shared(hands, topology.bindings, Declarer.bind)
    return [difference for difference in found if difference is not None]


def version_of(connection: AbstractConnection) -> tuple[int, ...]:
    """What the broker said of itself when the connection was opened."""
    said = connection.server_properties.get("version", "")
    text = said.decode() if isinstance(said, bytes) else str(said)
    return tuple(_leading_numbers(text)) or (0,)


def _leading_numbers(text: str) -> Iterator[int]:
    for part in text.replace("-", ".").replace("+", ".").split("."):
        if not part.isdecimal():
            return
        yield int(part)


def cluster_name_of(connection: AbstractConnection) -> str | None:
    """The name by which the management API can be told from another broker's."""
    said = connection.server_properties.get("cluster_name")
    return said.decode() if isinstance(said, bytes) else said if isinstance(said, str) else None


def _check_fit(topology: Topology, version: tuple[int, ...]) -> None:
    def safe(one: tuple[int, ...]) -> bool:
        return one[:2] >= SAFE_AT_LEAST_ONCE

    if safe(topology.broker_version) != safe(version):
        was, is_ = _dotted(topology.broker_version), _dotted(version)
        raise TopologyConflict(f"made for RabbitMQ {was}, but the broker is {is_}")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


async def _through_management(
    url: str, management_url: str | None, connection: AbstractConnection, topology: Topology
) -> tuple[Mapping[str, Arguments] | None, list[Difference]]:
    """The queues that exist with their arguments (None: not seen), leftovers and notes.

    Raises:
        TopologyConflict: a feature flag is off without which queues would not be safe.
    """
    try:
        async with management(url, management_url, cluster_name_of(connection)) as api:
            flags = await _flags(api)
            try:
                queues = await api.queues()
            except ManagementUnavailable as why:
                says = f"{why}; not seen: queues that the configuration has no more"
                return None, [*flags, Difference(Kind.NOTE, "management API", says)]
    except ManagementUnavailable as why:
        says = "not seen: feature flags, and queues that the configuration has no more"
        return None, [Difference(Kind.NOTE, "management API", f"{why}; {says}")]
    existing = {queue["name"]: queue["arguments"] for queue in queues}
    return existing, [*leftovers(topology, queues), *flags]


async def _flags(api: Management) -> list[Difference]:
    """What is to be said of feature flags. Raises TopologyConflict: one is off that is needed."""
    try:
        disabled = sorted(await api.disabled_feature_flags())
    except ManagementUnavailable as why:
        # Before 4.0 an administrator alone sees them; the declaration of the stream fails where
        # the one that matters is off.
        return [Difference(Kind.NOTE, "management API", f"{why}; not seen: feature flags")]
    if needed := sorted(_NEEDED_FLAGS & set(disabled)):
        raise TopologyConflict(
            f"feature flags are off: {', '.join(needed)}: rabbitmqctl enable_feature_flag all"
        )
    if not disabled:
        return []
    # By name: `all` may enable what cannot be disabled again and is nobody's business here.
    remedy = " && ".join(f"rabbitmqctl enable_feature_flag {flag}" for flag in disabled)
    return [Difference(Kind.NOTE, "feature flags", f"off: {', '.join(disabled)}", remedy)]


async def _shared(
    hands: Sequence[Declarer],
    items: Iterable[T],
    task: Callable[[Declarer, T], Awaitable[Difference | None]],
) -> list[Difference | None]:
    """Every item done once, by whichever declarer is free; the first failure ends all."""
    rest = iter(items)

    async def work(declarer: Declarer) -> list[Difference | None]:
        return [await task(declarer, item) for item in rest]

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(declarer)) for declarer in hands]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return [difference for done in tasks for difference in done.result()]

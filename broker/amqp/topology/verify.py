"""Comparing the broker with the topology; nothing is created, changed or deleted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broker.amqp.library import library_connection
from broker.amqp.topology import members
from broker.amqp.topology.compare import Seen, compare
from broker.amqp.topology.declare import NAME, cluster_name_of, version_of
from broker.amqp.topology.declarer import Declarer
from broker.amqp.topology.difference import Difference, Kind
from broker.amqp.topology.management import (
    DEADLINE,
    Listed,
    Management,
    ManagementUnavailable,
    management,
)
from broker.messaging.topology import Topology

_NOT_SEEN: Final = {
    "exchanges": "the arguments of exchanges",
    "queues": "members of queues, policies, and queues that the configuration has no more",
    "bindings": "bindings, and what should not be there",
    "nodes": "whether each queue has as many members as it could",
}
"""What is not seen where the management API does not show one of its lists."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a broker.

    ``members_missing``: members of replicated queues that are offline or were never there, where
    they are seen. ``messages`` and ``consumers``: by queue, as far as RabbitMQ told.
    ``bindings_seen``: whether they were compared.
    """

    broker_version: tuple[int, ...]
    cluster_name: str | None
    differences: tuple[Difference, ...]
    members_missing: int | None
    messages: Mapping[str, int]
    consumers: Mapping[str, int]
    bindings_seen: bool

    @property
    def missing(self) -> frozenset[str]:
        """Objects of the topology that do not exist, as differences call them."""
        return frozenset(d.what for d in self.differences if d.kind is Kind.MISSING)


async def verify_topology(
    url: str,
    topology: Topology,
    management_url: str | None = None,
    *,
    light: bool = False,
) -> list[Difference]:
    """Every departure of the broker from the topology; empty where there is none.

    See ``look_at``.
    """
    return list((await look_at(url, topology, management_url, light=light)).differences)


async def look_at(
    url: str,
    topology: Topology,
    management_url: str | None = None,
    *,
    light: bool = False,
    within: float = DEADLINE,
) -> Look:
    """Look at the broker and compare it with the topology.

    Through the management API, where it can be reached, everything is seen. Over AMQP alone the
    bindings are not (a note says so), nor what should not be there. What the API does not show to
    this user is looked for over AMQP, as far as that goes.

    Args:
        url: AMQP.
        management_url: where the management API is; derived where it is left out.
        light: over AMQP, look only whether the objects exist, which needs no permission: for
            repeating it while running.
        within: seconds for one answer of the management API.

    Raises:
        BrokerUnavailable: the broker cannot be reached, or does not answer.
    """
    async with library_connection(url, NAME) as connection:
        cluster = cluster_name_of(connection)
        seen, notes = await _through_management(url, management_url, cluster, within)
        declarer = Declarer(connection)
        found: list[Difference] = []
        if seen.exchanges is None:
            found += await _exchanges_over_amqp(declarer, topology, light=light)
        if seen.queues is None:
            found += await _queues_over_amqp(declarer, topology, light=light)
        version = version_of(connection)
    absent = {difference.what for difference in found if difference.kind is Kind.MISSING}
    queues = topology.queues
    return Look(
        version,
        cluster,
        (*found, *compare(topology, seen, absent), *notes),
        members.missing_members(queues, seen.queues, seen.nodes) if seen.queues else None,
        _counted(seen.queues, "messages") if seen.queues else declarer.messages,
        _counted(seen.queues, "consumers") if seen.queues else declarer.consumers,
        seen.bindings is not None,
    )


def _counted(queues: Sequence[Listed], what: str) -> Mapping[str, int]:
    return {queue["name"]: queue[what] for queue in queues if queue.get(what) is not None}


async def missing_queues(
    url: str,
    topology: Topology,
    management_url: str | None,
    cluster_name: str | None,
    *,
    within: float,
) -> frozenset[str] | None:
    """Queues of the topology that do not exist, by the cheapest question there is.

    None where the management API cannot be asked; otherwise as differences call them.
    """
    try:
        async with management(url, management_url, cluster_name, within=within) as api:
            names = await api.queue_names()
    except ManagementUnavailable:
        return None
    return frozenset(f"queue {q.name}" for q in topology.queues if q.name not in names)


async def _through_management(
    url: str, management_url: str | None, cluster_name: str | None, within: float
) -> tuple[Seen, list[Difference]]:
    """What the API shows, each list by itself, and notes on what it does not."""
    parts: dict[str, Sequence[Listed]] = {}
    notes: list[Difference] = []
    try:
        async with management(url, management_url, cluster_name, within=within) as api:
            for part, ask in _parts(api).items():
                try:
                    parts[part] = await ask()
                except ManagementUnavailable as why:
                    notes.append(_not_seen(f"{part}: {why}", _NOT_SEEN[part]))
            return Seen(**parts, vhost=api.vhost), notes
    except ManagementUnavailable as why:
        return Seen(), [_not_seen(str(why), "bindings, members, and what should not be there")]


def _parts(api: Management) -> dict[str, Callable[[], Awaitable[Sequence[Listed]]]]:
    return {
        "exchanges": api.exchanges,
        "queues": api.queues,
        "bindings": api.bindings,
        "nodes": api.nodes,
    }


def _not_seen(why: str, what: str) -> Difference:
    return Difference(Kind.NOTE, "management API", f"{why}; not seen: {what}")


async def _exchanges_over_amqp(
    declarer: Declarer, topology: Topology, *, light: bool
) -> list[Difference]:
    """Look whether each object exists; then, if so, declare it: RabbitMQ refuses where it
    stands under other arguments, and does nothing where it stands under the same."""
    found: list[Difference | None] = []
    for exchange in topology.exchanges:
        absent = await declarer.look_for_exchange(exchange)
        found.append(absent)
        if absent is None and not light:
            found.append(await declarer.declare_exchange(exchange))
    return [difference for difference in found if difference is not None]


async def _queues_over_amqp(
    declarer: Declarer, topology: Topology, *, light: bool
) -> list[Difference]:
    """The same for queues."""
    found: list[Difference | None] = []
    for queue in topology.queues:
        absent = await declarer.look_for_queue(queue)
        found.append(absent)
        if absent is None and not light:
            found.append(await declarer.declare_queue(queue))
    return [difference for difference in found if difference is not None]

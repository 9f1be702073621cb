"""Comparing the broker with the topology; nothing is created, changed or deleted."""

from aiormq.connection import Connection

from broker.amqp.old_connection import connected
from broker.amqp.topology.compare import Seen, compare
from broker.amqp.topology.declare import NAME, cluster_name_of
from broker.amqp.topology.declarer import Declarer
from broker.amqp.topology.difference import Difference, Kind
from broker.amqp.topology.management import ManagementUnavailable, management
from broker.messaging.topology import Topology


async def verify_topology(
    url: str,
    topology: Topology,
    management_url: str | None = None,
    *,
    light: bool = False,
) -> list[Difference]:
    """Every departure of the broker from the topology; empty where there is none.

    Through the management API, where it can be reached, everything is seen. Over AMQP alone the
    bindings are not (a note says so), nor what should not be there.

    Args:
        url: AMQP.
        management_url: where the management API is; derived where it is left out.
        light: over AMQP, look only whether the objects exist, which needs no permission: for
            repeating it while running.

    Raises:
        BrokerUnavailable: the broker cannot be reached, or does not answer.
    """
    async with connected(url, NAME) as connection:
        try:
            async with management(url, management_url, cluster_name_of(connection)) as api:
                seen = Seen(await api.exchanges(), await api.queues(), await api.bindings())
        except ManagementUnavailable as why:
            says = f"{why}; not seen: bindings, and what should not be there"
            note = Difference(Kind.NOTE, "management API", says)
            return [*await _over_amqp(connection, topology, light=light), note]
    return compare(topology, seen)


async def _over_amqp(
    connection: Connection, topology: Topology, *, light: bool
) -> list[Difference]:
    """Look whether each object exists; then, if so, declare it: RabbitMQ refuses where it
    stands under other arguments, and does nothing where it stands under the same."""
    declarer = Declarer(connection)
    found: list[Difference | None] = []
    for exchange in topology.exchanges:
        absent = await declarer.look_for_exchange(exchange.name)
        found.append(absent)
        if absent is None and not light:
            found.append(await declarer.declare_exchange(exchange))
    for queue in topology.queues:
        absent = await declarer.look_for_queue(queue.name)
        found.append(absent)
        if absent is None and not light:
            found.append(await declarer.declare_queue(queue))
    return [difference for difference in found if difference is not None]

"""Members and leaders of queues in a cluster, as `pintu topology verify` sees them."""

from collections import Counter
from pathlib import Path

from broker.amqp.library import library_connection
from broker.amqp.topology import Kind, apply_topology, broker_version, look_at
from broker.messaging.topology import Topology, topology
from tests.cluster.nodes import Cluster, ClusterNode, cluster
from tests.support.eventually import eventually_async
from tests.support.nodes import Management

AGENCIES = tuple(f"opd-{number:02}" for number in range(30))
DEFAULT = "cluster_partition_handling = pause_minority\n"
"""As RabbitMQ comes: a leader begins on the node that declares, unless the queue says otherwise."""


async def declared(found: Cluster) -> Topology:
    """All queues, by a connection to the first node."""
    url = found.url()
    wanted = topology(AGENCIES, ["web"], broker_version=await broker_version(url))
    await apply_topology(url, wanted, management_url=found.nodes[0].management_url)
    return wanted


def leaders(node: ClusterNode) -> Counter[str]:
    queues = Management(node.management_url).call("GET", "/queues/%2F?columns=name,leader")
    return Counter(queue["leader"] for queue in queues if queue.get("leader"))


async def test_leaders_are_spread_over_the_nodes_and_a_node_that_stops_is_told(
    tmp_path: Path,
) -> None:
    with cluster(tmp_path / "cluster", settings=DEFAULT) as found:
        wanted = await declared(found)
        first, _, last = found.nodes
        spread = leaders(first)
        assert len(spread) == 3, spread
        assert max(spread.values()) <= 2 * min(spread.values()), spread

        url, api = found.url(), first.management_url
        for node in found.nodes:  # each calls the cluster by a name of its own
            look = await look_at(node.url, wanted, api)
            assert (look.differences, look.members_missing) == ((), 0)

        last.stop()

        async def told() -> bool:
            look = await look_at(url, wanted, api)
            return look.members_missing == len(wanted.queues)

        await eventually_async(told)
        look = await look_at(url, wanted, api)
        [offline] = [d for d in look.differences if d.kind is not Kind.NOTE]
        assert (offline.kind, offline.serious) == (Kind.DIFFERS, False)
        assert offline.what == f"all {len(wanted.queues)} replicated queues"
        assert last.name in offline.says


async def test_a_queue_with_one_member_of_three_is_told_with_what_to_do(
    three_nodes: Cluster,
) -> None:
    url, api = three_nodes.url(), three_nodes.nodes[0].management_url
    wanted = topology(AGENCIES, ["web"], broker_version=await broker_version(url))
    queue = next(queue for queue in wanted.queues if queue.name == "agency.opd-07")
    async with library_connection(url, "test") as connection:
        channel = await connection.channel()
        await channel.queue_declare(
            queue.name,
            durable=True,
            arguments={**queue.arguments, "x-quorum-initial-group-size": 1},
        )
    await apply_topology(url, wanted, management_url=api)
    look = await look_at(url, wanted, api)
    [few] = look.differences
    assert (few.kind, few.what, few.serious) == (Kind.DIFFERS, "queue agency.opd-07", False)
    assert "1 of 3 members" in few.says
    assert few.remedy.count("rabbitmq-queues grow ") == 2
    assert look.members_missing == 2


async def test_a_frozen_node_does_not_hold_up_a_look(three_nodes: Cluster) -> None:
    """RabbitMQ asks it for each queue that it has a member of, and waits."""
    wanted = await declared(three_nodes)
    frozen, other, _ = three_nodes.nodes
    url = three_nodes.url()
    frozen.freeze()
    try:
        for api in (None, other.management_url):
            look = await look_at(url, wanted, api, light=True, within=3.0)
            assert not look.missing
    finally:
        frozen.thaw()

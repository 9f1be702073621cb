"""How many members each queue has, and what is said of those that are missing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from broker.amqp.topology import members
from broker.amqp.topology.compare import Seen, compare
from broker.amqp.topology.difference import Difference, Kind
from broker.messaging.topology import topology

ALL = topology([f"opd-{n:02}" for n in range(30)], ["web"], broker_version=(4, 0, 5))
QUORUM = [queue.name for queue in ALL.queues if queue.name != "audit"]
ONE, TWO, THREE, FOUR = "rabbit@one", "rabbit@two", "rabbit@three", "rabbit@four"


def nodes(*names: str, stopped: Sequence[str] = ()) -> list[dict[str, Any]]:
    return [{"name": name, "running": name not in stopped} for name in names]


def queues(
    on: Sequence[str],
    online: Sequence[str] | None = None,
    other: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """All queues with members on these nodes, led in turn; ``other``: some have others."""
    listed = []
    for number, queue in enumerate(ALL.queues):
        its = list((other or {}).get(queue.name, on))
        there = [node for node in its if online is None or node in online]
        listed.append(
            {
                "name": queue.name,
                "arguments": dict(queue.arguments),
                "members": its,
                "online": there,
                "leader": there[number % len(there)] if there else None,
            }
        )
    return listed


def told(
    listed: list[dict[str, Any]], cluster: list[dict[str, Any]] | None, vhost: str = "/"
) -> list[Difference]:
    return compare(ALL, Seen(queues=listed, nodes=cluster, vhost=vhost))


def test_a_node_that_is_alone_misses_nobody() -> None:
    assert told(queues([ONE]), nodes(ONE)) == []
    assert members.missing_members(ALL.queues, queues([ONE]), nodes(ONE)) == 0


@pytest.mark.parametrize("cluster", [(ONE, TWO, THREE), (ONE, TWO, THREE, FOUR)])
def test_three_members_are_enough(cluster: tuple[str, ...]) -> None:
    listed = queues([ONE, TWO, THREE])
    assert told(listed, nodes(*cluster)) == []
    assert members.missing_members(ALL.queues, listed, nodes(*cluster)) == 0


def test_one_of_three_is_a_difference_with_the_commands_that_add_the_others() -> None:
    listed = queues([ONE])
    differs, leads = told(listed, nodes(ONE, TWO, THREE), vhost="a.b")
    assert (differs.kind, differs.serious) == (Kind.DIFFERS, False)
    assert differs.what == f"all {len(ALL.queues)} replicated queues"
    assert "1 of 3 members" in differs.says
    assert differs.remedy.split("; ") == [
        r"rabbitmq-queues grow rabbit@three all --vhost-pattern '^a\.b$'",
        "rabbitmq-streams add_replica audit rabbit@three --vhost 'a.b'",
        r"rabbitmq-queues grow rabbit@two all --vhost-pattern '^a\.b$'",
        "rabbitmq-streams add_replica audit rabbit@two --vhost 'a.b'",
        "rabbitmq-queues rebalance quorum",
    ]
    assert leads.kind is Kind.NOTE
    assert members.missing_members(ALL.queues, listed, nodes(ONE, TWO, THREE)) == 2 * len(listed)


def test_two_nodes_can_give_two_members() -> None:
    assert told(queues([ONE, TWO]), nodes(ONE, TWO)) == []


def test_the_one_queue_that_has_fewer_is_named() -> None:
    listed = queues([ONE, TWO, THREE], other={"agency.opd-07": [ONE, TWO]})
    [differs] = told(listed, nodes(ONE, TWO, THREE))
    assert differs.what == "queue agency.opd-07"
    assert "2 of 3 members, on rabbit@one, rabbit@two" in differs.says
    assert "add_replica" not in differs.remedy


def test_of_many_queues_some_are_named_and_the_rest_is_counted() -> None:
    few = {name: [ONE] for name in QUORUM[:25]}
    differs, _ = told(queues([ONE, TWO, THREE], other=few), nodes(ONE, TWO, THREE))
    assert differs.what.startswith("25 queues: router.intake, cases, agency.opd-00")
    assert differs.what.endswith("and 5 more")


def test_a_member_that_is_offline_is_a_difference_and_names_the_node() -> None:
    listed = queues([ONE, TWO, THREE], online=[ONE, TWO])
    [differs] = told(listed, nodes(ONE, TWO, THREE, stopped=[THREE]))
    assert (differs.kind, differs.serious) == (Kind.DIFFERS, False)
    assert "the member on rabbit@three is offline" in differs.says
    assert "start rabbit@three" in differs.remedy
    assert members.missing_members(ALL.queues, listed, nodes(ONE, TWO, THREE)) == len(listed)


def test_a_queue_without_most_of_its_members_is_serious() -> None:
    listed = queues([ONE, TWO, THREE], online=[ONE])
    found = told(listed, nodes(ONE, TWO, THREE, stopped=[TWO, THREE]))
    assert [d.serious for d in found] == [True, False, False]
    assert "most members are offline" in found[0].says


def test_where_the_nodes_are_not_shown_offline_members_are_seen_all_the_same() -> None:
    assert told(queues([ONE]), None) == []
    [differs] = told(queues([ONE, TWO, THREE], online=[ONE, TWO]), None)
    assert "offline" in differs.says
    assert members.missing_members(ALL.queues, queues([ONE]), None) == 0


def test_one_node_that_leads_most_queues_is_noted() -> None:
    listed = queues([ONE, TWO, THREE])
    for queue in listed:
        queue["leader"] = TWO
    [note] = told(listed, nodes(ONE, TWO, THREE))
    assert note.kind is Kind.NOTE
    assert f"rabbit@two leads {len(listed)} of {len(listed)}" in note.says
    assert note.remedy == "rabbitmq-queues rebalance quorum"


def test_a_queue_that_is_not_replicated_has_no_members_to_miss() -> None:
    listed = [{"name": q.name, "arguments": dict(q.arguments)} for q in ALL.queues]
    assert told(listed, nodes(ONE, TWO, THREE)) == []

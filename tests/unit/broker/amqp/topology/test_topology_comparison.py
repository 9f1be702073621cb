"""What the management API lists against what the configuration asks for."""

import copy
from typing import Any

import pytest

from broker.amqp.topology.compare import Seen, compare
from broker.amqp.topology.difference import Difference, Kind
from broker.messaging.topology import Topology, topology

NEW = topology(["dpupr"], ["web"], broker_version=(4, 0, 5))
OLD = topology(["dpupr"], ["web"], broker_version=(3, 10, 8))


def listed(of: Topology) -> Any:
    """What the API lists where exactly this was declared."""
    return Seen(
        exchanges=[
            {
                "name": e.name,
                "type": e.type,
                "durable": True,
                "auto_delete": False,
                "arguments": dict(e.arguments),
            }
            for e in of.exchanges
        ]
        + [{"name": "", "type": "direct", "durable": True, "auto_delete": False, "arguments": {}}],
        queues=[
            {
                "name": q.name,
                "arguments": dict(q.arguments),
                "effective_policy_definition": {},
                "messages": 0,
            }
            for q in of.queues
        ],
        bindings=[bound(b.exchange, b.queue, b.routing_key) for b in of.bindings]
        + [bound("", q.name, q.name) for q in of.queues],
    )


def bound(source: str, queue: str, key: str, kind: str = "queue") -> dict[str, str]:
    return {
        "source": source,
        "destination": queue,
        "destination_type": kind,
        "routing_key": key,
    }


def changed(**arguments: Any) -> Any:
    """As declared, but the queue agency.dpupr stands under other arguments."""
    seen = copy.deepcopy(listed(NEW))
    queue: Any = next(q for q in seen.queues if q["name"] == "agency.dpupr")
    for name, value in arguments.items():
        queue["arguments"]["x-" + name.replace("_", "-")] = value
    return seen


def only(differences: list[Difference]) -> Difference:
    assert len(differences) == 1, differences
    return differences[0]


def without(seen: Any, name: str) -> Any:
    return Seen(
        [e for e in seen.exchanges if e["name"] != name],
        [q for q in seen.queues if q["name"] != name],
        [b for b in seen.bindings if name not in (b["source"], b["destination"])],
    )


@pytest.mark.parametrize("declared", [OLD, NEW])
def test_a_broker_with_the_topology_does_not_differ(declared: Topology) -> None:
    assert compare(declared, listed(declared)) == []


@pytest.mark.parametrize("name", [q.name for q in NEW.queues])
def test_a_queue_that_is_missing_is_said_once_and_serious(name: str) -> None:
    difference = only(compare(NEW, without(listed(NEW), name)))
    assert (difference.kind, difference.what) == (Kind.MISSING, f"queue {name}")
    assert difference.serious


@pytest.mark.parametrize("name", [e.name for e in NEW.exchanges])
def test_an_exchange_that_is_missing_is_serious(name: str) -> None:
    found = compare(NEW, without(listed(NEW), name))
    assert any(d.what == f"exchange {name}" and d.serious for d in found)


@pytest.mark.parametrize("index", range(len(NEW.bindings)))
def test_a_binding_that_is_missing_is_serious(index: int) -> None:
    seen = listed(NEW)
    gone = seen.bindings[index]
    rest = [binding for binding in seen.bindings if binding is not gone]
    difference = only(compare(NEW, Seen(seen.exchanges, seen.queues, rest)))
    assert (difference.kind, difference.serious) == (Kind.MISSING, True)
    assert gone["destination"] in difference.what


def test_a_queue_under_another_argument_says_what_it_is_and_should_be() -> None:
    difference = only(compare(NEW, changed(delivery_limit=5)))
    assert difference.kind is Kind.DIFFERS
    assert difference.serious
    assert "x-delivery-limit is 5, should be 50" in difference.says
    assert "rabbitmqctl delete_queue agency.dpupr --if-empty" in difference.remedy


def test_a_queue_with_a_length_limit_is_serious() -> None:
    difference = only(compare(NEW, changed(max_length=1000)))
    assert difference.serious
    assert "x-max-length is 1000, should be not set" in difference.says


def test_a_queue_declared_before_an_upgrade_is_noted_and_no_difference() -> None:
    found = compare(NEW, listed(OLD))
    assert {d.what for d in found} == {"queue router.intake", "queue cases"}
    assert {d.kind for d in found} == {Kind.NOTE}


def test_at_least_once_on_an_old_broker_is_a_serious_difference() -> None:
    found = compare(OLD, listed(NEW))
    assert {d.what for d in found} == {"queue router.intake", "queue cases"}
    assert all(d.kind is Kind.DIFFERS and d.serious for d in found)


def test_another_retention_is_a_difference_but_not_serious() -> None:
    seen = copy.deepcopy(listed(NEW))
    queue: Any = next(q for q in seen.queues if q["name"] == "channel.web")
    queue["arguments"]["x-message-ttl"] = 1000
    difference = only(compare(NEW, seen))
    assert (difference.kind, difference.serious) == (Kind.DIFFERS, False)


def test_where_replicas_are_placed_is_the_operators_business() -> None:
    assert compare(NEW, changed(queue_leader_locator="balanced")) == []


@pytest.mark.parametrize(
    "policy", [{"max-length": 10}, {"message-ttl": 1}, {"expires": 1}, {"delivery-limit": 3}]
)
def test_a_policy_that_can_lose_messages_is_serious(policy: dict[str, int]) -> None:
    seen = copy.deepcopy(listed(NEW))
    queue: Any = next(q for q in seen.queues if q["name"] == "parked")
    queue["effective_policy_definition"] = policy
    difference = only(compare(NEW, seen))
    assert difference.serious
    assert next(iter(policy)) in difference.says


def test_the_queue_of_an_agency_that_was_removed_is_reported_with_what_it_holds() -> None:
    fewer = topology([], ["web"], broker_version=(4, 0, 5))
    seen = copy.deepcopy(listed(NEW))
    queue: Any = next(q for q in seen.queues if q["name"] == "agency.dpupr")
    queue["messages"] = 7
    difference = only(compare(fewer, seen))
    assert (difference.kind, difference.what) == (Kind.EXTRA, "queue agency.dpupr")
    assert "7 messages" in difference.says
    assert not difference.serious


@pytest.mark.parametrize(
    ("binding", "kind"),
    [
        (bound("complaints.events", "agency.dpupr", "routed.pln.*"), Kind.EXTRA),
        (bound("amq.topic", "agency.dpupr", "#"), Kind.EXTRA),
        (bound("amq.topic", "complaints.events", "#", "exchange"), Kind.EXTRA),
        (bound("complaints.events", "somebody.else", "#"), Kind.NOTE),
        (bound("complaints.intake", "amq.topic", "#", "exchange"), Kind.NOTE),
    ],
)
def test_a_binding_that_should_not_exist_is_reported(binding: dict[str, str], kind: Kind) -> None:
    seen = listed(NEW)
    more = Seen(seen.exchanges, seen.queues, [*seen.bindings, binding])
    difference = only(compare(NEW, more))
    assert difference.kind is kind
    assert difference.what.startswith("binding")
    assert not difference.serious


def test_other_peoples_objects_are_none_of_our_business() -> None:
    seen = listed(NEW)
    more = Seen(
        [*seen.exchanges, {"name": "theirs"}],
        [*seen.queues, {"name": "theirs", "arguments": {}}],
        [*seen.bindings, bound("theirs", "theirs", "#")],
    )
    assert compare(NEW, more) == []


def test_an_exchange_of_another_type_is_serious() -> None:
    seen = copy.deepcopy(listed(NEW))
    exchange: Any = next(e for e in seen.exchanges if e["name"] == "complaints.intake")
    exchange["type"] = "direct"
    difference = only(compare(NEW, seen))
    assert difference.serious
    assert "type is direct, should be topic" in difference.says

"""Declaring the topology on a real RabbitMQ."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from yarl import URL

from broker.amqp.library import library_connection
from broker.amqp.topology import (
    Kind,
    apply_topology,
    broker_version,
    declare_missing,
    verify_topology,
)
from broker.amqp.topology.declarer import Declarer
from broker.errors import BrokerUnavailable, TopologyConflict
from broker.messaging.topology import Topology, topology
from broker.node import Node, open_node
from broker.node.folder import NodeFolder
from tests.rabbitmq.declared import AGENCIES, CHANNELS, client, declare, small_topology
from tests.support.eventually import eventually
from tests.support.nodes import Management

_WITHOUT_STREAMS = """
[{rabbit, [{forced_feature_flags_on_init, [quorum_queue, implicit_default_bindings]}]}].
"""
NOWHERE = "http://127.0.0.1:1"
BEFORE_4 = (3, 10, 8)


async def test_what_is_declared_is_what_is_verified(amqp_url: str, management_url: str) -> None:
    wanted = await small_topology(amqp_url)
    report = await apply_topology(amqp_url, wanted, management_url=management_url)
    assert (report.exchanges, report.queues, report.bindings) == (4, 10, 65)
    assert report.created == tuple(queue.name for queue in wanted.queues)
    assert report.differences == ()
    assert await verify_topology(amqp_url, wanted, management_url) == []


async def test_declaring_again_creates_nothing(amqp_url: str, management_url: str) -> None:
    wanted = await declare(amqp_url, management_url)
    report = await apply_topology(amqp_url, wanted, management_url=management_url)
    assert (report.created, report.differences) == ((), ())


async def test_a_new_agency_gets_its_queue_and_a_removed_one_is_reported_and_kept(
    amqp_url: str, management_url: str
) -> None:
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.publish("complaints.events", "routed.dpupr.web")
    version = await broker_version(amqp_url)
    now = topology(["pln", "dishub"], CHANNELS, broker_version=version)
    report = await apply_topology(amqp_url, now, management_url=management_url)
    assert report.created == ("agency.dishub",)
    assert [(d.kind, d.what) for d in report.differences] == [(Kind.EXTRA, "queue agency.dpupr")]
    async with client(amqp_url) as someone:
        await someone.holds("agency.dpupr", 1)


async def test_without_the_management_api_it_is_declared_all_the_same(
    amqp_url: str, management_url: str
) -> None:
    wanted = await small_topology(amqp_url)
    report = await apply_topology(amqp_url, wanted, management_url=NOWHERE)
    assert report.created is None
    assert [d.kind for d in report.differences] == [Kind.NOTE]
    assert await verify_topology(amqp_url, wanted, management_url) == []


async def test_a_queue_under_other_arguments_is_explained_and_the_rest_is_declared(
    amqp_url: str, management_url: str
) -> None:
    wanted = await small_topology(amqp_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_declare(
            "agency.dpupr", durable=True, arguments={"x-queue-type": "classic"}
        )
    with pytest.raises(TopologyConflict) as conflict:
        await apply_topology(amqp_url, wanted, management_url=management_url)
    assert "queue agency.dpupr" in str(conflict.value)
    assert "should be" in str(conflict.value)
    assert "rabbitmqctl delete_queue agency.dpupr --if-empty" in str(conflict.value)
    found = await verify_topology(amqp_url, wanted, management_url)
    assert [(d.kind, d.what) for d in found] == [(Kind.DIFFERS, "queue agency.dpupr")]
    assert "x-queue-type is classic, should be quorum" in found[0].says


async def test_an_exchange_of_another_type_is_explained(amqp_url: str, management_url: str) -> None:
    async with client(amqp_url) as someone:
        await someone.channel.exchange_declare("complaints.intake", exchange_type="direct")
    wanted = await small_topology(amqp_url)
    with pytest.raises(TopologyConflict, match=r"exchange complaints\.intake"):
        await apply_topology(amqp_url, wanted, management_url=management_url)


async def test_another_retention_stops_nobody_but_is_said(
    amqp_url: str, management_url: str
) -> None:
    wanted = await small_topology(amqp_url)
    async with client(amqp_url) as someone:
        arguments = next(dict(q.arguments) for q in wanted.queues if q.name == "triage")
        await someone.channel.queue_declare(
            "triage", durable=True, arguments={**arguments, "x-message-ttl": 60_000}
        )
    report = await apply_topology(amqp_url, wanted, management_url=management_url)
    assert [(d.what, d.serious) for d in report.differences] == [("queue triage", False)]
    assert "x-message-ttl is 60000, should be 7776000000" in report.differences[0].says


async def test_a_queue_declared_before_an_upgrade_is_taken_as_it_is(amqp_url: str) -> None:
    old = topology(AGENCIES, CHANNELS, broker_version=BEFORE_4)
    new = topology(AGENCIES, CHANNELS, broker_version=(4, 0, 5))
    async with library_connection(amqp_url, "test") as connection:
        hand = Declarer(connection)
        for queue in old.queues:
            assert await hand.declare_queue(queue) is None
        answers = {queue.name: await hand.declare_queue(queue) for queue in new.queues}
    noted = {name: answer for name, answer in answers.items() if answer is not None}
    assert set(noted) == {"router.intake", "cases"}
    assert {answer.kind for answer in noted.values()} == {Kind.NOTE}


async def test_a_topology_for_another_version_is_not_declared(amqp_url: str) -> None:
    before = await broker_version(amqp_url) < (4, 0)
    other = topology(AGENCIES, CHANNELS, broker_version=(4, 0) if before else BEFORE_4)
    with pytest.raises(TopologyConflict, match="made for RabbitMQ"):
        await apply_topology(amqp_url, other)


async def test_a_user_who_may_not_declare_is_told_what_is_missing(
    amqp_url: str, management_url: str, vhost: str
) -> None:
    wanted = await small_topology(amqp_url)
    guarded = _with_a_user_who_may_only_use(amqp_url, management_url, vhost)
    with pytest.raises(TopologyConflict, match=r"exchange complaints\.intake: does not exist"):
        await apply_topology(guarded, wanted, management_url=NOWHERE)
    await declare(amqp_url, management_url)
    report = await apply_topology(guarded, wanted, management_url=NOWHERE)
    assert {d.kind for d in report.differences} == {Kind.NOTE}
    async with client(amqp_url) as someone:
        await someone.channel.queue_delete("agency.dpupr")
    with pytest.raises(TopologyConflict, match=r"queue agency\.dpupr: does not exist"):
        await apply_topology(guarded, wanted, management_url=NOWHERE)


def _with_a_user_who_may_only_use(amqp_url: str, management_url: str, vhost: str) -> str:
    management = Management(management_url)
    name = f"limited-{vhost}"
    management.call("PUT", f"/users/{name}", {"password": "p", "tags": ""})
    may = {"configure": "", "write": ".*", "read": ".*"}
    management.call("PUT", f"/permissions/{quote(vhost, safe='')}/{name}", may)
    return str(URL(amqp_url).with_user(name).with_password("p"))


async def test_what_an_agency_cannot_take_is_dead_lettered_at_least_once(
    amqp_url: str, management_url: str, vhost: str
) -> None:
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_unbind("parked", "complaints.parked", "")
        await someone.publish("complaints.events", "routed.dpupr.web")
        await someone.reject("agency.dpupr")
    # At-most-once would have dropped it, since nothing takes it; RabbitMQ tells after up to 5 s.
    management = Management(management_url)
    path = f"/queues/{quote(vhost, safe='')}/agency.dpupr"
    eventually(lambda: management.call("GET", path).get("messages_dlx") == 1)


async def test_nothing_is_declared_where_the_feature_flag_of_streams_is_off(
    tmp_path: Path, rabbitmq: Node
) -> None:
    if await broker_version(rabbitmq.url) >= (4, 0):
        pytest.skip("RabbitMQ 4 requires the feature flag")
    # Then at-least-once would silently be at-most-once.
    NodeFolder.under(tmp_path).write("advanced.config", _WITHOUT_STREAMS)
    node = open_node(tmp_path)
    try:
        wanted = await small_topology(node.url)
        with pytest.raises(TopologyConflict, match="enable_feature_flag all"):
            await apply_topology(node.url, wanted, management_url=node.management_url)
        async with library_connection(node.url, "test") as connection:
            for exchange in wanted.exchanges:
                assert await Declarer(connection).look_for_exchange(exchange) is not None
        with pytest.raises(TopologyConflict, match="enable_feature_flag all"):
            await apply_topology(node.url, wanted, management_url=NOWHERE)
        async with library_connection(node.url, "test") as connection:
            for queue in wanted.queues:
                assert await Declarer(connection).look_for_queue(queue) is not None
    finally:
        node.stop()


async def test_a_broker_that_is_away_is_unavailable_and_the_password_is_not_told() -> None:
    with pytest.raises(BrokerUnavailable) as unavailable:
        await broker_version("amqp://user:geheim@127.0.0.1:1/")
    assert "geheim" not in str(unavailable.value)


async def test_queues_that_an_older_version_declared_are_accepted_and_nothing_is_said(
    amqp_url: str, management_url: str
) -> None:
    """It did not say where leaders begin: declared with other arguments RabbitMQ refuses them."""
    wanted = await small_topology(amqp_url)
    await _declare_without_locator(amqp_url, wanted)
    for api in (management_url, NOWHERE):
        report = await apply_topology(amqp_url, wanted, management_url=api)
        assert not [d for d in report.differences if "management API" not in d.what]
        found = await verify_topology(amqp_url, wanted, api)
        assert not [d for d in found if "management API" not in d.what]


async def test_behind_where_the_leader_begins_nothing_else_hides(
    amqp_url: str, management_url: str
) -> None:
    """RabbitMQ names the first difference only, and another one may lose messages."""
    wanted = await small_topology(amqp_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_declare(
            "agency.dpupr", durable=True, arguments={"x-queue-type": "quorum"}
        )
    for api in (management_url, NOWHERE):
        with pytest.raises(TopologyConflict, match=r"agency\.dpupr: x-(?!queue-leader)"):
            await apply_topology(amqp_url, wanted, management_url=api)


async def test_what_is_gone_is_declared_again_with_what_was_bound_to_it_and_nothing_else(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_delete("agency.dpupr")
        await someone.channel.queue_delete("channel.web")
        await someone.channel.exchange_delete("complaints.updates")
    gone = ["queue agency.dpupr", "exchange complaints.updates"]
    await declare_missing(amqp_url, wanted, gone)
    found = await verify_topology(amqp_url, wanted, management_url)
    assert [(d.kind, d.what) for d in found] == [(Kind.MISSING, "queue channel.web")]
    await declare_missing(amqp_url, wanted, ["queue channel.web"])
    assert await verify_topology(amqp_url, wanted, management_url) == []


async def test_what_stands_under_other_arguments_is_not_declared_over(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_delete("agency.dpupr")
        await someone.channel.queue_delete("agency.pln")
        await someone.channel.queue_declare("agency.pln", durable=True)
    with pytest.raises(TopologyConflict, match=r"queue agency\.pln: x-"):
        await declare_missing(amqp_url, wanted, ["queue agency.pln", "queue agency.dpupr"])
    found = await verify_topology(amqp_url, wanted, management_url)
    assert {d.what for d in found if d.kind is not Kind.NOTE} >= {"queue agency.pln"}
    assert "queue agency.dpupr" not in {d.what for d in found}


async def _declare_without_locator(amqp_url: str, wanted: Topology) -> None:
    async with client(amqp_url) as someone:
        for queue in wanted.queues:
            arguments: dict[str, Any] = dict(queue.arguments)
            del arguments["x-queue-leader-locator"]
            await someone.channel.queue_declare(queue.name, durable=True, arguments=arguments)

"""The broker refuses some messages of a batch: these are tried again, the rest is not, and none
counts as delivered once more."""

import asyncio
from collections import Counter

import pytest
from structlog.testing import capture_logs

from broker.messaging import names
from broker.ports import HELD_AT_MOST
from consumers.runtime import worker as worker_module
from consumers.runtime.waiting import Backoff
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import World, picked


@pytest.fixture(autouse=True)
def tries_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_LOOK_EVERY", 0.01)
    monkeypatch.setattr(worker_module, "Backoff", lambda: Backoff(first=0.002, longest=0.005))


def held(world: World) -> str:
    why = world.health.wanting.get("consuming", "")
    return why if "held" in why else ""


def copies(world: World, queue: str) -> list[int]:
    """How often each message of a queue lies in it."""
    return sorted(
        Counter(m.properties.message_id for m in world.broker.queues[queue].ready).values()
    )


async def a_while() -> None:
    for _ in range(50):
        await asyncio.sleep(0.002)


async def test_what_a_queue_without_quorum_refuses_is_tried_until_it_takes_it(
    world: World,
) -> None:
    world.broker.take_down("agency.pln")
    for n in range(20):
        world.submit(picked(str(n), agency="pln" if n % 2 else "dishub"))
    with capture_logs() as said:
        async with world.routing():
            await eventually_async(lambda: "did not take it" in held(world))
            assert world.depth("agency.dishub") == 10
            assert not world.health.ready
            await a_while()
            world.broker.bring_up("agency.pln")
            await eventually_async(lambda: world.depth("agency.pln") == 10)
            await eventually_async(lambda: not held(world))
    events = [line["event"] for line in said]
    assert events.count("consumer.started") == 1, "no session ended"
    assert events.count("publish.held") == 1, "said once"
    assert copies(world, "agency.dishub") == copies(world, "agency.pln") == [1] * 10
    # Refused is a message, not its copy in one queue: others may have it more than once. With
    # many tries that is one message alone.
    *once, several = copies(world, names.CASES_QUEUE)
    assert set(once) <= {1, 2} and several > 3
    assert world.value("pintu_complaints_routed_total", agency="pln") == 10
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_what_reaches_no_queue_is_held_until_there_is_one(world: World) -> None:
    world.broker.delete_queue(names.PARKED_QUEUE)
    world.submit(b'{"text": ', message_id="m1")
    world.submit(picked("1"))
    with capture_logs() as said:
        async with world.routing():
            await eventually_async(lambda: "no queue" in world.health.wanting.get("topology", ""))
            assert "no queue" in held(world)
            await a_while()
            world.broker.declare_queue(names.PARKED_QUEUE)
            world.broker.bind(names.PARKED_EXCHANGE, names.PARKED_QUEUE, "")
            await eventually_async(lambda: world.depth(names.PARKED_QUEUE) == 1)
            await eventually_async(lambda: not held(world))
    assert [line["event"] for line in said].count("consumer.started") == 1
    assert copies(world, "agency.pln") == [1]


async def test_what_is_not_permitted_is_held_until_it_is(world: World) -> None:
    world.submit(picked("1"))
    world.submit(picked("2", agency="dishub"))
    with capture_logs() as said:
        async with world.routing():
            await eventually_async(lambda: world.depth("agency.dishub") == 1)
            world.broker.refuse(at_once=True)
            world.submit(picked("3"))
            await eventually_async(lambda: "refused" in held(world))
            await a_while()
            world.broker.permit()
            await eventually_async(lambda: world.depth("agency.pln") == 2)
            await eventually_async(lambda: not held(world))
    assert [line["event"] for line in said].count("consumer.started") == 1


async def test_nothing_is_taken_where_nothing_may_be_published(world: World) -> None:
    world.submit(picked("1"))
    world.broker.refuse(at_once=True)
    async with world.routing():
        await eventually_async(lambda: "refused" in world.health.wanting["connected"])
        await a_while()
        [message] = world.broker.queues[names.ROUTER_QUEUE].ready
        assert not message.redelivered
        world.broker.permit()
        await eventually_async(lambda: world.depth("agency.pln") == 1)


async def test_after_25_minutes_it_goes_back(world: World) -> None:
    world.broker.take_down("agency.pln")
    world.submit(picked("1"))
    with capture_logs() as said:
        async with world.routing():
            await eventually_async(lambda: held(world))
            world.skipped += HELD_AT_MOST + 1
            started = lambda: [li["event"] for li in said].count("consumer.started")  # noqa: E731
            await eventually_async(lambda: started() == 2)
            world.broker.bring_up("agency.pln")
            await eventually_async(lambda: world.depth("agency.pln") == 1)


async def test_it_leaves_while_something_is_held(world: World) -> None:
    world.broker.take_down("agency.pln")
    world.submit(picked("1"))
    async with world.routing() as stop:
        await eventually_async(lambda: held(world))
        stop.set()
    assert world.depth(names.ROUTER_QUEUE) == 1
    assert world.journal.recorded == {}

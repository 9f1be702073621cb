"""RabbitMQ takes no publishes for a while: nothing is taken, nothing goes back, nothing counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from broker.memory import MemoryBroker, Message
from broker.messaging import names
from broker.ports import HELD_AT_MOST
from consumers.runtime import worker as worker_module
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import World, picked


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_LOOK_EVERY", 0.01)
    monkeypatch.setattr(worker_module, "_STILL_BLOCKED", 0.01)


@asynccontextmanager
async def ready(world: World) -> AsyncIterator[asyncio.Event]:
    async with world.routing() as stop:
        await eventually_async(lambda: not publishing(world) and consuming(world))
        yield stop


def consuming(world: World) -> bool:
    return "consuming" not in world.health.wanting


def publishing(world: World) -> str:
    return world.health.wanting.get("publishing", "")


def waiting(world: World) -> "list[Message]":
    return list(world.broker.queues[names.ROUTER_QUEUE].ready)


async def a_while() -> None:
    """So that what is about to be done wrongly is done."""
    for _ in range(50):
        await asyncio.sleep(0.002)


async def test_nothing_is_taken_where_it_is_blocked_from_the_start(world: World) -> None:
    world.broker.block()
    world.submit(picked("1"))
    async with world.routing():
        await eventually_async(lambda: "memory alarm" in publishing(world))
        await a_while()
        assert world.broker.queues[names.ROUTER_QUEUE].consumers == 0
        assert "consuming" in world.health.wanting
        world.broker.unblock()
        await eventually_async(lambda: world.depth("agency.pln") == 1)
        await eventually_async(lambda: not publishing(world))


async def test_a_batch_in_hand_stays_there_and_is_published_afterwards(world: World) -> None:
    async with ready(world):
        world.broker.block("disk alarm")
        for id in "123":
            world.submit(picked(id))
        await eventually_async(lambda: "disk alarm" in publishing(world))
        await a_while()
        assert world.depth("agency.pln") == 0
        assert world.journal.recorded == {}
        world.broker.unblock()
        await eventually_async(lambda: world.depth("agency.pln") == 3)
    assert world.depth(names.ROUTER_QUEUE) == 0
    assert not any(message.redelivered for message in world.broker.queues["agency.pln"].ready)


async def test_a_batch_that_waits_holds_no_claim_in_the_journal(world: World) -> None:
    """Others would wait for it, and a database ends a transaction that is idle for long."""
    entered = 0
    recording = world.journal.recording

    def counted(*arguments: object) -> object:
        nonlocal entered
        entered += 1
        return recording(*arguments)  # type: ignore[arg-type]  # passed on as given

    world.journal.recording = counted  # type: ignore[method-assign,assignment]  # a spy
    async with ready(world):
        world.broker.block()
        world.submit(picked("1"))
        await eventually_async(lambda: publishing(world))
        await a_while()
        assert entered == 0
        world.broker.unblock()
        await eventually_async(lambda: world.depth("agency.pln") == 1)
    assert entered == 1


async def test_an_alarm_within_the_25_minutes_ends_no_session(world: World) -> None:
    with capture_logs() as said:
        async with ready(world):
            world.broker.block()
            world.submit(picked("1"))
            await eventually_async(lambda: publishing(world))
            world.skipped += HELD_AT_MOST - 60
            await a_while()
            assert consuming_sessions(world.broker) == 1
            world.broker.unblock()
            await eventually_async(lambda: world.depth("agency.pln") == 1)
    assert [line["event"] for line in said].count("consumer.started") == 1


async def test_what_is_in_hand_for_25_minutes_goes_back_once_and_is_not_taken_again(
    world: World,
) -> None:
    async with ready(world):
        world.broker.block()
        for id in "123":
            world.submit(picked(id))
        await eventually_async(lambda: publishing(world))
        await a_while()
        world.skipped += HELD_AT_MOST + 1
        await eventually_async(lambda: len(waiting(world)) == 3)
        await a_while()
        assert len(waiting(world)) == 3
        world.broker.unblock()
        await eventually_async(lambda: world.depth("agency.pln") == 3)
        await eventually_async(lambda: consuming(world) and not publishing(world))


async def test_a_publish_that_was_under_way_is_held_by_the_broker(world: World) -> None:
    """The alarm comes between the loop's look and the publish."""
    async with ready(world):
        world.broker.fall_silent()
        world.submit(picked("1"))
        await a_while()
        world.broker.block()
        world.broker.answer()
        await eventually_async(lambda: "alarm" in publishing(world))
        await a_while()
        assert world.depth("agency.pln") == 0
        world.broker.unblock()
        await eventually_async(lambda: world.depth("agency.pln") == 1)


async def test_it_leaves_at_once_with_a_batch_in_hand(world: World) -> None:
    async with ready(world) as stop:
        world.broker.block()
        world.submit(picked("1"))
        await eventually_async(lambda: publishing(world))
        await a_while()
        stop.set()
        await eventually_async(lambda: len(waiting(world)) == 1)
    assert world.depth("agency.pln") == 0


async def test_it_leaves_at_once_where_it_waits_for_a_session(world: World) -> None:
    world.broker.block()
    with capture_logs() as said:
        async with world.routing() as stop:
            await eventually_async(lambda: publishing(world))
            stop.set()
    assert "consumer.left_early" not in [line["event"] for line in said]


async def test_an_alarm_and_its_end_are_told_once(world: World) -> None:
    with capture_logs() as said:
        async with ready(world):
            world.broker.block()
            await eventually_async(lambda: world.health.blocked == "memory alarm")
            assert not world.health.connected
            await a_while()
            world.broker.unblock()
            await eventually_async(lambda: world.health.blocked is None and not publishing(world))
            assert world.health.connected
    told = [line for line in said if line["event"].startswith("broker.")]
    assert [line["event"] for line in told] == ["broker.blocked", "broker.unblocked"]
    assert told[0]["why"] == "memory alarm" and told[1]["seconds"] >= 0


def consuming_sessions(broker: MemoryBroker) -> int:
    return broker.queues[names.ROUTER_QUEUE].consumers

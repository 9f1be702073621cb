"""Batches side by side: when they are taken, and what becomes of one beside another that is late,
or fails."""

import asyncio
from collections.abc import Sequence

import pytest

from broker.errors import BrokerUnavailable
from broker.memory import MemorySession
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from consumers.router.handler import Batch
from consumers.runtime.batches import ROUTER
from schemas import limits
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import World, picked


@pytest.fixture
def taken(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the batches that were taken."""
    sizes: list[int] = []
    prepare = world.handler.prepare

    async def counted(batch: Sequence[Incoming]) -> Batch:
        sizes.append(len(batch))
        return await prepare(batch)

    monkeypatch.setattr(world.handler, "prepare", counted)
    return sizes


class Publishes:
    """Publishes by their number: each may be held, and fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.acknowledged: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.fails: set[int] = set()
        publish, acknowledge = MemorySession.publish, MemorySession.acknowledge

        async def watched(session: MemorySession, messages: Sequence[Outgoing]) -> None:
            number = len(self.begun)
            self.begun.append(len(messages))
            if number in self.held:
                await self.held[number].wait()
            if number in self.fails:
                session.end("cut off")
                raise BrokerUnavailable("cut off")
            await publish(session, messages)
            self.done.append(number)

        async def told(session: MemorySession, messages: Sequence[Incoming]) -> None:
            await acknowledge(session, messages)
            self.acknowledged.append(len(messages))

        monkeypatch.setattr(MemorySession, "publish", watched)
        monkeypatch.setattr(MemorySession, "acknowledge", told)

    def hold(self, number: int) -> asyncio.Event:
        """Until what is given is set."""
        self.held[number] = asyncio.Event()
        return self.held[number]


@pytest.fixture
def publishes(monkeypatch: pytest.MonkeyPatch) -> Publishes:
    return Publishes(monkeypatch)


def submit(world: World, number: int, name: str = "") -> None:
    for n in range(number):
        world.submit(picked(f"{name}{n}"))


async def test_what_comes_singly_while_a_batch_is_published_goes_in_one_after_it(
    world: World, taken: list[int]
) -> None:
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        world.broker.fall_silent()
        submit(world, 1, "first")
        await eventually_async(lambda: taken == [1])
        submit(world, 3)
        world.broker.answer()
        await eventually_async(lambda: world.depth("agency.pln") == 4)
    assert taken == [1, 3]


async def test_a_whole_batch_is_published_beside_one_that_is_not_confirmed(
    world: World, publishes: Publishes
) -> None:
    free = publishes.hold(0)
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        submit(world, 1, "first")
        await eventually_async(lambda: publishes.begun == [1])
        submit(world, 2 * ROUTER.most)
        await eventually_async(lambda: world.depth("agency.pln") == ROUTER.most)
        assert publishes.begun == [1, ROUTER.most], "and no third one"
        free.set()
        await eventually_async(lambda: world.depth("agency.pln") == 1 + 2 * ROUTER.most)


async def test_a_batch_is_acknowledged_after_the_one_before_it(
    world: World, publishes: Publishes
) -> None:
    free = publishes.hold(0)
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        submit(world, 1, "first")
        await eventually_async(lambda: publishes.begun == [1])
        submit(world, ROUTER.most)
        await eventually_async(lambda: publishes.done == [1])
        assert not publishes.acknowledged
        free.set()
        await eventually_async(lambda: publishes.acknowledged == [1, ROUTER.most])
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_a_batch_beside_one_that_fails_comes_back_and_is_not_routed_again(
    world: World, publishes: Publishes
) -> None:
    fail = publishes.hold(0)
    publishes.fails.add(0)
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        submit(world, 1, "first")
        await eventually_async(lambda: publishes.begun == [1])
        submit(world, ROUTER.most)
        await eventually_async(lambda: publishes.done == [1])
        fail.set()
        await eventually_async(lambda: world.depth("agency.pln") == 1 + ROUTER.most)
        await eventually_async(lambda: sum(publishes.acknowledged) == 1 + ROUTER.most)
    assert world.value("pintu_duplicates_total") == ROUTER.most
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_a_repeat_in_the_batch_beside_it_is_not_routed_again(
    world: World, publishes: Publishes
) -> None:
    free = publishes.hold(0)
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        submit(world, 1)
        await eventually_async(lambda: publishes.begun == [1])
        submit(world, ROUTER.most)
        await asyncio.sleep(0)
        free.set()
        await eventually_async(lambda: world.depth("agency.pln") == ROUTER.most)
        await eventually_async(lambda: world.value("pintu_duplicates_total") == 1)


async def test_on_leaving_batches_side_by_side_are_settled(
    world: World, publishes: Publishes
) -> None:
    free = publishes.hold(0)
    async with world.routing() as stop:
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        submit(world, 1, "first")
        await eventually_async(lambda: publishes.begun == [1])
        submit(world, ROUTER.most)
        await eventually_async(lambda: publishes.done == [1])
        stop.set()
        free.set()
    assert sum(publishes.acknowledged) == 1 + ROUTER.most
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_a_large_message_is_published_beside_no_other(
    world: World, publishes: Publishes
) -> None:
    first, large = publishes.hold(0), publishes.hold(1)
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        submit(world, 1, "first")
        await eventually_async(lambda: publishes.begun == [1])
        world.submit(picked("large") | {"x": "x" * limits.LARGE_MESSAGE})
        submit(world, ROUTER.most)
        await a_while()
        assert publishes.begun == [1], "it waits until it is alone"
        first.set()
        await eventually_async(lambda: len(publishes.begun) == 2)
        await a_while()
        assert len(publishes.begun) == 2, "and none comes beside it"
        large.set()
        await eventually_async(lambda: world.depth("agency.pln") == 2 + ROUTER.most)


async def a_while() -> None:
    for _ in range(50):
        await asyncio.sleep(0.002)

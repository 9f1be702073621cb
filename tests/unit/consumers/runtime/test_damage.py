"""While something of the topology is missing nothing is taken and nothing is sent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from broker.errors import Unroutable
from broker.memory import MemoryBroker
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.topology import topology
from consumers.runtime.damage import Damage
from consumers.runtime.health import Health
from consumers.runtime.worker import Worker
from schemas.properties import Properties
from tests.support.eventually import PATIENCE, eventually_async

GONE = ["queue agency.dlh"]


class Forwarding:
    """Sends each message on to the agency dlh; tells when it has one."""

    def __init__(self) -> None:
        self.prepared = asyncio.Event()

    async def prepare(self, batch: Sequence[Incoming]) -> list[Outgoing]:
        self.prepared.set()
        return [
            Outgoing(names.EVENTS, "routed.dlh.web", message.body, f"id-{message.tag}", "t")
            for message in batch
        ]

    def give_up(self, message: Incoming) -> list[Outgoing]:
        raise AssertionError("given up")

    def less(self) -> bool:
        return False

    async def check(self) -> None: ...

    @asynccontextmanager
    async def transaction(self, batch: list[Outgoing]) -> AsyncIterator[Sequence[Outgoing]]:
        yield batch


class World:
    def __init__(self) -> None:
        self.broker = MemoryBroker(topology(["dlh"], ["web"], broker_version=(4, 0, 5)))
        self.damage, self.health, self.stop = Damage(), Health(), asyncio.Event()
        self.handler = Forwarding()
        worker = Worker(
            self.broker,
            names.ROUTER_QUEUE,
            self.handler,
            self.health,
            self.stop,
            damage=self.damage,
        )
        self.running = asyncio.create_task(worker.run())

    def submit(self) -> None:
        self.broker.put(names.INTAKE, "web", b"x", Properties(message_id="1"))

    def depth(self, queue: str) -> int:
        return len(self.broker.queues[queue].ready)

    async def left(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.running, PATIENCE)


async def test_a_worker_subscribes_to_nothing_before_it_is_mended() -> None:
    world = World()
    world.damage.seen(GONE)
    world.submit()
    for _ in range(100):
        await asyncio.sleep(0)
    assert world.depth(names.ROUTER_QUEUE) == 1
    assert not world.handler.prepared.is_set()
    world.damage.seen(())
    await eventually_async(lambda: world.depth("agency.dlh") == 1)
    await world.left()


async def test_what_is_in_hand_is_held_and_goes_out_once_it_is_mended() -> None:
    world = World()
    await eventually_async(lambda: "consuming" not in world.health.wanting)
    world.damage.seen(GONE)
    world.submit()
    await asyncio.wait_for(world.handler.prepared.wait(), PATIENCE)
    for _ in range(100):
        await asyncio.sleep(0)
    assert (world.depth("agency.dlh"), world.depth(names.CASES_QUEUE)) == (0, 0)
    world.damage.seen(())
    await eventually_async(lambda: world.depth("agency.dlh") == 1)
    await world.left()
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_a_worker_that_holds_back_leaves_when_it_is_told_to() -> None:
    world = World()
    await eventually_async(lambda: "consuming" not in world.health.wanting)
    world.damage.seen(GONE)
    world.submit()
    await asyncio.wait_for(world.handler.prepared.wait(), PATIENCE)
    await world.left()
    assert (world.depth("agency.dlh"), world.depth(names.ROUTER_QUEUE)) == (0, 1)


async def test_damage_that_is_mended_holds_up_nobody() -> None:
    damage, stop = Damage(), asyncio.Event()
    await damage.mended(stop)
    damage.seen([*GONE, "queue a", "queue b", "queue c"])
    stop.set()
    with pytest.raises(Unroutable, match=r"not there: queue a, queue agency\.dlh, .* and 1 more"):
        await damage.mended(stop)

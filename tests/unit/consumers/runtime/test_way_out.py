"""Probes beside the work: readiness says when nothing could be published, and the work goes on."""

import asyncio

import pytest
from structlog.testing import capture_logs

from consumers.runtime import way_out
from consumers.runtime import worker as worker_module
from consumers.runtime.stall import Stall
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import World, picked


@pytest.fixture(autouse=True)
def probes_often(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_out.WayOut.__init__, "__kwdefaults__", {"probe_every": 0.01})
    monkeypatch.setattr(worker_module, "_LOOK_EVERY", 0.01)
    world.broker.probe_within = 0.05


def publishing(world: World) -> str:
    return world.health.wanting.get("publishing", "")


async def test_before_the_first_probe_nothing_is_known(world: World) -> None:
    assert publishing(world) == "not tried yet"
    async with world.routing():
        await eventually_async(lambda: not publishing(world))


async def test_a_connection_on_which_nothing_comes_back_is_noticed_without_work(
    world: World,
) -> None:
    async with world.routing():
        await eventually_async(lambda: not publishing(world))
        world.broker.fall_silent()
        await eventually_async(lambda: "no answer" in publishing(world))
        assert not world.health.connected and not world.health.ready
        world.broker.answer()
        await eventually_async(lambda: not publishing(world))


async def test_a_probe_that_is_refused_ends_no_work(world: World) -> None:
    with capture_logs() as said:
        async with world.routing():
            await eventually_async(lambda: not publishing(world))
            world.broker.refuse()
            await eventually_async(lambda: "refused" in publishing(world))
            world.submit(picked("1"))
            await eventually_async(lambda: world.depth("agency.pln") == 1)
            assert "refused" in publishing(world)
            assert "consuming" not in world.health.wanting
            world.broker.permit()
            await eventually_async(lambda: not publishing(world))
    events = [line["event"] for line in said]
    assert events.count("consumer.started") == 1
    assert events.count("probe.failed") == 1, "not at each probe"
    assert events.count("probe.passed") == 1


async def test_a_queue_of_the_cases_that_is_gone_is_noticed(world: World) -> None:
    async with world.routing():
        await eventually_async(lambda: not publishing(world))
        world.broker.delete_queue("cases")
        await eventually_async(lambda: "cases" in publishing(world))


async def test_a_session_that_begins_is_probed_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_out.WayOut.__init__, "__kwdefaults__", {"probe_every": 3600.0})
    async with world.routing():
        await eventually_async(lambda: not publishing(world))
        world.broker.block()
        await eventually_async(lambda: "alarm" in publishing(world))
        world.broker.away()
        world.broker.unblock()
        world.broker.back()
        await eventually_async(lambda: not publishing(world))


async def test_a_fault_in_the_probe_itself_ends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: object) -> None:
        raise KeyError("a bug")

    async with world.routing():
        await eventually_async(lambda: not publishing(world))
        with monkeypatch.context() as patched:
            patched.setattr("broker.memory.broker.MemoryPublisher.probe", fails)
            await eventually_async(lambda: "program failed" in publishing(world))
            world.submit(picked("1"))
            await eventually_async(lambda: world.depth("agency.pln") == 1)
        await eventually_async(lambda: not publishing(world))


async def test_a_batch_that_is_stuck_is_told(world: World) -> None:
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        world.broker.fall_silent()
        world.submit(picked("1"))
        await asyncio.sleep(0.05)
        world.skipped += 11
        await eventually_async(lambda: "not done after 10 s" in str(world.health.wanting))
        world.broker.answer()
        await eventually_async(lambda: "consuming" not in world.health.wanting)
    assert world.depth("agency.pln") == 1


def test_a_batch_that_takes_its_time_is_no_matter(world: World) -> None:
    world.health.holds("consuming")
    stall = Stall(world.health, world.seconds)
    stall.begin()
    world.skipped += 9
    stall.look()
    stall.end()
    world.skipped += 3600
    stall.look()
    assert "consuming" not in world.health.wanting

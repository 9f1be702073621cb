"""Nodes of a cluster fail amid complaints: none is lost, and routing goes on through the others.

`CLUSTER_COMPLAINTS`: how many there are to be in each test.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from broker.messaging import names
from tests.acceptance.program import Program
from tests.chaos.load import declare, depth, find_all, ids
from tests.cluster.nodes import Cluster, ClusterNode
from tests.cluster.traffic import Traffic, connected_to, leader, members_missing
from tests.support.eventually import eventually_async

COMPLAINTS: Final = int(os.environ.get("CLUSTER_COMPLAINTS", "4000"))
LONGEST_PAUSE: Final = 10.0
"""Seconds in which nothing is routed, at most, while a quorum is alive."""
STOPPED_FOR: Final = 20.0
"""Seconds: longer than any pause may be, and than it takes a cluster to give a node up."""
_READY_WITHIN: Final = 120.0


@dataclass(frozen=True)
class Scene:
    """What a test may do harm to."""

    cluster: Cluster
    program: Program
    traffic: Traffic

    async def amid(self, share: float) -> None:
        """Wait until that share of the complaints is routed."""
        await eventually_async(
            lambda: self.traffic.routed >= share * COMPLAINTS, _READY_WITHIN, "nothing is routed"
        )

    async def spare(self, *victims: ClusterNode) -> None:
        """The feeder goes on through a node that is none of these."""
        spared = next(node for node in self.cluster.nodes if node not in victims)
        self.traffic.through = spared
        await eventually_async(lambda: self.traffic.connected is spared)

    async def ready(self, node: ClusterNode) -> None:
        await asyncio.to_thread(node.wait_until_ready)


Harm = Callable[[Scene], Awaitable[None]]


async def kill_connected(scene: Scene) -> None:
    victim = _connected(scene)
    await scene.spare(victim)
    victim.kill()
    await scene.amid(0.7)
    victim.spawn()
    await scene.ready(victim)


async def kill_leader(scene: Scene) -> None:
    victim = await asyncio.to_thread(leader, scene.cluster, names.ROUTER_QUEUE)
    await scene.spare(victim)
    victim.kill()
    await scene.amid(0.7)
    victim.spawn()
    await scene.ready(victim)


async def stop_connected(scene: Scene) -> None:
    await _stop(scene, _connected(scene))


async def stop_leader_of_the_stream(scene: Scene) -> None:
    await _stop(scene, await asyncio.to_thread(leader, scene.cluster, names.AUDIT_STREAM))


async def rolling_restart(scene: Scene) -> None:
    for victim in scene.cluster.nodes:
        await scene.spare(victim)
        await asyncio.to_thread(victim.stop)
        victim.spawn()
        await scene.ready(victim)
        await eventually_async(
            lambda: asyncio.to_thread(_all_are_there, scene.cluster), _READY_WITHIN
        )


@pytest.mark.parametrize(
    "harm",
    [kill_connected, kill_leader, stop_connected, stop_leader_of_the_stream, rolling_restart],
    ids=lambda harm: harm.__name__,
)
async def test_routing_goes_on_through_the_other_nodes(
    harm: Harm, three_nodes: Cluster, tmp_path: Path
) -> None:
    async def through(scene: Scene) -> float:
        since = time.monotonic()
        await harm(scene)
        return since

    pause = await _amid_complaints(through, three_nodes, tmp_path)
    assert pause <= LONGEST_PAUSE


async def test_two_of_three_die_and_all_goes_on_when_one_is_back(
    three_nodes: Cluster, tmp_path: Path
) -> None:
    async def two_die(scene: Scene) -> float:
        spared = await asyncio.to_thread(leader, scene.cluster, names.AUDIT_STREAM)
        first, second = await _die(scene, spared)
        first.spawn()
        await scene.ready(first)
        since = time.monotonic()
        await scene.amid(0.7)
        second.spawn()
        await scene.ready(second)
        return since

    pause = await _amid_complaints(two_die, three_nodes, tmp_path)
    assert pause <= LONGEST_PAUSE


async def test_two_of_three_die_with_the_streams_leader_and_all_goes_on_when_both_are_back(
    three_nodes: Cluster, tmp_path: Path
) -> None:
    """With one of them back there is a quorum, but RabbitMQ 3.10 does not always begin the stream
    anew on another node: its coordinator goes on asking the dead one (`failed to start writer`)."""

    async def two_die(scene: Scene) -> float:
        lost = await asyncio.to_thread(leader, scene.cluster, names.AUDIT_STREAM)
        for victim in await _die(scene, next(n for n in scene.cluster.nodes if n is not lost)):
            victim.spawn()
            await scene.ready(victim)
        since = time.monotonic()
        await scene.amid(0.7)
        return since

    pause = await _amid_complaints(two_die, three_nodes, tmp_path)
    assert pause <= LONGEST_PAUSE


async def _die(scene: Scene, spared: ClusterNode) -> list[ClusterNode]:
    """All but one, until the program says that it cannot route."""
    victims = [node for node in scene.cluster.nodes if node is not spared]
    await scene.spare(*victims)
    for victim in victims:
        victim.kill()
    await eventually_async(lambda: scene.program.get("/readyz")[0] == 503)
    return victims


async def _amid_complaints(
    harm: Callable[[Scene], Awaitable[float]], cluster: Cluster, tmp_path: Path
) -> float:
    """Feed, harm, and find every complaint again. Gives the longest pause after the moment that
    `harm` gives."""
    first = cluster.nodes[0]
    await declare(first.url)
    program = await asyncio.to_thread(Program, "all", cluster.url(), tmp_path / "state")
    try:
        with Traffic(program, first) as traffic:
            harmed = asyncio.Event()
            feeding = asyncio.create_task(
                traffic.feed(lambda fed: fed >= COMPLAINTS and harmed.is_set())
            )
            scene = Scene(cluster, program, traffic)
            await scene.amid(0.2)
            since = await harm(scene)
            harmed.set()
            await feeding
            fed = traffic.confirmed
            await eventually_async(lambda: traffic.routed >= fed, _READY_WITHIN)
        pauses = traffic.pauses(since)
        told = ", ".join(
            f"{pause.seconds:.1f} s after {pause.begin - since:.1f}" for pause in pauses
        )
        print(f"\n{fed:,} complaints; nothing was routed for {told or 'less than a second'}")
        await eventually_async(lambda: _has_cases(program, fed), _READY_WITHIN)
        await eventually_async(lambda: program.get("/readyz")[0] == 200)
        await asyncio.to_thread(program.stop)
    finally:
        program.kill()
    await eventually_async(lambda: asyncio.to_thread(_all_are_there, cluster), _READY_WITHIN)
    await _nothing_was_lost(first.url, fed)
    return max((pause.seconds for pause in pauses), default=0.0)


async def _nothing_was_lost(url: str, fed: int) -> None:
    """Every complaint was routed, to one agency, under one id; nothing is parked or left over."""
    assert await depth(url, names.ROUTER_QUEUE) == 0
    found = await find_all(url)
    print(f"{found.duplicates} duplicates")
    assert found.events.keys() == ids(range(fed))
    assert found.parked == 0
    assert all(len(same) == 1 for same in found.events.values())


def _has_cases(program: Program, number: int) -> bool:
    lines = program.get("/metrics")[1].splitlines()
    cases = sum(float(li.rsplit(" ", 1)[1]) for li in lines if li.startswith("pintu_cases{"))
    assert cases == number, f"{cases:,.0f} cases of {number:,}"
    return True


def _all_are_there(cluster: Cluster) -> bool:
    missing = members_missing(cluster.nodes[0])
    assert not missing, f"members missing: {missing}"
    return True


def _connected(scene: Scene) -> ClusterNode:
    return next(iter(connected_to(scene.program, scene.cluster)))


async def _stop(scene: Scene, victim: ClusterNode) -> None:
    """Long enough that it has to be done without; then it goes on as if nothing had happened."""
    await scene.spare(victim)
    victim.freeze()
    try:
        await asyncio.sleep(STOPPED_FOR)  # the time is what the test is about
        assert scene.traffic.routed > 0
    finally:
        victim.thaw()

"""What every broker promises of a probe: it tells whether a message could be published now."""

import asyncio

import pytest

from broker.errors import BrokerUnavailable
from tests.contract.messages import a_message, take_bodies
from tests.contract.small_world import World
from tests.support.eventually import PATIENCE


async def test_a_probe_ends_well_on_a_broker_that_takes_publishes(world: World) -> None:
    async with world.broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        await session.probe()
    async with world.broker.publisher("events") as publisher, asyncio.timeout(PATIENCE):
        await publisher.probe()
    assert world.broker.blocked is None


async def test_a_session_is_as_good_after_a_probe_as_before_it(world: World) -> None:
    async with world.broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        for n in range(3):
            await session.probe()
            await session.publish([a_message("order.new", str(n))])
        assert await take_bodies(session, 3) == ["0", "1", "2"]


async def test_a_probe_goes_beside_a_publish(world: World) -> None:
    async with world.broker.session("work", 500) as session, asyncio.timeout(PATIENCE):
        batch = [a_message("order.new", str(n)) for n in range(300)]
        await asyncio.gather(session.publish(batch), session.probe())
        assert len(await take_bodies(session, 300)) == 300


async def test_a_probe_on_a_session_that_is_gone_is_told(world: World) -> None:
    async with world.broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        await world.go_away()
        with pytest.raises(BrokerUnavailable):
            await session.probe()

"""Many large messages in a real queue, and a consumer that is slow to take them."""

import asyncio

import pytest

from broker.amqp.session import RabbitBroker
from broker.messaging.messages import Outgoing
from schemas import limits
from tests.contract.messages import take_bodies
from tests.contract.small_world import declare_on_rabbitmq
from tests.support.eventually import eventually_async

pytestmark = pytest.mark.timeout(120)

BODY = b"x" * 2**20
MESSAGES = 3 * limits.ARRIVED_BYTES // len(BODY)


async def filled(url: str) -> RabbitBroker:
    declare_on_rabbitmq(url)
    broker = RabbitBroker(url, name="holding back")
    async with broker.publisher("events") as publisher:
        for n in range(MESSAGES):
            await publisher.publish([Outgoing("events", "order.n", BODY, str(n))])
    return broker


async def test_no_more_arrives_than_may_be_in_hand_and_all_comes_in_the_end(amqp_url: str) -> None:
    broker = await filled(amqp_url)
    async with broker.session("work", 1000) as session:
        found = session._taking.deliveries
        await eventually_async(lambda: found.holding_back, 30)
        taken = 0
        while taken < MESSAGES:
            assert found.bytes <= limits.ARRIVED_BYTES + 2 * len(BODY)
            batch = await session.take(10)
            await session.acknowledge(batch)
            taken += len(batch)
        assert not found.holding_back


async def test_who_is_told_to_leave_meanwhile_leaves_and_the_rest_stays(amqp_url: str) -> None:
    broker = await filled(amqp_url)
    settled = 0
    async with asyncio.timeout(20), broker.session("work", 1000) as session:
        found = session._taking.deliveries
        await eventually_async(lambda: found.holding_back, 30)
        await session.stop_taking()
        while batch := await session.take(10):
            await session.acknowledge(batch)
            settled += len(batch)
    assert 0 < settled < MESSAGES
    async with broker.session("work", 1000) as session:
        assert len(await take_bodies(session, MESSAGES - settled)) == MESSAGES - settled

"""The broker in memory plays alarms, silence and refusals as the ports promise them."""

import asyncio

import pytest

from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.memory import MemoryBroker
from broker.messaging.messages import Outgoing
from schemas.properties import Properties

MESSAGE = Outgoing(exchange="", routing_key="work", body=b"{}", message_id="1")


@pytest.fixture
def broker() -> MemoryBroker:
    broker = MemoryBroker()
    broker.declare_queue("work")
    broker.declare_queue("cases")
    return broker


async def goes_on(task: "asyncio.Task[object]") -> bool:
    done, _ = await asyncio.wait([task], timeout=0.05)
    return not done


async def test_a_publish_is_held_while_blocked_and_goes_out_afterwards(
    broker: MemoryBroker,
) -> None:
    async with broker.session("work", 10) as session:
        broker.block()
        assert broker.blocked == "memory alarm"
        publishing = asyncio.ensure_future(session.publish([MESSAGE]))
        assert await goes_on(publishing)
        broker.unblock()
        await publishing
        assert len(await session.take(10)) == 1


async def test_nothing_is_subscribed_to_while_blocked(broker: MemoryBroker) -> None:
    broker.put("", "work", b"{}", Properties())
    broker.block()

    async def taken() -> object:
        async with broker.session("work", 10) as session:
            return await session.take(10)

    taking = asyncio.ensure_future(taken())
    assert await goes_on(taking)
    assert len(broker.queues["work"].ready) == 1 and not broker.queues["work"].consumers
    broker.unblock()
    assert await taking


async def test_what_is_held_for_too_long_is_given_up(broker: MemoryBroker) -> None:
    async with broker.session("work", 10) as session:
        broker.block()
        publishing = asyncio.ensure_future(session.publish([MESSAGE]))
        assert await goes_on(publishing)
        broker.end_holds()
        with pytest.raises(BrokerUnavailable, match="memory alarm"):
            await publishing
    assert not broker.queues["work"].ready


async def test_a_held_publish_ends_with_its_session(broker: MemoryBroker) -> None:
    async with broker.session("work", 10) as session:
        broker.block()
        publishing = asyncio.ensure_future(session.publish([MESSAGE]))
        assert await goes_on(publishing)
        broker.away()
        with pytest.raises(BrokerUnavailable, match="away"):
            await publishing


async def test_a_probe_says_what_is_wrong(broker: MemoryBroker) -> None:
    async with broker.session("work", 10) as session:
        await session.probe()
        broker.block("disk alarm")
        with pytest.raises(BrokerUnavailable, match="disk alarm"):
            await session.probe()
        broker.unblock()
        broker.probe_within = 0.01
        broker.fall_silent()
        with pytest.raises(BrokerUnavailable, match="no answer"):
            await session.probe()
        broker.answer()
        broker.refuse()
        with pytest.raises(NotPermitted):
            await session.probe()
        await session.publish([MESSAGE])  # as RabbitMQ lets a channel that it once permitted
        broker.permit()
        broker.delete_queue("cases")
        with pytest.raises(Unroutable, match="cases"):
            await session.probe()

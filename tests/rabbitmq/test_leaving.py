"""Leaving a real RabbitMQ at the worst moments: what was acknowledged is gone from the queue, and
closes that cross cost no connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pamqp import commands
from pamqp.commands import Basic

from broker.amqp.address import parse_address
from broker.amqp.client import client
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connecting import connected
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.encode import publish_frames
from broker.amqp.session import RabbitBroker
from broker.errors import BrokerUnavailable
from broker.messaging.messages import Outgoing
from tests.contract.small_world import declare_on_rabbitmq
from tests.support.eventually import eventually_async

MANY = 5_000
TIMES = 4

pytestmark = pytest.mark.timeout(240)


async def test_what_was_acknowledged_in_small_batches_is_gone(amqp_url: str) -> None:
    declare_on_rabbitmq(amqp_url)
    broker = RabbitBroker(amqp_url, name="leaving")
    async with client(amqp_url, "looking") as looking:
        for nth in range(TIMES):
            async with broker.publisher("events") as publisher:
                for start in range(0, MANY, 500):
                    batch = range(start, start + 500)
                    await publisher.publish(
                        [Outgoing("events", "order.n", b"x", str(n)) for n in batch]
                    )
            await _acknowledge_all(broker, nth)

            async def nothing_left() -> bool:
                return await looking.waiting("work") == (0, 0)

            await eventually_async(nothing_left)


async def _acknowledge_all(broker: RabbitBroker, nth: int) -> None:
    """In batches of one to seven, and leave at once."""
    async with broker.session("work", MANY) as session:
        done = size = 0
        while done < MANY:
            batch = await session.take(1 + (size + nth) % 7)
            size += 1
            await session.acknowledge(batch)
            done += len(batch)


@asynccontextmanager
async def a_channel(url: str) -> AsyncIterator[tuple[Connection, Channel]]:
    async with connected(parse_address(url), "crossing") as connection:
        yield connection, await connection.channel(confirms=True)


@pytest.mark.parametrize("waits", [True, False])
async def test_closes_that_cross_cost_no_connection(amqp_url: str, waits: bool) -> None:
    lost = Outgoing("there-is-no-such-exchange", "k", b"", "id")
    for _ in range(20):
        async with a_channel(amqp_url) as (connection, channel):
            connection.write(publish_frames(lost, channel.number, channel.frame_max))
            if waits:
                try:
                    await channel.close()
                except BrokerUnavailable as why:
                    assert "no exchange" in str(why)
            else:
                channel.give_up()
            other = await connection.channel()
            await other.ask(Basic.Qos(prefetch_count=1), Basic.QosOk)
            assert connection.closed is None


async def test_channels_given_up_at_every_moment_cost_no_connection(amqp_url: str) -> None:
    async with connected(parse_address(amqp_url), "giving up") as connection:
        for turns in range(30):
            opening = asyncio.ensure_future(connection.channel(confirms=True))
            for _ in range(turns):
                await asyncio.sleep(0)
            opening.cancel()
            [opened] = await asyncio.gather(opening, return_exceptions=True)
            if isinstance(opened, Channel):  # it was sooner
                opened.give_up()
            channel = await connection.channel()
            closing = asyncio.ensure_future(channel.close())
            for _ in range(turns):
                await asyncio.sleep(0)
            closing.cancel()
            await asyncio.gather(closing, return_exceptions=True)
            channel.give_up()
        question = commands.Exchange.Declare(exchange="amq.topic", passive=True)
        await (await connection.channel()).ask(question, commands.Exchange.DeclareOk)
        await eventually_async(lambda: len(connection.channels) == 1)

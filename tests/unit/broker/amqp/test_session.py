"""A session whose RabbitMQ refuses or hangs at any of its steps ends with an error of ours."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest
from pamqp import base, commands
from pamqp.commands import Basic

from broker.amqp.session import RabbitBroker
from broker.errors import BrokerUnavailable
from broker.messaging.messages import Outgoing
from tests.support.amqp_frames import delivery, method
from tests.unit.broker.amqp.hostile_server import Instead, Server, serving

STEPS: Final = (
    commands.Channel.Open,
    commands.Confirm.Select,
    Basic.Publish,
    Basic.Qos,
    Basic.Consume,
)
MESSAGE: Final = Outgoing("e", "k", b"x", "id")


def at(step: type[base.Frame], says: Callable[[int], bytes]) -> Instead:
    return lambda channel, asked: says(channel) if isinstance(asked, step) else None


def channel_closed(code: int) -> Callable[[int], bytes]:
    return lambda channel: method(commands.Channel.Close(code, "NO", 0, 0), channel)


def connection_closed(_: int) -> bytes:
    return method(commands.Connection.Close(320, "CONNECTION_FORCED", 0, 0), 0)


async def uses(server: Server, deadline: float = 5) -> None:
    broker = RabbitBroker(server.url, name="test", publish_deadline=deadline)
    async with asyncio.timeout(20), broker.session("q", 10) as session:
        [message] = await session.take(1)
        await session.publish([MESSAGE])
        await session.acknowledge([message])
        await session.stop_taking()
        assert await session.take(1) == []


async def test_one_that_nobody_disturbs() -> None:
    async with serving(Server(lambda _: delivery(1, b"x"))) as server:
        await uses(server)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", [403, 404, 406])
async def test_the_channel_is_closed(step: type[base.Frame], code: int) -> None:
    server = Server(lambda _: delivery(1, b"x"), instead=at(step, channel_closed(code)))
    async with serving(server):
        with pytest.raises(BrokerUnavailable):
            await uses(server)


@pytest.mark.parametrize("step", [*STEPS, Basic.Cancel])
async def test_the_connection_is_closed(step: type[base.Frame]) -> None:
    server = Server(lambda _: delivery(1, b"x"), instead=at(step, connection_closed))
    async with serving(server):
        with pytest.raises(BrokerUnavailable, match="CONNECTION_FORCED"):
            await uses(server)


@pytest.mark.parametrize("step", [*STEPS, Basic.Cancel])
async def test_it_hangs(step: type[base.Frame]) -> None:
    server = Server(lambda _: delivery(1, b"x"), instead=at(step, lambda _: b""))
    async with serving(server):
        with pytest.raises(BrokerUnavailable):
            await uses(server, deadline=0.5)


async def test_the_consumer_is_cancelled() -> None:
    cancelled = method(Basic.Cancel("c", True), 1)
    async with serving(Server(lambda _: delivery(1, b"x") + cancelled)) as server:
        broker = RabbitBroker(server.url, name="test")
        async with asyncio.timeout(20), broker.session("q", 10) as session:
            assert len(await session.take(10)) == 1
            with pytest.raises(BrokerUnavailable, match="was the queue deleted"):
                await session.take(10)

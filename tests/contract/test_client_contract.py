"""What every plain client promises, and every reading of parked messages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from broker.amqp.client import client
from broker.amqp.parked import parked_messages
from broker.amqp.session import RabbitBroker
from broker.amqp.topology import apply_topology, broker_version
from broker.errors import Unroutable
from broker.memory import MemoryBroker
from broker.memory.client import memory_client
from broker.memory.parked import memory_parked
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.origin import as_published
from broker.messaging.parking.park import park
from broker.messaging.parking.unpark import discarded, replay
from broker.messaging.topology import topology
from broker.ports import Broker, Client, ParkedMessages
from schemas.properties import Properties

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
AGENCIES, CHANNELS = ("dpupr",), ("web",)


@dataclass(frozen=True)
class Ways:
    """A broker with the topology of one agency and one channel."""

    broker: Broker
    client: Callable[[], AbstractAsyncContextManager[Client]]
    parked: Callable[[], AbstractAsyncContextManager[ParkedMessages]]


@pytest_asyncio.fixture(params=["memory", "rabbitmq"])
async def ways(request: pytest.FixtureRequest) -> AsyncIterator[Ways]:
    if request.param == "memory":
        broker = MemoryBroker(topology(AGENCIES, CHANNELS, broker_version=(4, 0)))
        yield Ways(broker, lambda: memory_client(broker), lambda: memory_parked(broker))
        return
    url: str = request.getfixturevalue("amqp_url")
    wanted = topology(AGENCIES, CHANNELS, broker_version=await broker_version(url))
    await apply_topology(url, wanted)
    rabbit = RabbitBroker(url, name="contract")
    yield Ways(rabbit, lambda: client(url, "contract"), lambda: parked_messages(url))


async def put_aside(ways: Ways, *bodies: bytes) -> None:
    async with ways.broker.publisher(names.PARKED_EXCHANGE) as publisher:
        for number, body in enumerate(bodies):
            properties = Properties(message_id=f"m-{number}")
            message = Incoming(body, names.INTAKE, "web", properties, False, 1)
            await publisher.publish([park(message, "broken-json", "line 1", NOW)])


async def bodies_of(messages: ParkedMessages) -> list[bytes]:
    return [parked.message.body async for parked in messages]


async def test_a_tap_hears_what_passes_under_its_key_and_nothing_else(ways: Ways) -> None:
    async with ways.client() as ear, ways.client() as mouth:
        queue = await ear.tap(names.EVENTS, key="routed.dpupr.*")
        for key in ("routed.dpupr.web", "closed.dpupr.web", "routed.dpupr.sms"):
            await mouth.publish(names.EVENTS, key, key.encode(), message_id=key)
        heard = []
        async with asyncio.timeout(30):
            async for message in ear.consume(queue):
                heard.append((message.routing_key, message.body, message.properties.message_id))
                if len(heard) == 2:
                    break
    keys = ["routed.dpupr.web", "routed.dpupr.sms"]
    assert heard == [(key, key.encode(), key) for key in keys]


async def test_what_no_queue_takes_is_unroutable(ways: Ways) -> None:
    async with ways.client() as mouth:
        with pytest.raises(Unroutable):
            await mouth.publish("", "no such queue", b"x", message_id="m")


async def test_a_queue_that_is_not_there_is_said_so(ways: Ways) -> None:
    async with ways.client() as one:
        assert await one.waiting("agency.dpupr") == (0, 0)
    async with ways.client() as one:
        with pytest.raises(Unroutable):
            await one.waiting("agency.nobody")


async def test_looking_at_parked_messages_changes_neither_them_nor_their_order(ways: Ways) -> None:
    await put_aside(ways, b"1", b"2", b"3")
    for _ in range(2):
        async with ways.parked() as messages:
            assert (messages.count, messages.unseen) == (3, 3)
            assert await bodies_of(messages) == [b"1", b"2", b"3"]
            assert messages.unseen == 0


async def test_what_is_given_back_or_discarded_is_parked_no_longer(ways: Ways) -> None:
    await put_aside(ways, b"1", b"2", b"3")
    async with ways.parked() as messages:
        first, second, _ = [parked async for parked in messages]
        back = replay(first, "fresh")
        assert back is not None
        assert await messages.give_back([(back, first)]) == [None]
        event = discarded(second, reason="test", by="sri", at=NOW)
        assert await messages.discard(event, second) is None
    async with ways.parked() as messages:
        assert await bodies_of(messages) == [b"3"]
    async with ways.broker.session(names.ROUTER_QUEUE, 10) as session:
        [message] = await session.take(10)
        assert (message.body, message.properties.message_id) == (b"1", "m-0")
        await session.acknowledge([message])


async def test_what_goes_back_to_cases_says_what_it_was_published_with(ways: Ways) -> None:
    properties = Properties(message_id="m", headers={"n": 1})
    message = Incoming(b"{}", names.UPDATES, "agency.dpupr.resolved", properties, False, 1)
    async with ways.broker.publisher(names.PARKED_EXCHANGE) as publisher:
        await publisher.publish([park(message, "internal-error", "", NOW)])
    async with ways.parked() as messages:
        [parked] = [parked async for parked in messages]
        back = replay(parked, "fresh")
        assert back is not None
        assert await messages.give_back([(back, parked)]) == [None]
    async with ways.broker.session(names.CASES_QUEUE, 10) as session:
        [came] = await session.take(10)
        assert (came.exchange, came.routing_key) == (names.DEFAULT_EXCHANGE, names.CASES_QUEUE)
        was = as_published(came)
        assert (was.exchange, was.routing_key) == (message.exchange, message.routing_key)
        assert (was.properties.message_id, was.properties.headers) == ("m", {"n": 1})
        await session.acknowledge([came])

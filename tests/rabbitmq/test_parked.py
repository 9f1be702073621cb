"""The parked messages of a real RabbitMQ, in all three ways that they come."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pika  # type: ignore[import-untyped]  # -- pika has no types
import pytest
from aiormq.abc import DeliveredMessage

from broker.amqp.parked import parked_messages
from broker.errors import BrokerUnavailable
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.park import park
from broker.messaging.parking.unpark import Parked, Way, discarded, replay
from schemas.properties import Properties
from tests.rabbitmq.declared import Client, client, declare
from tests.rabbitmq.library_message import incoming
from tests.support.eventually import PATIENCE

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A broker with the topology and a client on it."""

    url: str
    client: Client

    async def set_aside(self, body: bytes = b"{", key: str = "web", **properties: Any) -> None:
        message = Incoming(body, "complaints.intake", key, Properties(**properties), False, 1)
        out: Outgoing = park(message, "broken-json", "line 1", NOW)
        await self.client.publish(
            out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
        )

    async def dead_letter(self, **properties: Any) -> None:
        await self.client.publish("complaints.events", "routed.dpupr.web", **properties)
        await self.client.reject("agency.dpupr")

    async def lose_the_way(
        self, body: bytes = b"x", *, keeping_no_id: bool = False, **properties: Any
    ) -> None:
        await self.client.channel.queue_unbind("router.intake", "complaints.intake", "#")
        if keeping_no_id:  # this client gives every message one
            with pika.BlockingConnection(pika.URLParameters(self.url)) as other:
                other.channel().basic_publish("complaints.intake", "sms", body)
        else:
            await self.client.publish("complaints.intake", "sms", body, **properties)
        await self.client.channel.queue_bind("router.intake", "complaints.intake", "#")

    async def parked(self, count: int) -> list[Parked]:
        await self.client.holds("parked", count)
        async with parked_messages(self.url) as messages:
            return [message async for message in messages]

    async def replay_all(self) -> list[str | None]:
        async with parked_messages(self.url) as messages:
            answers = []
            async for parked in messages:
                back = replay(parked, "fresh")
                assert back is not None
                answers += await messages.give_back([(back, parked)])
            return answers


@asynccontextmanager
async def world(url: str, management_url: str) -> AsyncIterator[World]:
    await declare(url, management_url)
    async with client(url) as someone:
        yield World(url, someone)


def read(message: DeliveredMessage) -> Incoming:
    """A delivery, without the counter that a quorum queue adds to each."""
    found = incoming(message)
    headers = {n: v for n, v in found.properties.headers.items() if n != "x-delivery-count"}
    return replace(found, properties=replace(found.properties, headers=headers))


async def test_all_three_ways_are_told_apart(amqp_url: str, management_url: str) -> None:
    async with world(amqp_url, management_url) as the:
        await the.set_aside()
        await the.client.holds("parked", 1)
        await the.lose_the_way()
        await the.client.holds("parked", 2)
        await the.dead_letter(message_id="m")
        found = await the.parked(3)
    assert [(p.way, p.reason, str(p.origin)) for p in found] == [
        (Way.SET_ASIDE, "broken-json", "complaints.intake/web"),
        (Way.UNROUTABLE, "unroutable", "complaints.intake/sms"),
        (Way.DEAD_LETTERED, "rejected", "/agency.dpupr"),
    ]
    assert found[0].at == NOW
    assert found[2].at is not None


async def test_a_message_delivered_too_often_is_parked_by_the_broker(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        await the.client.publish("complaints.intake", "web", b"poison")
        for _ in range(51):
            message = await the.client.channel.basic_get("router.intake")
            if message.delivery_tag:
                await the.client.channel.basic_nack(message.delivery_tag, requeue=True)
        (parked,) = await the.parked(1)
    assert (parked.reason, str(parked.origin)) == ("delivery-limit", "/router.intake")
    assert parked.message.body == b"poison"


async def test_looking_changes_neither_the_messages_nor_their_order(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        for number in range(40):
            await the.set_aside(str(number).encode())
        first = await the.parked(40)
        again = await the.parked(40)
        await the.set_aside(b"40")
        last = await the.parked(41)
    assert [p.message.body for p in first] == [str(number).encode() for number in range(40)]
    assert [p.id for p in again] == [p.id for p in first]
    assert [p.id for p in last[:40]] == [p.id for p in first]


async def test_more_can_be_read_than_a_quorum_queue_gives_without_being_asked(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        for start in range(0, 2_100, 100):
            bodies = (str(number).encode() for number in range(start, start + 100))
            await asyncio.gather(*map(the.set_aside, bodies))
        found = await the.parked(2_100)
    assert [p.message.body for p in found] == [str(number).encode() for number in range(2_100)]


async def test_a_message_set_aside_goes_back_as_it_came(amqp_url: str, management_url: str) -> None:
    async with world(amqp_url, management_url) as the:
        await the.set_aside(
            b"\xff\x00",
            key="web.extra",
            content_type="text/plain",
            message_id="m-1",
            correlation_id="c",
            timestamp=1_700_000_000,
            priority=2,
            user_id="somebody else",
            expiration="1",
            headers={"traceparent": "t", "x-death": [], "CC": ["agency.pln"], "n": 1},
        )
        await the.client.holds("parked", 1)
        assert await the.replay_all() == [None]
        back = read(await the.client.get("router.intake"))
        await the.client.holds("parked", 0)
        await the.client.holds("agency.pln", 0)
    assert (back.body, back.exchange, back.routing_key) == (
        b"\xff\x00",
        "complaints.intake",
        "web.extra",
    )
    assert back.properties == Properties(
        content_type="text/plain",
        message_id="m-1",
        correlation_id="c",
        timestamp=1_700_000_000,
        priority=2,
        delivery_mode=2,
        headers={"traceparent": "t", "n": 1},
    )


async def test_a_dead_lettered_message_goes_back_to_its_queue_alone(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        await the.dead_letter(message_id="m")
        await the.client.holds("cases", 1)
        await the.client.holds("parked", 1)
        assert await the.replay_all() == [None]
        back = read(await the.client.get("agency.dpupr"))
        await the.client.holds("cases", 1)
        await the.client.holds("parked", 0)
    assert back.properties.message_id == "m"
    assert back.properties.headers == {}


async def test_an_unroutable_message_goes_where_it_was_meant_to_go(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        await the.lose_the_way(b"five words", keeping_no_id=True)
        await the.client.holds("parked", 1)
        assert await the.replay_all() == [None]
        back = read(await the.client.get("router.intake"))
    assert (back.body, back.exchange, back.routing_key) == (
        b"five words",
        "complaints.intake",
        "sms",
    )
    assert back.properties.message_id == "fresh"


async def test_what_nobody_would_take_stays_parked(amqp_url: str, management_url: str) -> None:
    async with world(amqp_url, management_url) as the:
        await the.dead_letter()
        await the.client.holds("parked", 1)
        await the.client.channel.queue_delete("agency.dpupr")
        assert await the.replay_all() == ["no queue takes it there"]
        await the.client.holds("parked", 1)


async def test_replaying_ends_although_every_message_comes_back(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        await the.set_aside()
        await the.set_aside(b"[")
        await the.client.holds("parked", 2)
        await the.client.channel.queue_unbind("router.intake", "complaints.intake", "#")
        assert await the.replay_all() == [None, None]
        found = await the.parked(2)
    assert [p.way for p in found] == [Way.UNROUTABLE, Way.UNROUTABLE]


async def test_a_discarded_message_is_gone_and_on_the_audit_trail(
    amqp_url: str, management_url: str
) -> None:
    async with world(amqp_url, management_url) as the:
        await the.set_aside(b"Budi 0812")
        await the.set_aside(b"stays")
        await the.client.holds("parked", 2)
        async with parked_messages(amqp_url) as messages:
            async for parked in messages:
                if parked.message.body == b"Budi 0812":
                    event = discarded(parked, reason="spam", by="sari", at=NOW)
                    assert await messages.discard(event, parked) is None
        assert [p.message.body for p in await the.parked(1)] == [b"stays"]
        entry = await _first_of_the_audit_trail(the.client)
    assert entry.routing_key == "discarded.-.web"
    data = json.loads(entry.body)["data"]
    assert (data["reason"], data["by"], data["parked_reason"]) == ("spam", "sari", "broken-json")
    assert b"Budi" not in entry.body


async def _first_of_the_audit_trail(someone: Client) -> Incoming:
    arrived: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
    await someone.channel.basic_qos(prefetch_count=10)
    consumer = await someone.channel.basic_consume(
        "audit", arrived.put, arguments={"x-stream-offset": "first"}
    )
    async with asyncio.timeout(PATIENCE):
        message = await arrived.get()
    await someone.channel.basic_cancel(consumer.consumer_tag or "")
    return read(message)


async def test_two_cannot_read_at_a_time(amqp_url: str, management_url: str) -> None:
    async with world(amqp_url, management_url) as the:
        await the.set_aside()
        await the.client.holds("parked", 1)
        async with parked_messages(amqp_url) as _:
            with pytest.raises(BrokerUnavailable, match="somebody else reads"):
                async with parked_messages(amqp_url):
                    pass
        assert len(await the.parked(1)) == 1


async def test_a_broker_without_the_queue_says_so(amqp_url: str) -> None:
    with pytest.raises(BrokerUnavailable, match="no queue 'parked'"):
        async with parked_messages(amqp_url):
            pass


async def test_hostile_properties_stop_no_operator(amqp_url: str, management_url: str) -> None:
    async with world(amqp_url, management_url) as the:
        await the.lose_the_way(
            message_id="\x1b[2J",
            headers={"parked-from": "x", "x-death": "?", "deep": {"a": [{"b": [1]}]}, "": None},
        )
        await the.set_aside(headers={f"h{n}": "v" * 1000 for n in range(100)})
        (first, second) = await the.parked(2)
        assert await the.replay_all() == [None, None]
        await the.client.holds("router.intake", 2)
    assert first.reason == "unroutable"
    assert 50 < second.missing < 100

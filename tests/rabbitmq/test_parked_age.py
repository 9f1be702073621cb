"""Parked messages that are older than `parked_days`, on a real RabbitMQ."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pika  # type: ignore[import-untyped]  # -- pika has no types

from broker.amqp.parked import parked_messages
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from consumers.cases.parked_age import discard_old
from schemas.properties import Properties
from tests.rabbitmq.declared import Client, client, declare

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)


async def set_aside(someone: Client, body: bytes, days: int) -> None:
    message = Incoming(body, "complaints.intake", "web", Properties(), False, 1)
    out = park(message, "broken-json", "line 1", NOW - timedelta(days=days))
    await someone.publish(
        out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
    )


async def test_what_is_old_is_thrown_away_and_what_is_young_stays(
    amqp_url: str, management_url: str
) -> None:
    """What RabbitMQ parked by itself bears no time: its place in the queue says how old it is."""
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_unbind("router.intake", "complaints.intake", "#")
        await set_aside(someone, b"oldest", 9)
        await someone.publish("complaints.intake", "sms", b"old, without a time")
        await set_aside(someone, b"old", 8)
        await set_aside(someone, b"young", 2)
        await someone.publish("complaints.intake", "sms", b"young, without a time")
        await someone.holds("parked", 5)
        reach, before = partial(parked_messages, amqp_url), NOW - timedelta(days=7)

        assert await discard_old(reach, before, NOW) == 3
        await someone.holds("parked", 2)
        assert await discard_old(reach, before, NOW) == 0

        await someone.holds("parked", 2)
        async with parked_messages(amqp_url) as messages:
            left = [one.message.body async for one in messages]
        assert left == [b"young", b"young, without a time"]
    streamed = await asyncio.to_thread(_streamed, amqp_url)
    assert sorted(key for key, _ in streamed) == ["discarded.-.sms"] + 2 * ["discarded.-.web"]
    assert all(b'"parked_days"' in body and b"oldest" not in body for _, body in streamed)


def _streamed(url: str) -> list[tuple[str, bytes]]:
    """Key and body of the three entries of the audit trail."""
    found: list[tuple[str, bytes]] = []
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=10)
        first = {"x-stream-offset": "first"}
        for method, _, body in channel.consume("audit", arguments=first):
            found.append((method.routing_key, body))
            if len(found) == 3:
                break
    return found

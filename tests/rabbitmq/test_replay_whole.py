"""`pintu parked replay`: exactly the messages that were parked are back, none stays, none twice."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest
from aiormq.abc import DeliveredMessage

from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from schemas.properties import Properties
from tests.acceptance.program import pintu
from tests.rabbitmq.declared import Client, client, declare
from tests.support.eventually import PATIENCE

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
WANTED = [f"wanted-{number}" for number in range(300)]
OTHERS = [f"other-{number}" for number in range(60)]


async def _set_aside(someone: Client, body: str, reason: str) -> None:
    properties = Properties(message_id=body)
    message = Incoming(body.encode(), "complaints.intake", "web", properties, False, 1)
    out = park(message, reason, "why", NOW)
    await someone.publish(
        out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
    )


async def _parked(amqp_url: str, management_url: str, others: list[str]) -> None:
    """300 messages to be sent back, the others spread among them."""
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        for number, body in enumerate(WANTED):
            await _set_aside(someone, body, "internal-error")
            if number % 5 == 0 and number // 5 < len(others):
                await _set_aside(someone, others[number // 5], "no-text")
        await someone.holds("parked", len(WANTED) + len(others))


async def _all_of(amqp_url: str, queue: str, count: int) -> list[str]:
    """The bodies of so many messages, in the order of the queue; no more are there."""
    arrived: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
    async with client(amqp_url) as someone:
        await someone.holds(queue, count)
        await someone.channel.basic_qos(prefetch_count=1000)
        await someone.channel.basic_consume(queue, arrived.put)
        async with asyncio.timeout(PATIENCE):
            return [(await arrived.get()).body.decode() for _ in range(count)]


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    ("choice", "others", "stay"),
    [(["--all"], [], []), (["--reason", "internal-error"], OTHERS, OTHERS)],
    ids=["all", "by reason"],
)
def test_what_was_sent_back_is_at_its_origin_once_and_parked_no_longer(
    amqp_url: str,
    management_url: str,
    choice: list[str],
    others: list[str],
    stay: list[str],
    nth: int,
) -> None:
    asyncio.run(_parked(amqp_url, management_url, others))
    done = pintu("parked", "replay", *choice, settings={"AMQP_URL": amqp_url})
    assert (done.returncode, done.stdout) == (0, b"300 sent back\n"), done.stderr
    assert asyncio.run(_all_of(amqp_url, "parked", len(stay))) == stay
    back = asyncio.run(_all_of(amqp_url, "router.intake", len(WANTED)))
    assert Counter(back) == Counter(WANTED)

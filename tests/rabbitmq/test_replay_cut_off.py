"""A replay that is cut off: what stays parked may come twice, under one id; nothing is lost."""

import asyncio
import subprocess
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from aiormq.abc import DeliveredMessage

from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from schemas.properties import Properties
from tests.acceptance.program import PINTU, environment, pintu
from tests.rabbitmq.declared import Client, client, declare
from tests.support.eventually import PATIENCE, eventually_async
from tests.support.nodes import OwnRabbit

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
BODIES = [str(number) for number in range(1500)]


def replaying(url: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [PINTU, "parked", "replay", "--all"],
        env=environment(AMQP_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def fill(url: str) -> None:
    """As many parked messages; every third came without an id."""
    async with client(url) as someone:
        for start in range(0, len(BODIES), 100):
            await asyncio.gather(*(_set_aside(someone, b) for b in BODIES[start : start + 100]))
        await someone.holds("parked", len(BODIES))


async def _set_aside(someone: Client, body: str) -> None:
    id = None if int(body) % 3 == 0 else f"m-{body}"
    properties = Properties(message_id=id)
    message = Incoming(body.encode(), "complaints.intake", "web", properties, False, 1)
    out = park(message, "internal-error", "why", NOW)
    await someone.publish(
        out.exchange, out.routing_key, out.body, out.headers, message_id=out.message_id
    )


async def has_begun(url: str) -> None:
    async with client(url) as someone:

        async def so() -> bool:
            return await someone.ready("router.intake") > 0

        await eventually_async(so, saying="some were sent back")


async def has_recovered(url: str) -> None:
    """A queue comes back with few of its messages at first."""
    async with client(url) as someone:

        async def so() -> bool:
            # A hundred were sent back, and a hundred more perhaps.
            return await someone.ready("parked") >= len(BODIES) - 200

        await eventually_async(so, saying="the queue has its messages again")


async def came_back(url: str) -> dict[str, set[str]]:
    """The ids of each body that is at its origin; none is parked any more."""
    found: dict[str, set[str]] = defaultdict(set)
    arrived: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
    async with client(url) as someone:
        await someone.holds("parked", 0)
        count = await someone.ready("router.intake")
        await someone.channel.basic_consume("router.intake", arrived.put)
        async with asyncio.timeout(PATIENCE):
            for _ in range(count):
                message = await arrived.get()
                found[message.body.decode()].add(message.header.properties.message_id or "")
                await someone.channel.basic_ack(message.delivery_tag or 0)
    return found


def all_came_under_one_id_each(found: dict[str, set[str]]) -> None:
    assert found.keys() == set(BODIES)
    assert {len(ids) for ids in found.values()} == {1}
    assert len(set.union(*found.values())) == len(BODIES)
    assert all(found[body] == {f"m-{body}"} for body in BODIES if int(body) % 3)


def test_a_replay_that_is_killed_loses_nothing(amqp_url: str, management_url: str) -> None:
    asyncio.run(declare(amqp_url, management_url))
    asyncio.run(fill(amqp_url))
    process = replaying(amqp_url)
    asyncio.run(has_begun(amqp_url))
    process.kill()
    process.communicate()
    again = pintu("parked", "replay", "--all", settings={"AMQP_URL": amqp_url})
    assert again.returncode == 0, again.stderr
    all_came_under_one_id_each(asyncio.run(came_back(amqp_url)))


@pytest.mark.slow
def test_a_rabbitmq_that_is_killed_amid_a_replay_loses_nothing(own_rabbitmq: OwnRabbit) -> None:
    url = own_rabbitmq.url
    asyncio.run(declare(url, own_rabbitmq.management_url or ""))
    asyncio.run(fill(url))
    for queue in ("parked", "router.intake"):
        own_rabbitmq.wait_until_saved(queue)
    process = replaying(url)
    asyncio.run(has_begun(url))
    own_rabbitmq.kill()
    out, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (75, b""), said
    assert b"were sent back before" in said
    assert b"may come twice, under the id that it has" in said
    own_rabbitmq.start()
    asyncio.run(has_recovered(url))
    for _ in range(3):  # while the queue recovers one may see a part of it
        again = pintu("parked", "replay", "--all", settings={"AMQP_URL": url})
        assert again.returncode == 0, again.stderr
    all_came_under_one_id_each(asyncio.run(came_back(url)))

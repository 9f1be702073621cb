"""An acknowledgement that was given is read by the broker before the connection goes.

A quorum queue gets 33 acknowledgements of a channel before it has answered the first; the others
wait in the channel, and are forgotten if that is closed meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest

from broker.amqp.client import client as plain_client
from broker.amqp.session import RabbitBroker
from broker.messaging.messages import Incoming
from tests.rabbitmq.declared import Client, client, declare

MANY = 300


async def fill(someone: Client, exchange: str, key: str, queue: str) -> None:
    await asyncio.gather(
        *(someone.publish(exchange, key, str(n).encode(), message_id=str(n)) for n in range(MANY))
    )
    await someone.holds(queue, MANY)


UNHEARD = pytest.mark.xfail(reason="a session that ends does not wait for the queue", strict=False)


@pytest.mark.parametrize(
    "most",
    [pytest.param(1, marks=UNHEARD, id="one by one"), pytest.param(100, id="in batches")],
)
async def test_what_a_session_has_acknowledged_does_not_come_again(
    amqp_url: str, management_url: str, most: int
) -> None:
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await fill(someone, "complaints.intake", "web", "router.intake")
        async with RabbitBroker(amqp_url, name="test").session("router.intake", MANY) as session:
            done = 0
            while done < MANY:
                batch = await session.take(most)
                await session.acknowledge(batch)
                done += len(batch)
        await someone.holds("router.intake", 0)


async def test_what_a_plain_client_has_acknowledged_does_not_come_again(
    amqp_url: str, management_url: str
) -> None:
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await fill(someone, "complaints.events", "routed.dpupr.web", "agency.dpupr")
        async with plain_client(amqp_url, "test") as reader:
            reading = cast(AsyncGenerator[Incoming], reader.consume("agency.dpupr", prefetch=MANY))
            async with aclosing(reading) as messages:
                for _ in range(MANY):
                    await anext(messages)
        # The last one is acknowledged when the next one is asked for.
        await someone.holds("agency.dpupr", 1)

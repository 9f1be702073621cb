"""Probes go into the queue of the cases, or the intake; where nobody reads it, they do not fill
it."""

import pytest

from broker.amqp.client import client
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from tests.rabbitmq.declared import declare


@pytest.mark.parametrize(
    ("exchange", "queue"),
    [(names.EVENTS, names.CASES_QUEUE), (names.INTAKE, names.ROUTER_QUEUE)],
)
async def test_of_many_probes_one_is_left_where_nobody_reads(
    amqp_url: str, management_url: str, exchange: str, queue: str
) -> None:
    await declare(amqp_url, management_url)
    async with RabbitBroker(amqp_url, name="probing").publisher(exchange) as publisher:
        for _ in range(5):
            await publisher.probe()
    async with client(amqp_url, "depth") as counting:
        assert await counting.depth(queue) == 1

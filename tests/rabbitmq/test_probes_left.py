"""Probes go into the queue of the cases; where nobody reads it, they do not fill it."""

from broker.amqp.client import client
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from tests.rabbitmq.declared import declare


async def test_of_many_probes_one_is_left_where_nobody_reads(
    amqp_url: str, management_url: str
) -> None:
    await declare(amqp_url, management_url)
    async with RabbitBroker(amqp_url, name="probing").publisher(names.EVENTS) as publisher:
        for _ in range(5):
            await publisher.probe()
    async with client(amqp_url, "depth") as counting:
        assert await counting.depth(names.CASES_QUEUE) == 1

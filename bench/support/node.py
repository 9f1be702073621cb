"""A RabbitMQ node for a measurement, with the shipped topology."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika

from broker.amqp.topology import apply_topology, broker_version
from broker.messaging import names
from broker.messaging.topology import topology
from broker.node import private_node
from config.loading import load_rules


@asynccontextmanager
async def a_node(folder: Path) -> AsyncIterator[str]:
    """Its URL, while the block runs."""
    async with private_node(folder, management=False) as node:
        rules, version = load_rules(None), await broker_version(node.url)
        wanted = topology(rules.agencies, rules.channels, broker_version=version)
        await apply_topology(node.url, wanted)
        yield node.url


async def emptied(url: str, *queues: str) -> None:
    """These and the agencies', so that no run pays for the one before."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for name in (*queues, *map(names.agency_queue, load_rules(None).agencies)):
            queue = await channel.declare_queue(name, passive=True)
            if queue.declaration_result.message_count:
                await queue.purge()

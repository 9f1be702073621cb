"""A small topology on a real broker, and the few things that tests do to it by AMQP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiormq
from aiormq.abc import AbstractChannel, DeliveredMessage
from pamqp.commands import Basic

from broker.amqp.topology import apply_topology, broker_version
from broker.messaging.topology import Topology, topology
from tests.support.eventually import eventually_async

AGENCIES = ("dpupr", "pln")
CHANNELS = ("web", "sms")


async def small_topology(url: str) -> Topology:
    return topology(AGENCIES, CHANNELS, broker_version=await broker_version(url))


async def declare(url: str, management_url: str) -> Topology:
    wanted = await small_topology(url)
    await apply_topology(url, wanted, connections=2, management_url=management_url)
    return wanted


@dataclass(frozen=True)
class Client:
    """A foreign client with a channel."""

    channel: AbstractChannel

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes = b"x",
        headers: Mapping[str, Any] | None = None,
        **properties: Any,
    ) -> None:
        """Confirmed and mandatory."""
        await self.channel.basic_publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            mandatory=True,
            properties=Basic.Properties(delivery_mode=2, headers=dict(headers or {}), **properties),
        )

    async def get(self, queue: str) -> DeliveredMessage:
        """The next message, acknowledged; waits for it."""

        async def one() -> DeliveredMessage | None:
            message = await self.channel.basic_get(queue, no_ack=True)
            return message if message.delivery_tag else None

        return await eventually_async(one, saying=f"nothing in {queue}")

    async def reject(self, queue: str) -> None:
        """Take a message out of a queue as its consumer, and dead-letter it."""

        async def one() -> bool:
            message = await self.channel.basic_get(queue)
            if message.delivery_tag:
                await self.channel.basic_reject(message.delivery_tag, requeue=False)
            return bool(message.delivery_tag)

        await eventually_async(one, saying=f"nothing in {queue}")

    async def ready(self, queue: str) -> int:
        return (await self.channel.queue_declare(queue, passive=True)).message_count or 0

    async def holds(self, queue: str, count: int) -> None:
        async def so_many() -> bool:
            return await self.ready(queue) == count

        await eventually_async(so_many, saying=f"{queue} does not hold {count}")


@asynccontextmanager
async def client(url: str) -> AsyncIterator[Client]:
    connection = await aiormq.connect(url)
    try:
        yield Client(await connection.channel())
    finally:
        await connection.close()

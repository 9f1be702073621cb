"""The Client port in memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from broker.errors import BrokerUnavailable, Unroutable
from broker.memory.broker import MemoryBroker
from broker.messaging.messages import Incoming
from schemas.properties import Properties

_NUMBERS = count(1)
_PERSISTENT = 2


class MemoryClient:
    """See the port. Its own queues go with it."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._own: list[str] = []

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Mapping[str, Any] | None = None,
        message_id: str | None = None,
    ) -> None:
        """See the port."""
        properties = Properties(
            content_type=content_type,
            content_encoding=content_encoding,
            headers=dict(headers or {}),
            delivery_mode=_PERSISTENT,
            message_id=message_id,
        )
        if not self._broker.put(exchange, routing_key, body, properties):
            raise Unroutable(f"{exchange}: {routing_key}")
        await asyncio.sleep(0)

    async def tap(self, *exchanges: str, key: str = "#") -> str:
        """See the port."""
        name = f"tap-{next(_NUMBERS)}"
        self._broker.declare_queue(name)
        for exchange in exchanges:
            if exchange not in self._broker.exchanges:
                raise BrokerUnavailable(f"no exchange {exchange!r}")
            self._broker.bind(exchange, name, key)
        self._own.append(name)
        return name

    async def consume(self, queue: str, prefetch: int = 50) -> AsyncIterator[Incoming]:
        """See the port."""
        async with self._broker.session(queue, prefetch) as session:
            while batch := await session.take(1):
                yield batch[0]
                await session.acknowledge(batch)

    async def waiting(self, queue: str) -> tuple[int, int]:
        """See the port."""
        if queue not in self._broker.queues:
            raise Unroutable(f"there is no queue {queue}")
        found = self._broker.queues[queue]
        return len(found.ready), found.consumers

    def leave(self) -> None:
        """Take its own queues along."""
        for name in self._own:
            self._broker.delete_queue(name)


@asynccontextmanager
async def memory_client(broker: MemoryBroker) -> AsyncIterator[MemoryClient]:
    """A client that is disconnected at the end."""
    client = MemoryClient(broker)
    try:
        yield client
    finally:
        client.leave()

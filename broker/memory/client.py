"""The Client port in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from broker.errors import BrokerUnavailable, Unroutable
from broker.memory.broker import MemoryBroker
from broker.memory.queues import Message
from broker.messaging.messages import Incoming
from broker.messaging.reply_to import made_up
from schemas.properties import Headers, Properties

_NUMBERS = count(1)
_PERSISTENT = 2


class MemoryClient:
    """See the port. Its own queues go with it."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._own: list[str] = []
        self._reply_to = made_up(next(_NUMBERS))
        self._awaited: dict[str, asyncio.Future[Incoming]] = {}

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Headers | None = None,
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
        await self._put(exchange, routing_key, body, properties)

    async def request(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Headers | None = None,
        message_id: str | None = None,
        within: float,
    ) -> Incoming | None:
        """See the port."""
        correlation = f"r-{next(_NUMBERS)}"
        properties = Properties(
            content_type=content_type,
            content_encoding=content_encoding,
            headers=dict(headers or {}),
            delivery_mode=_PERSISTENT,
            correlation_id=correlation,
            reply_to=self._reply_to,
            message_id=message_id,
        )
        self._broker.askers[self._reply_to] = self._answered
        answer: asyncio.Future[Incoming] = asyncio.get_running_loop().create_future()
        self._awaited[correlation] = answer
        try:
            await self._put(exchange, routing_key, body, properties)
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            return None
        finally:
            del self._awaited[correlation]

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

    async def _put(
        self, exchange: str, routing_key: str, body: bytes, properties: Properties
    ) -> None:
        if not self._broker.put(exchange, routing_key, body, properties):
            raise Unroutable(f"{exchange}: {routing_key}")
        await asyncio.sleep(0)

    def _answered(self, message: Message) -> None:
        m = message
        answer = self._awaited.get(m.properties.correlation_id or "")
        if answer is not None and not answer.done():
            answer.set_result(
                Incoming(m.body, m.exchange, m.routing_key, m.properties, m.redelivered, 0)
            )

    def leave(self) -> None:
        """Take its own queues along, and hear no more answers."""
        self._broker.askers.pop(self._reply_to, None)
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

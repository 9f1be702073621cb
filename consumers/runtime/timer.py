"""Sessions that deliver nothing, for a consumer that time alone drives: the same loop serves it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from broker.messaging.messages import Incoming, Outgoing
from broker.ports import Broker, Publisher


class QuietSession:
    """See broker.ports.Session. Nothing is ever taken; what is published goes out as usual."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._stopped = asyncio.Event()

    async def take(self, most: int) -> Sequence[Incoming]:
        """Waits until it is told to take no more; then gives an empty batch."""
        await self._stopped.wait()
        return ()

    async def whole(self, most: int) -> None:
        """See the port."""
        await self._stopped.wait()

    async def stop_taking(self) -> None:
        self._stopped.set()

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """There is nothing to acknowledge."""

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        await self._publisher.publish(messages)

    async def probe(self) -> None:
        await self._publisher.probe()


class Timer:
    """See broker.ports.Broker. Its sessions publish on one exchange, whatever queue is named."""

    def __init__(self, broker: Broker, exchange: str) -> None:
        self._broker = broker
        self._exchange = exchange

    @property
    def blocked(self) -> str | None:
        return self._broker.blocked

    @asynccontextmanager
    async def session(self, queue: str, prefetch: int) -> AsyncIterator[QuietSession]:
        async with self._broker.publisher(self._exchange) as publisher:
            yield QuietSession(publisher)

    @asynccontextmanager
    async def publisher(self, exchange: str) -> AsyncIterator[Publisher]:
        async with self._broker.publisher(exchange) as publisher:
            yield publisher

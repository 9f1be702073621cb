"""The Session and Publisher ports in memory."""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import count

from broker.errors import BrokerUnavailable, NotPermitted, NotTaken, Unpublishable, Unroutable
from broker.memory.queues import Message, Queue
from broker.memory.refusing import unpublishable
from broker.memory.virtual_host import VirtualHost
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.names import CASES_QUEUE
from broker.messaging.portions import Portion, is_alone
from schemas import limits
from schemas.properties import Properties

_PERSISTENT = 2


class MemoryPublisher:
    """See broker.ports.Publisher."""

    def __init__(self, host: VirtualHost) -> None:
        self._host = host
        self._over: str | None = None

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """See the port."""
        self._still_open()
        for message in messages:
            if why := unpublishable(message):
                raise Unpublishable(message.message_id, why)
        if messages:
            await self._host.outages.passed(self._still_open)
        outages = self._host.outages
        if messages and outages.refused and outages.refuses_publishes:
            raise NotPermitted(outages.refused)
        down = {m.message_id for m in messages if self._host.is_down(m)}
        lost = [m for m in messages if not self._sent(m) and m.mandatory]
        await asyncio.sleep(0)
        self._still_open()
        ids = down.union(message.message_id for message in lost)
        if down:
            raise NotTaken("the broker did not take it", ids)
        if lost:
            raise Unroutable(f"no queue for {', '.join(m.routing_key for m in lost)}", ids)

    async def probe(self) -> None:
        """See the port. Who would read the message ignores it: there is none."""
        self._still_open()
        outages = self._host.outages
        if outages.blocked:
            raise BrokerUnavailable(f"blocked: {outages.blocked}")
        if outages.refused:
            raise NotPermitted(outages.refused)
        try:
            async with asyncio.timeout(self._host.probe_within):
                await outages.passed(self._still_open)
        except TimeoutError:
            within = self._host.probe_within
            raise BrokerUnavailable(f"no answer to a probe within {within:g} s") from None
        if CASES_QUEUE not in self._host.queues:
            raise Unroutable(f"no queue for {CASES_QUEUE}")

    def end(self, why: str) -> None:
        """Further calls raise BrokerUnavailable."""
        self._over = self._over or why

    def _sent(self, message: Outgoing) -> bool:
        properties = Properties(
            content_type=message.content_type,
            headers=dict(message.headers),
            delivery_mode=_PERSISTENT,
            correlation_id=message.correlation_id,
            message_id=message.message_id,
            type=message.type,
        )
        return self._host.put(message.exchange, message.routing_key, message.body, properties)

    def _still_open(self) -> None:
        if self._over is not None:
            raise BrokerUnavailable(self._over)


class MemorySession(MemoryPublisher):
    """See broker.ports.Session. Batches are acknowledged in the order in which they were taken."""

    def __init__(self, host: VirtualHost, queue: Queue, prefetch: int) -> None:
        super().__init__(host)
        self._queue = queue
        self._prefetch = prefetch
        self._tags = count(1)
        self._unsettled: dict[int, Message] = {}
        self._arrived: deque[int] = deque()
        self._arrived_bytes = 0
        self._news = asyncio.Event()
        self._stopped = False
        queue.subscribe(self)

    async def take(self, most: int) -> Sequence[Incoming]:
        """See the port."""
        while not self._arrived:
            self._still_open()
            if self._stopped:
                return []
            self._news.clear()
            await self._news.wait()
        self._still_open()
        portion = Portion(most)
        batch: list[Incoming] = []
        while self._arrived:
            first = self._unsettled[self._arrived[0]]
            if not portion.takes(len(first.body), first.redelivered):
                break
            batch.append(self._next())
        self._queue.dispatch()  # what was taken makes room for bytes
        return batch

    async def whole(self, most: int) -> None:
        """See the port."""
        while not (self._over or self._stopped or self._is_whole(most)):
            self._news.clear()
            await self._news.wait()

    async def stop_taking(self) -> None:
        """See the port."""
        self._still_open()
        self._stopped = True
        self._queue.leave(self, [])
        self._news.set()

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """See the port; ValueError where an older delivery would be left unsettled."""
        self._still_open()
        tags = [message.tag for message in messages]
        if tags != list(self._unsettled)[: len(tags)]:
            raise ValueError("acknowledged out of the order in which they were taken")
        for tag in tags:
            del self._unsettled[tag]
        self._queue.dispatch()

    def has_room(self) -> bool:
        return len(self._unsettled) < self._prefetch and self._arrived_bytes <= limits.ARRIVED_BYTES

    def deliver(self, message: Message) -> None:
        tag = next(self._tags)
        self._unsettled[tag] = message
        self._arrived.append(tag)
        self._arrived_bytes += len(message.body)
        self._news.set()

    def end(self, why: str) -> None:
        """Give back what is unsettled; further calls raise BrokerUnavailable."""
        if self._over is None:
            self._over = why
            self._arrived.clear()
            self._queue.leave(self, list(self._unsettled.values()))
            self._news.set()

    def _is_whole(self, most: int) -> bool:
        if not self._arrived:
            return False
        first = self._unsettled[self._arrived[0]]
        return (
            len(self._arrived) >= most
            or self._arrived_bytes >= limits.BATCH_BYTES
            or is_alone(len(first.body), first.redelivered)
        )

    def _next(self) -> Incoming:
        tag = self._arrived.popleft()
        m = self._unsettled[tag]
        self._arrived_bytes -= len(m.body)
        return Incoming(m.body, m.exchange, m.routing_key, m.properties, m.redelivered, tag)

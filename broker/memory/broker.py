"""The Broker port in memory."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

from broker.errors import BrokerUnavailable, NotPermitted, Unpublishable, Unroutable
from broker.memory.exchanges import Exchange
from broker.memory.outages import Outages
from broker.memory.queues import Message, Queue
from broker.memory.refusing import unpublishable
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.names import CASES_QUEUE, DEFAULT_EXCHANGE
from broker.messaging.portions import Portion
from broker.messaging.topology import Topology
from broker.ports import PROBE_WITHIN
from schemas import limits
from schemas.properties import Properties

_PERSISTENT = 2


class MemoryBroker:
    """Exchanges and queues of one process.

    ``away`` and ``back`` play an outage that ends every session; ``block`` and ``unblock`` an
    alarm; ``fall_silent`` and ``answer`` a connection on which nothing comes back any more;
    ``refuse`` and ``permit`` permissions that are taken away. ``probe_within``: see the port.

    Queues that a test reads without a session are in ``queues``: what is ready lies in
    ``queues[name].ready``.
    """

    def __init__(self, topology: Topology | None = None) -> None:
        self.exchanges: dict[str, Exchange] = {}
        self.queues: dict[str, Queue] = {}
        self._sessions: set[MemoryPublisher] = set()
        self._away = False
        self.outages = Outages()
        self.probe_within = PROBE_WITHIN
        if topology is not None:
            self._declare(topology)

    def declare_exchange(self, name: str, type: str, alternate: str | None = None) -> None:
        self.exchanges[name] = Exchange(type, alternate)

    def declare_queue(self, name: str, single_active: bool = False) -> None:
        self.queues[name] = Queue(single_active)

    def delete_queue(self, name: str) -> None:
        del self.queues[name]
        for exchange in self.exchanges.values():
            exchange.bindings = [bound for bound in exchange.bindings if bound[0] != name]

    def bind(self, exchange: str, queue: str, routing_key: str) -> None:
        self.exchanges[exchange].bindings.append((queue, routing_key))

    @property
    def blocked(self) -> str | None:
        """See the port."""
        return self.outages.blocked

    @asynccontextmanager
    async def session(self, queue: str, prefetch: int) -> AsyncIterator["MemorySession"]:
        """See the port."""
        self.still_there()
        await self.outages.passed(self.still_there)
        if queue not in self.queues:
            raise BrokerUnavailable(f"no queue {queue!r}")
        session = MemorySession(self, self.queues[queue], prefetch)
        self._sessions.add(session)
        try:
            yield session
        finally:
            self._sessions.discard(session)
            session.end("the session is over")

    @asynccontextmanager
    async def publisher(self, exchange: str) -> AsyncIterator["MemoryPublisher"]:
        """See the port."""
        self.still_there()
        if exchange not in self.exchanges:
            raise Unroutable(f"there is no exchange {exchange}")
        publisher = MemoryPublisher(self)
        self._sessions.add(publisher)
        try:
            yield publisher
        finally:
            self._sessions.discard(publisher)
            publisher.end("the session is over")

    def put(self, exchange: str, routing_key: str, body: bytes, properties: Properties) -> bool:
        """Publish like any client from outside; False where it reached no queue."""
        if exchange and exchange not in self.exchanges:
            raise BrokerUnavailable(f"no exchange {exchange!r}")
        found = self._route(exchange, routing_key)
        for queue in found:
            self.queues[queue].put(Message(exchange, routing_key, body, properties))
        return bool(found)

    def away(self) -> None:
        """Cut every session and refuse new ones."""
        self._away = True
        while self._sessions:
            self._sessions.pop().end("the broker is away")
        self.outages.changed()

    def back(self) -> None:
        self._away = False

    def block(self, why: str = "memory alarm") -> None:
        """Take no publishes: they are held, and probes fail."""
        self.outages.blocked = why

    def unblock(self) -> None:
        self.outages.blocked = None
        self.outages.changed()

    def fall_silent(self) -> None:
        """Swallow publishes and probes; what waits for an answer waits until ``answer``."""
        self.outages.silent = "no answer"

    def answer(self) -> None:
        self.outages.silent = None
        self.outages.changed()

    def refuse(self) -> None:
        """Permit no more; who had a channel may still publish on it, as on RabbitMQ."""
        self.outages.refused = "access to the exchange is refused"

    def permit(self) -> None:
        self.outages.refused = None

    def end_holds(self) -> None:
        """Play that ``HELD_AT_MOST`` seconds have passed for every publish that is held."""
        self.outages.end_holds()

    def still_there(self) -> None:
        """Raises BrokerUnavailable where it is away."""
        if self._away:
            raise BrokerUnavailable("the broker is away")

    def _route(self, exchange: str, routing_key: str) -> list[str]:
        if exchange == DEFAULT_EXCHANGE:
            return [routing_key] if routing_key in self.queues else []
        found = self.exchanges[exchange].queues(routing_key)
        alternate = self.exchanges[exchange].alternate
        return found or (self._route(alternate, routing_key) if alternate else [])

    def _declare(self, topology: Topology) -> None:
        for exchange in topology.exchanges:
            alternate = exchange.arguments.get("alternate-exchange")
            self.declare_exchange(exchange.name, exchange.type, str(alternate or "") or None)
        for queue in topology.queues:
            self.declare_queue(queue.name, queue.arguments.get("x-single-active-consumer") is True)
        for binding in topology.bindings:
            self.bind(binding.exchange, binding.queue, binding.routing_key)


class MemoryPublisher:
    """See broker.ports.Publisher."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._over: str | None = None

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """See the port."""
        self._still_open()
        for message in messages:
            if why := unpublishable(message):
                raise Unpublishable(message.message_id, why)
        if messages:
            await self._broker.outages.passed(self._still_open)
        lost = [m.routing_key for m in messages if not self._sent(m) and m.mandatory]
        await asyncio.sleep(0)
        self._still_open()
        if lost:
            raise Unroutable(f"no queue for {', '.join(lost)}")

    async def probe(self) -> None:
        """See the port. Who would read the message ignores it: there is none."""
        self._still_open()
        outages = self._broker.outages
        if outages.blocked:
            raise BrokerUnavailable(f"blocked: {outages.blocked}")
        if outages.refused:
            raise NotPermitted(outages.refused)
        try:
            async with asyncio.timeout(self._broker.probe_within):
                await outages.passed(self._still_open)
        except TimeoutError:
            within = self._broker.probe_within
            raise BrokerUnavailable(f"no answer to a probe within {within:g} s") from None
        if CASES_QUEUE not in self._broker.queues:
            raise Unroutable(f"no queue for {CASES_QUEUE}")

    def end(self, why: str) -> None:
        """Further calls raise BrokerUnavailable."""
        self._over = self._over or why

    def _sent(self, message: Outgoing) -> bool:
        properties = Properties(
            content_type=message.content_type,
            headers=dict(message.headers),
            delivery_mode=_PERSISTENT,
            message_id=message.message_id,
            type=message.type,
        )
        return self._broker.put(message.exchange, message.routing_key, message.body, properties)

    def _still_open(self) -> None:
        if self._over is not None:
            raise BrokerUnavailable(self._over)


class MemorySession(MemoryPublisher):
    """See broker.ports.Session. Batches are acknowledged in the order in which they were taken."""

    def __init__(self, broker: MemoryBroker, queue: Queue, prefetch: int) -> None:
        super().__init__(broker)
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

    def _next(self) -> Incoming:
        tag = self._arrived.popleft()
        m = self._unsettled[tag]
        self._arrived_bytes -= len(m.body)
        return Incoming(m.body, m.exchange, m.routing_key, m.properties, m.redelivered, tag)

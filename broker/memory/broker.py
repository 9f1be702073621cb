"""The Broker port in memory."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.memory.exchanges import Exchange
from broker.memory.outages import Outages
from broker.memory.queues import Message, Queue
from broker.memory.session import MemoryPublisher, MemorySession
from broker.messaging.messages import Outgoing
from broker.messaging.names import DEFAULT_EXCHANGE
from broker.messaging.reply_to import PREFIX, node_of
from broker.messaging.topology import Topology
from broker.ports import PROBE_WITHIN
from schemas.properties import Properties


class MemoryBroker:
    """Exchanges and queues of one process.

    ``away`` and ``back`` play an outage that ends every session; ``block`` and ``unblock`` an
    alarm; ``fall_silent`` and ``answer`` a connection on which nothing comes back any more;
    ``refuse`` and ``permit`` permissions that are taken away; ``take_down`` and ``bring_up`` a
    queue without its quorum. ``probe_within``: see the port.

    Queues that a test reads without a session are in ``queues``: what is ready lies in
    ``queues[name].ready``.
    """

    def __init__(self, topology: Topology | None = None) -> None:
        self.exchanges: dict[str, Exchange] = {}
        self.queues: dict[str, Queue] = {}
        self.askers: dict[str, Callable[[Message], None]] = {}
        """Who waits for answers by direct reply-to, by the name that RabbitMQ would have made."""
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
    async def session(self, queue: str, prefetch: int) -> AsyncIterator[MemorySession]:
        """See the port."""
        self.still_there()
        await self.outages.passed(self.still_there)
        if self.outages.refused:
            raise NotPermitted(self.outages.refused)
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
    async def publisher(self, exchange: str) -> AsyncIterator[MemoryPublisher]:
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
        if exchange == DEFAULT_EXCHANGE and routing_key.startswith(PREFIX):
            self._answer(Message(exchange, routing_key, body, properties))
            return False  # as RabbitMQ has it: that is no queue, whoever gets it
        found = self._route(exchange, routing_key)
        for queue in found:
            if queue not in self.outages.down:
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

    def refuse(self, *, at_once: bool = False) -> None:
        """Permit no more. Who had a channel may still publish on it, as on RabbitMQ, unless it is
        ``at_once``."""
        self.outages.refused = "access to the exchange is refused"
        self.outages.refuses_publishes = at_once

    def permit(self) -> None:
        self.outages.refused = None
        self.outages.refuses_publishes = False

    def take_down(self, queue: str) -> None:
        """Take its quorum away: it takes nothing, and who publishes to it is told so."""
        self.outages.down.add(queue)

    def bring_up(self, queue: str) -> None:
        self.outages.down.discard(queue)

    def is_down(self, message: Outgoing) -> bool:
        """Whether a queue that a message goes to has no quorum."""
        if not self.outages.down:
            return False
        return not self.outages.down.isdisjoint(self._route(message.exchange, message.routing_key))

    def end_holds(self) -> None:
        """Play that ``HELD_AT_MOST`` seconds have passed for every publish that is held."""
        self.outages.end_holds()

    def still_there(self) -> None:
        """Raises BrokerUnavailable where it is away."""
        if self._away:
            raise BrokerUnavailable("the broker is away")

    def _answer(self, message: Message) -> None:
        """To nobody, where who asked is gone. RabbitMQ 3.10 fails on a name that it cannot read."""
        if node_of(message.routing_key) is None:
            raise BrokerUnavailable("an answer under a name that the broker has not made")
        if (asker := self.askers.get(message.routing_key)) is not None:
            asker(message)

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

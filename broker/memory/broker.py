"""The Broker port in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.memory.session import MemoryPublisher, MemorySession
from broker.memory.virtual_host import VirtualHost
from broker.messaging.topology import Topology


class MemoryBroker(VirtualHost):
    """A virtual host that sessions are opened on, and its outages.

    ``away`` and ``back`` play an outage that ends every session; ``block`` and ``unblock`` an
    alarm; ``fall_silent`` and ``answer`` a connection on which nothing comes back any more;
    ``refuse`` and ``permit`` permissions that are taken away; ``take_down`` and ``bring_up`` a
    queue without its quorum.
    """

    def __init__(self, topology: Topology | None = None) -> None:
        super().__init__(topology)
        self._sessions: set[MemoryPublisher] = set()
        self._away = False

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

    def end_holds(self) -> None:
        """Play that ``HELD_AT_MOST`` seconds have passed for every publish that is held."""
        self.outages.end_holds()

    def still_there(self) -> None:
        """Raises BrokerUnavailable where it is away."""
        if self._away:
            raise BrokerUnavailable("the broker is away")

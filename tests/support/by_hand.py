"""The consumers worked by hand, a batch at a time, on a clock that a test sets.

Nothing runs by itself and nothing waits, so the same steps do the same every time.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any, Literal

from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.memory import MemoryBroker
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import CaseStore, Journal
from consumers.cases import CaseHandler
from consumers.cases.watermark import Watermarks
from consumers.escalations.handler import EscalationHandler
from consumers.router import RouterHandler
from consumers.runtime.isolating import Handler
from schemas.properties import Properties

Dies = Literal["before", "after", "late"] | None
"""Where a process is killed: before it publishes; before what it did is recorded; after that,
before it acknowledges."""

_MOST = 500
_TICKS = 3
"""So often at least it is asked up to when everything was read."""


class _Killed(Exception):
    """Thrown where the process dies."""


class Hand:
    """A clock that a test sets."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class ByHand:
    """Router, cases and escalations on a broker in memory; ``kills`` counts how often one died."""

    def __init__(
        self,
        broker: MemoryBroker,
        journal: Journal,
        store: CaseStore,
        rules: Rules,
        clocks: SlaCalendar,
        clock: Hand,
    ) -> None:
        self.broker = broker
        self.journal = journal
        self.store = store
        self.rules = rules
        self.clocks = clocks
        self.clock = clock
        self.kills = 0
        self._seconds = 0.0
        self._ids = count(1)
        self._instances = count(1)
        self._start()

    def put(self, exchange: str, key: str, body: bytes, properties: Properties) -> None:
        """Published from outside."""
        self.broker.put(exchange, key, body, properties)

    async def route(self, *, most: int = _MOST, dies: Dies = None) -> bool:
        """One batch of the intake; False where nothing was there."""
        return await self._batch(names.ROUTER_QUEUE, self.router, most, dies)

    async def keep(self, *, most: int = _MOST, dies: Dies = None) -> bool:
        """One batch of the cases' queue; False where nothing was there."""
        return await self._batch(names.CASES_QUEUE, self.cases, most, dies)

    async def escalate(self, *, dies: Dies = None) -> bool:
        """One step of what is due; False where nothing is."""
        step = await self.escalations.prepare([])
        if step.upto is None:
            return False
        try:
            async with self.escalations.transaction(step) as outgoing:
                await self._publish(outgoing, dies)
        except _Killed:
            self._died()
        return True

    async def settle(self) -> None:
        """Until everything is read, decided and fired up to this moment."""
        while await self.route() or await self.keep():
            pass
        said, ticks = -1, 0
        # One to be told what is reached, others for what was deferred, which is decided in steps.
        while ticks < _TICKS or said != self._said():
            said, ticks = self._said(), ticks + 1
            await self.tick()
            while await self.keep():
                pass
        while await self.escalate():
            pass
        while await self.keep():
            pass

    async def tick(self) -> None:
        """The cases ask up to when they have read: the question lies in their queue."""
        self._seconds += 60
        async with (
            self.broker.publisher(names.EVENTS) as publisher,
            self.cases.transaction(await self.cases.prepare([])) as outgoing,
        ):
            await publisher.publish(outgoing)

    def loses(self, store: CaseStore) -> None:
        """Its store is gone, and another one in its place; the processes begin anew."""
        self.store = store
        self._start()

    def _said(self) -> int:
        return len(self.broker.queues[names.AUDIT_STREAM].ready)

    def _start(self) -> None:
        """Processes begin; those that were there are gone."""
        self.router = RouterHandler(
            self.rules, self.clocks, self.journal, self.clock, lambda: f"fresh-{next(self._ids)}"
        )
        marks = Watermarks(f"by-hand-{next(self._instances)}", lambda: self._seconds)
        self.cases = CaseHandler(self.rules, self.clocks, self.store, marks, self.clock)
        self.escalations = EscalationHandler(self.store, self.clocks, self.clock)

    async def _batch(self, queue: str, handler: Handler[Any], most: int, dies: Dies) -> bool:
        if not self.broker.queues[queue].ready:
            return False
        try:
            async with self.broker.session(queue, most) as session:
                batch = await session.take(most)
                prepared = await handler.prepare(batch)
                async with handler.transaction(prepared) as outgoing:
                    await self._publish(outgoing, dies)
                if dies == "late":
                    raise _Killed
                await session.acknowledge(batch)
        except _Killed:
            self._died()
        return True

    def _died(self) -> None:
        self.kills += 1
        self._start()

    async def _publish(self, outgoing: Sequence[Outgoing], dies: Dies) -> None:
        if dies == "before":
            raise _Killed
        async with self.broker.publisher(names.EVENTS) as publisher:
            await publisher.publish(outgoing)
        if dies == "after":
            raise _Killed

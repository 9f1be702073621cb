"""The case consumer and the escalations on a broker and a store in memory."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry

from broker.domain.case import Case
from broker.domain.clocks import SlaCalendar
from broker.memory import MemoryBroker, Message
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.topology import topology
from broker.ports import Broker, CaseStore
from consumers.cases import CaseHandler
from consumers.cases.observing import CaseCounts, log_batch
from consumers.cases.receipts import Receipts
from consumers.cases.watermark import Watermarks
from consumers.escalations.handler import EscalationHandler
from consumers.escalations.observing import EscalationCounts
from consumers.runtime.health import Health
from consumers.runtime.metrics import CaseMetrics, CommonMetrics, EscalationMetrics
from consumers.runtime.middleware import Observed
from consumers.runtime.timer import Timer
from consumers.runtime.worker import Worker
from schemas.properties import Properties
from tests.support.eventually import PATIENCE, eventually_async
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    HOUR,
    MONDAY,
    RULES,
    an_update,
    routed_by_router,
)

EVERY = 0.01
"""Seconds between watermarks here."""


class Hand:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = MONDAY

    def now(self) -> datetime:
        return self.moment


class Office:
    """Broker, store and clock stay; instances of the consumers come and go."""

    def __init__(self, clocks: SlaCalendar = CLOCKS) -> None:
        wanted = topology(RULES.agencies, RULES.channels, broker_version=(3, 10, 8))
        self.broker = MemoryBroker(wanted)
        self.store = MemoryCaseStore()
        self.clock = Hand()
        self.clocks = clocks
        self.registry = CollectorRegistry()
        self.escalations = EscalationMetrics(self.registry)
        self.common = CommonMetrics(self.registry)
        self.cases = CaseMetrics(self.registry)
        self.health = Health()
        self.complaints = count(1)
        self.ids = count(1)
        self.instances = count(1)

    def handler(
        self, store: CaseStore | None = None, every: float = EVERY, given_up: float = 5.0
    ) -> CaseHandler:
        seconds = asyncio.get_running_loop().time
        name = f"i{next(self.instances)}"
        return CaseHandler(
            RULES,
            self.clocks,
            store or self.store,
            Watermarks(name, seconds, every=every, given_up=given_up),
            self.clock,
        )

    @asynccontextmanager
    async def keeping(
        self,
        *,
        broker: Broker | None = None,
        store: CaseStore | None = None,
        every: float = EVERY,
        given_up: float = 5.0,
    ) -> AsyncIterator[CaseHandler]:
        """While the case consumer runs; gives its handler."""
        stop, handler = asyncio.Event(), self.handler(store, every, given_up)
        receipts = Receipts(self.broker)
        counts = CaseCounts(self.cases, self.escalations, self.common)
        worker = Worker(
            broker or self.broker,
            names.CASES_QUEUE,
            Observed(handler, counts, log_batch, receipts),
            self.health,
            stop,
            idle=handler.idle,
        )
        async with receipts.sending(), _running(worker.run(), stop):
            yield handler

    @asynccontextmanager
    async def escalating(
        self, *, broker: Broker | None = None, store: CaseStore | None = None
    ) -> AsyncIterator[None]:
        """While the escalations run."""
        stop = asyncio.Event()
        handler = EscalationHandler(
            store or self.store,
            self.clocks,
            self.clock,
            poll=EVERY,
            name_of=RULES.agency_name,
        )
        worker = Worker(
            Timer(broker or self.broker, names.EVENTS),
            "escalations",
            Observed(handler, EscalationCounts(self.escalations)),
            self.health,
            stop,
            idle=handler.idle,
        )
        async with _running(worker.run(), stop):
            yield

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While both run."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.keeping())
            await stack.enter_async_context(self.escalating())
            yield

    def routes(self, text: str, **data: Any) -> UUID:
        """A complaint that the router has routed; its id."""
        id = f"c-{next(self.complaints)}"
        events = routed_by_router(text, self.clock.now(), id=id, clocks=self.clocks, **data)
        for out in events:
            self.send(out)
        return UUID(json.loads(events[0].body)["subject"])

    def send(self, out: Outgoing) -> None:
        properties = Properties(
            content_type=out.content_type, message_id=out.message_id, type=out.type
        )
        self.broker.put(out.exchange, out.routing_key, out.body, properties)

    def says(
        self,
        complaint: UUID,
        key: str,
        *,
        id: str | None = None,
        after: timedelta = HOUR,
        **data: Any,
    ) -> None:
        """An update, an hour later by default."""
        self.clock.moment += after
        time = data.pop("time", self.clock.now())
        message = an_update(complaint, key, id=id or f"u-{next(self.ids)}", time=time, **data)
        self.broker.put(message.exchange, message.routing_key, message.body, message.properties)

    async def case(self, complaint: UUID) -> Case:
        found = await self.store.find(complaint)
        assert found is not None
        return found

    async def becomes(self, complaint: UUID, state: str, agency: str | None = "") -> Case:
        """Wait until the case is in that state (and with that agency)."""

        async def so() -> Case | None:
            case = await self.store.find(complaint)
            fits = case is not None and case.state == state and agency in ("", case.agency)
            return case if fits else None

        return await eventually_async(so, saying=f"the case is {state}")

    async def catches_up(self) -> None:
        """Wait until everything up to this moment was read, decided and fired."""
        moment = self.clock.now()

        async def so() -> bool:
            watermark, due = await self.store.watermark(), await self.store.next_due()
            return watermark is not None and watermark >= moment and (due is None or due > moment)

        await eventually_async(so, saying="everything is read and fired")

    def heard(self, queue: str) -> list[Message]:
        return list(self.broker.queues[queue].ready)

    def keys(self, queue: str) -> list[str]:
        return [message.routing_key for message in self.heard(queue)]

    def published(self) -> list[dict[str, Any]]:
        """Every event of this system, from the audit trail, each once a publish."""
        return [
            json.loads(m.body) for m in self.heard(names.AUDIT_STREAM) if m.exchange == names.EVENTS
        ]

    def value(self, metric: str, **labels: str) -> float:
        return self.registry.get_sample_value(metric, labels) or 0.0


@asynccontextmanager
async def _running(work: Any, stop: asyncio.Event) -> AsyncIterator[None]:
    running = asyncio.create_task(work)
    try:
        yield
        if running.done():
            running.result()
    finally:
        stop.set()
        await asyncio.wait_for(running, PATIENCE)

"""The keeper's part of the loop: one transaction a batch, and what time alone brings."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from broker.domain.case import Context, amend
from broker.domain.clocks import Clocks
from broker.domain.errors import Unavailable
from broker.domain.outcome import Incoming, Outgoing
from broker.domain.routing.rules import Rules
from broker.ports import Aside, CaseChange, CaseStore, CaseTransaction, Clock
from config.logging import where
from consumers.cases.at_hand import AtHand
from consumers.cases.inputs import Input, causes_of, foresee, read_safely
from consumers.cases.marker import Markers, is_marker
from consumers.metrics import CaseMetrics, CommonMetrics, EscalationMetrics

log = structlog.get_logger()

PATIENCE: Final = timedelta(seconds=15)
"""For how long an update waits for its case."""
_GIVE_WAY: Final = 20
"""Messages prepared in one go, 1 ms: meanwhile the batch before is sent, confirmed and written."""
_STEP: Final = 200
"""Of what time alone brings, in one transaction."""
_LOOK_AGAIN: Final = timedelta(minutes=1)
"""After which cases are looked for that another process has put back on an older calendar."""
_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Reached before anything was: no update is too old."""


@dataclass(slots=True)
class Batch:
    """Messages in order, each with the moment that a marker before it has shown to be reached."""

    inputs: list[tuple[Input, datetime | None]] = field(default_factory=list)
    reached: datetime | None = None


@dataclass(slots=True)
class _Work:
    """What one transaction has in hand."""

    at_hand: AtHand
    expired: list[Aside] = field(default_factory=list)
    amended: list[CaseChange] = field(default_factory=list)


class _Undone(Exception):
    """A transaction that was only tried."""


class CaseHandler:
    """See consumers.worker.Handler. What time alone brings rides on markers that come back:
    only whoever is the active consumer of the queue gets one."""

    def __init__(
        self,
        rules: Rules,
        clocks: Clocks,
        store: CaseStore,
        markers: Markers,
        metrics: CaseMetrics,
        escalations: EscalationMetrics,
        common: CommonMetrics,
        clock: Clock,
        *,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._rules = rules
        self._clocks = clocks
        self._store = store
        self._markers = markers
        self._metrics = metrics
        self._escalations = escalations
        self._common = common
        self._clock = clock
        self._patience = patience
        self._amended: tuple[str, datetime] | None = None
        """To which calendar all cases were amended, and until when that need not be looked at."""

    def use(self, rules: Rules, clocks: Clocks) -> None:
        """Other rules and clocks, from the next batch on; open deadlines follow the calendar."""
        self._rules, self._clocks = rules, clocks

    async def check(self) -> None:
        """Called before each session."""
        await self._store.check()
        self._markers.anew()

    def idle(self) -> float:
        """Seconds until a marker is to be sent."""
        return self._markers.wait()

    async def prepare(self, batch: Sequence[Incoming]) -> Batch:
        prepared = Batch()
        now = self._clock.now()
        context = Context(now, now, self._rules, self._clocks, self._patience)
        for number, message in enumerate(batch):
            if number % _GIVE_WAY == 0:
                await asyncio.sleep(0)
            if is_marker(message):
                prepared.reached = self._markers.back(message) or prepared.reached
            else:
                given = foresee(read_safely(message), context)
                prepared.inputs.append((given, prepared.reached))
        return prepared

    @asynccontextmanager
    async def settling(self, batch: Batch) -> AsyncIterator[Sequence[Outgoing]]:
        due = self._markers.wait() <= 0
        marker = self._markers.make(self._clock.now()) if due else None
        marked = [marker] if marker else []
        if not batch.inputs and batch.reached is None:
            self._sending(marker)
            yield marked
            return
        async with AsyncExitStack() as stack:
            try:
                work = await stack.enter_async_context(self._transaction(batch))
            except Unavailable:
                raise
            except Exception as error:  # nothing was published yet
                log.error("cases.failed", traceback=where(error))
                batch = await self._without_faults(batch)
                work = await stack.enter_async_context(self._transaction(batch))
            self._sending(marker)
            # The marker last: what it speaks for is said before it.
            yield [*work.at_hand.publish, *marked]
        self._count(work)

    @asynccontextmanager
    async def _transaction(self, batch: Batch) -> AsyncIterator[_Work]:
        """Everything is written when the block begins; leaving it well commits that.

        Writing first shows what cannot be written before anybody has heard of it.
        """
        reached = await self._store.reached() or _BEFORE_ALL
        async with self._store.transaction() as transaction:
            work = await self._work(transaction, batch, reached)
            at_hand = work.at_hand
            if changes := [*at_hand.changes, *work.amended]:
                await transaction.save(changes)
            if early := at_hand.to_keep:
                await transaction.keep_aside(early)
            if decided := at_hand.decided:
                await transaction.forget_aside(decided)
            if batch.reached is not None:
                await transaction.reach(batch.reached)
            yield work

    async def _without_faults(self, batch: Batch) -> Batch:
        """The batch with those inputs given up that cannot be written: each is tried with what
        came before it for the same case."""
        inputs: list[tuple[Input, datetime | None]] = []
        for given, seen in batch.inputs:
            before = [one for one in inputs if one[0].complaint == given.complaint]
            try:
                async with self._transaction(Batch([*before, (given, seen)])):
                    raise _Undone
            except _Undone:
                inputs.append((given, seen))
            except Unavailable:
                raise
            except Exception as error:  # one message must not take its neighbours along
                log.error("cases.failed", traceback=where(error))
                inputs.append((given.given_up(), seen))
        return Batch(inputs, batch.reached)

    def _sending(self, marker: Outgoing | None) -> None:
        if marker is not None:
            self._markers.sent()

    async def _work(self, transaction: CaseTransaction, batch: Batch, reached: datetime) -> _Work:
        now = self._clock.now()
        rules, clocks = self._rules, self._clocks  # others may come in while it waits

        def context(seen: datetime) -> Context:
            return Context(now, min(seen, now), rules, clocks, self._patience)

        # Expired is what was not answered by anything that was read up to the moment reached.
        expired: list[Aside] = []
        if batch.reached is not None:
            expired = await transaction.aside_until(reached, _STEP)
        complaints = {given.complaint for given, _ in batch.inputs if given.complaint}
        complaints |= {one.complaint for one in expired}
        aside = await transaction.aside(complaints) if complaints else []
        inputs = [given for given, _ in batch.inputs]
        causes = causes_of([*inputs, *(read_safely(one.message) for one in aside)])
        at_hand = AtHand(await transaction.load(causes, causes) if causes else {}, aside)
        for given, seen in batch.inputs:
            at_hand.take(given, context(max(seen or reached, reached)))
        at_hand.give_up(expired, context(reached))
        work = _Work(at_hand, expired)
        if batch.reached is not None and not self._all_amended(clocks, now):
            work.amended = await self._amend(transaction, at_hand, clocks, now)
        if len(expired) == _STEP:
            self._markers.hurry()
        return work

    async def _amend(
        self, transaction: CaseTransaction, at_hand: AtHand, clocks: Clocks, now: datetime
    ) -> list[CaseChange]:
        """A step of letting deadlines follow the calendar of this configuration."""
        version = clocks.calendar.version
        found = await transaction.outdated(version, _STEP)
        changes: list[CaseChange] = []
        failed = 0
        for case in found:
            if case.complaint_id in at_hand.cases:
                continue  # it is another value by now; the next step finds it if need be
            try:
                amended = amend(case, clocks, now=now)
            except Exception as error:  # one case must not hold up the others
                log.error("cases.failed", traceback=where(error))
                failed += 1
                continue
            if amended is not None:
                changes.append(CaseChange(amended.case, amended.history))
        # Where none of them can be amended, the next step would find the same ones.
        self._amended = (version, now + _LOOK_AGAIN) if failed == len(found) else None
        if changes:
            self._markers.hurry()
            log.info("cases.amended", cases=len(changes))
        return changes

    def _all_amended(self, clocks: Clocks, now: datetime) -> bool:
        return (
            self._amended is not None
            and self._amended[0] == clocks.calendar.version
            and now < self._amended[1]
        )

    def _count(self, work: _Work) -> None:
        at_hand = work.at_hand
        for (verb, outcome), number in at_hand.updates.items():
            self._metrics.updates.labels(verb, outcome).inc(number)
        for reason, number in at_hand.parked.items():
            self._common.parked.labels(reason).inc(number)
            log.info("update.parked", reason=reason, messages=number)
        self._escalations.count(at_hand.history)
        for line in at_hand.lines:
            log.info(
                "case.changed",
                what=line.what,
                by=line.by,
                state=line.state,
                agency=line.agency,
                event_id=line.event_id,
            )

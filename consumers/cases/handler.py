"""The case consumer's part of the loop: one transaction a batch, and what time alone brings."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import structlog

from broker.domain.case import Context, amend
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.errors import Unavailable
from broker.messaging.messages import Incoming, Outgoing
from broker.ports import CaseChange, CaseStore, CaseTransaction, Deferred, TimeSource
from config.logging import where
from consumers.cases.batch import CaseBatch
from consumers.cases.inputs import Input, given_up, read_ahead
from consumers.cases.loading import loaded
from consumers.cases.time_brings import LESS_AND_LESS, STEP, TimeBrings
from consumers.cases.watermark import Watermarks, is_watermark
from consumers.runtime.agreed_clock import TOLERANCE

log = structlog.get_logger()

PATIENCE: Final = timedelta(seconds=15)
"""For how long an update waits for its case."""
_GIVE_WAY: Final = 40
"""Messages prepared in one go, 1 ms: meanwhile the batch before is sent, confirmed and written."""
_LOOK_AGAIN: Final = timedelta(minutes=1)
"""After which cases are looked for that another process has put back on an older calendar."""
_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Reached before anything was: no update is too old."""


@dataclass(slots=True)
class Batch:
    """Messages in order, each with the moment that a watermark before it stands for."""

    inputs: list[tuple[Input, datetime | None]] = field(default_factory=list)
    watermark: datetime | None = None
    time_brings: TimeBrings = LESS_AND_LESS[0]
    done: "Work | None" = None
    """What one transaction did; known once it is recorded."""


@dataclass(slots=True)
class Work:
    """What one transaction has in hand."""

    case_batch: CaseBatch
    expired: list[Deferred] = field(default_factory=list)
    amended: list[CaseChange] = field(default_factory=list)


class _Undone(Exception):
    """A transaction that was only tried."""


class CaseHandler:
    """See consumers.runtime.isolating.Handler. ``agreed``: up to when it is certain that time has
    come, ``clock`` where that is left out. What time alone brings rides on watermarks that
    come back: only whoever is the active consumer of the queue gets one."""

    def __init__(
        self,
        rules: Rules,
        clocks: SlaCalendar,
        store: CaseStore,
        watermarks: Watermarks,
        clock: TimeSource,
        *,
        agreed: Callable[[], datetime] | None = None,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._rules = rules
        self._clocks = clocks
        self._store = store
        self._watermarks = watermarks
        self._clock = clock
        self._agreed = agreed or clock.now
        self._patience = patience
        self._reached: datetime | None = None
        """The last watermark of this instance that came back."""
        self._amended: tuple[str, datetime] | None = None
        """To which calendar all cases were amended, and until when that need not be looked at."""

    def use(self, rules: Rules, clocks: SlaCalendar) -> None:
        """Other rules and clocks, from the next batch on; open deadlines follow the calendar."""
        self._rules, self._clocks = rules, clocks

    async def check(self) -> None:
        """Called before each session."""
        await self._store.check()
        self._watermarks.anew()

    def idle(self) -> float:
        """Seconds until a watermark is to be sent."""
        return self._watermarks.wait()

    async def prepare(self, batch: Sequence[Incoming]) -> Batch:
        prepared = Batch()
        now = self._clock.now()
        # Up to when all was read is not known here: whether that matters is seen in its turn.
        context = Context(now, _BEFORE_ALL, self._rules, self._clocks, self._patience)
        for number, message in enumerate(batch):
            if number % _GIVE_WAY == 0:
                await asyncio.sleep(0)
            if is_watermark(message):
                prepared.watermark = self._watermarks.back(message) or prepared.watermark
            else:
                prepared.inputs.append((read_ahead(message, context), prepared.watermark))
        return prepared

    @asynccontextmanager
    async def transaction(self, batch: Batch) -> AsyncIterator[Sequence[Outgoing]]:
        due = self._watermarks.wait() <= 0
        watermark = self._watermarks.make(self._agreed()) if due else None
        marked = [watermark] if watermark else []
        if not batch.inputs and batch.watermark is None:
            self._sending(watermark)
            yield marked
            return
        async with AsyncExitStack() as stack:
            work = await self._begun(stack, batch)
            self._sending(watermark)
            # The watermark last: what it speaks for is said before it.
            yield [*work.case_batch.publish, *marked]
        batch.done = work
        self._reached = batch.watermark or self._reached

    def less(self) -> bool:
        return False  # see consumers.cases.time_brings, which needs no publish to find out

    def give_up(self, message: Incoming) -> Batch:
        if is_watermark(message):
            return Batch()  # of ours; another one follows
        return Batch([(given_up(message), None)])

    async def _begun(self, stack: AsyncExitStack, batch: Batch) -> Work:
        """The batch's transaction, entered: without what the program fails on. Nothing was
        published yet."""
        try:
            return await stack.enter_async_context(self._transaction(batch))
        except Unavailable:
            raise
        except Exception as error:
            log.error("cases.failed", traceback=where(error))
        inputs = await self._without_faults(batch)
        for time_brings in LESS_AND_LESS if batch.watermark is not None else LESS_AND_LESS[:1]:
            less = Batch(inputs, batch.watermark, time_brings)
            try:
                return await stack.enter_async_context(self._transaction(less))
            except Unavailable:
                raise
            except Exception as error:
                log.error("cases.failed", traceback=where(error))
                why = error
        raise why

    @asynccontextmanager
    async def _transaction(self, batch: Batch) -> AsyncIterator[Work]:
        """Everything is written when the block begins; leaving it well commits that.

        Writing first shows what cannot be written before anybody has heard of it.
        """
        watermark = self._believed(await self._store.watermark())
        async with self._store.transaction() as transaction:
            work = await self._work(transaction, batch, watermark)
            case_batch = work.case_batch
            if changes := [*case_batch.changes, *work.amended]:
                await transaction.save(changes)
            if early := case_batch.to_keep:
                await transaction.defer(early)
            if decided := case_batch.decided:
                await transaction.forget_deferred(decided)
            if batch.watermark is not None:
                await transaction.advance_watermark(batch.watermark)
            yield work

    def _believed(self, kept: datetime | None) -> datetime:
        """The watermark of the store; or, where that lies ahead, the last one that this instance
        saw come back: nothing was read up to a moment that has not come."""
        upto = self._agreed() + TOLERANCE * (self._patience / PATIENCE)
        moments = [one for one in (kept, self._reached) if one is not None and one <= upto]
        return max(moments, default=_BEFORE_ALL)

    async def _without_faults(self, batch: Batch) -> list[tuple[Input, datetime | None]]:
        """The inputs of a batch, those given up that cannot be written: each is tried with what
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
                inputs.append((given_up(given.message), seen))
        return inputs

    def _sending(self, watermark: Outgoing | None) -> None:
        if watermark is not None:
            self._watermarks.sent()

    async def _work(self, transaction: CaseTransaction, batch: Batch, watermark: datetime) -> Work:
        now = self._clock.now()
        rules, clocks = self._rules, self._clocks  # others may come in while it waits

        @lru_cache  # nearly all of a batch have one
        def context(seen: datetime) -> Context:
            return Context(now, min(seen, now), rules, clocks, self._patience)

        # Expired is what was not answered by anything that was read up to the moment reached.
        expired: list[Deferred] = []
        if batch.watermark is not None:
            expired = await transaction.deferred_until(watermark, batch.time_brings.expired)
        case_batch = await loaded(transaction, [given for given, _ in batch.inputs], expired)
        for given, seen in batch.inputs:
            upto = max(seen or watermark, watermark)
            case_batch.take(given, context(_BEFORE_ALL if given.sent_back else upto))
        if batch.time_brings.failing:
            case_batch.fail(expired, context(watermark))
        else:
            case_batch.give_up(expired, context(watermark))
        work = Work(case_batch, expired)
        amends = batch.watermark is not None and batch.time_brings.amends
        if amends and not self._all_amended(clocks, now):
            work.amended = await self._amend(transaction, case_batch, clocks, now)
        if expired:
            self._watermarks.hurry()
        return work

    async def _amend(
        self,
        transaction: CaseTransaction,
        case_batch: CaseBatch,
        clocks: SlaCalendar,
        now: datetime,
    ) -> list[CaseChange]:
        """A step of letting deadlines follow the calendar of this configuration."""
        version = clocks.calendar.version
        found = await transaction.outdated(version, STEP)
        changes: list[CaseChange] = []
        failed = 0
        for case in found:
            if case.complaint_id in case_batch.cases:
                continue  # it is another value by now; the next step finds it if need be
            try:
                amended = amend(case, clocks, now=now)
            except Exception as error:  # one case must not hold up the others
                log.error("cases.failed", traceback=where(error))
                failed += 1
                continue
            if amended is not None:
                changes.append(CaseChange(amended.case, amended.lines))
        # Where none of them can be amended, the next step would find the same ones.
        self._amended = (version, now + _LOOK_AGAIN) if failed == len(found) else None
        if changes:
            self._watermarks.hurry()
            log.info("cases.amended", cases=len(changes))
        return changes

    def _all_amended(self, clocks: SlaCalendar, now: datetime) -> bool:
        return (
            self._amended is not None
            and self._amended[0] == clocks.calendar.version
            and now < self._amended[1]
        )

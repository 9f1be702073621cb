"""The cases of a period and of the time before it, counted in one walk through the store."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from orjson import loads

from broker.domain.clocks import SlaCalendar
from broker.ports import CaseRecords, RecordsSnapshot, Step
from gateway.report.facts import VILLAGE, Fact, FactMaker, Plain, needs_steps
from gateway.report.periods import Period
from gateway.report.tally import RECOGNISABLE, Counted, Tally

_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 100
_HISTORIES: Final = 500
"""Cases whose history is read at a time."""


@dataclass(frozen=True, slots=True)
class Read:
    """``tally``: what was counted, as of ``now``; ``complete_from``: of earlier days closed cases
    were removed; ``protected``, ``protected_before``: by dimension, the small cells in which
    somebody could be recognised."""

    tally: Tally
    now: datetime
    complete_from: date
    protected: dict[str, frozenset[str]]
    protected_before: dict[str, frozenset[str]]

    @property
    def period(self) -> Period:
        return self.tally.period

    @property
    def complete(self) -> bool:
        """Whether nothing of the period was removed."""
        return self.complete_from <= self.period.first

    @property
    def comparable(self) -> bool:
        """Whether nothing of the period before was removed."""
        return self.complete_from <= self.period.before.first


async def read_cases(
    records: CaseRecords, period: Period, clocks: SlaCalendar, now: datetime, kept: timedelta
) -> Read:
    """Everything that the figures of a period are made from, as of ``now``.

    ``kept``: for how long closed cases stay in the store. Raises StoreUnavailable.
    """
    calendar = clocks.calendar
    reader = _Reader(Tally(period), FactMaker(calendar, now))
    earliest = min(period.before.first, period.year_before.first)
    since = datetime.combine(earliest, time(), calendar.zone)
    async with records.snapshot() as snapshot:
        async for texts in _ahead(snapshot.pages(since)):
            # Beside the event loop: many pages are seconds of work.
            waiting = await asyncio.to_thread(reader.take, texts)
            for start in range(0, len(waiting), _HISTORIES):
                some = waiting[start : start + _HISTORIES]
                steps = await snapshot.steps([UUID(loads(one)["complaint_id"]) for one in some])
                await asyncio.to_thread(reader.go_on, some, steps)
        complete_from = calendar.local_day(now - kept) + _DAY
        tally = reader.finish(complete_from)
        protected = await _protected(tally.counted, snapshot)
        before = await _protected(tally.before, snapshot)
    return Read(tally, now, complete_from, protected, before)


@contextmanager
def _without_collection() -> Iterator[None]:
    """For a tenth of a second at most: what is read here has no circles, and goes by itself. Else
    the collector would go through all that the process has, again and again, in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def _ahead(pages: AsyncIterator[Sequence[str]]) -> AsyncIterator[Sequence[str]]:
    """The same, the next one on its way while one is counted."""

    async def following() -> Sequence[str] | None:
        return await anext(pages, None)

    coming = asyncio.create_task(following())
    try:
        while (texts := await coming) is not None:
            coming = asyncio.create_task(following())
            yield texts
    finally:
        coming.cancel()
        await asyncio.wait({coming})


class _Reader:
    """Takes records in, page by page."""

    def __init__(self, tally: Tally, make: FactMaker) -> None:
        self._tally = tally
        self._make = make
        self._before = tally.period.before
        self._year = tally.period.year_before
        self._first: date | None = None

    def take(self, texts: Sequence[str]) -> list[str]:
        """One page; gives the cases whose history is to be read."""
        with _without_collection():
            return self._take(texts)

    def _take(self, texts: Sequence[str]) -> list[str]:
        make, period = self._make, self._tally.period
        facts: list[Fact] = []
        waiting: list[str] = []
        for text in texts:
            record = loads(text)
            received = make.received(record)
            if received > period.last:
                continue
            if received < period.first:
                self._earlier(record, received)
            elif needs_steps(record):
                waiting.append(text)
                continue
            else:
                facts.append(make.fact(record, received))
            if len(facts) >= _AT_ONCE:
                self._tally.add(facts)
                facts.clear()
        self._tally.add(facts)
        return waiting

    def go_on(self, waiting: Sequence[str], steps: Mapping[UUID, Sequence[Step]]) -> None:
        """Those with their history."""
        with _without_collection():
            self._go_on(waiting, steps)

    def _go_on(self, waiting: Sequence[str], steps: Mapping[UUID, Sequence[Step]]) -> None:
        for text in waiting:
            record = loads(text)
            its = steps.get(UUID(record["complaint_id"]), ())
            self._tally.add([self._make.fact(record, self._make.received(record), its)])

    def finish(self, complete_from: date) -> Tally:
        """What was counted; lists in an order that is always the same."""
        tally, first = self._tally, self._first
        tally.waiting.sort()
        tally.older.sort()
        if first is not None:
            begins = max(self._year.first, complete_from, first)
            tally.past_from = begins if begins <= self._year.last else None
        return tally

    def _earlier(self, record: Plain, received: date) -> None:
        """A case that came before the period."""
        tally = self._tally
        if self._first is None or received < self._first:
            self._first = received
        ended = self._make.ended(record)
        if ended is None or ended >= tally.period.first:
            tally.open_before += 1
            if ended is not None:
                tally.closed[ended] += 1
        if received in self._before:
            tally.before.add([self._make.brief(record, received)])
        if received in self._year:
            decision = record["decision"]
            if (topic := decision.get("topic")) is not None:
                tally.past["topic", topic] += 1
            region = decision.get("region")
            if region is not None and len(region) == VILLAGE:
                tally.past["village", region] += 1
        if ended is None and record["state"] in ("routed", "acknowledged"):
            tally.older.append((received, record["tracking"]))


async def _protected(counted: Counted, snapshot: RecordsSnapshot) -> dict[str, frozenset[str]]:
    """By dimension the small cells with an anonymous or confidential case."""
    asked = set().union(*(counted.cells[one].in_question() for one in RECOGNISABLE))
    found = await snapshot.confidential([UUID(one) for one in asked])
    confidential = {str(one) for one in found}
    return {one: counted.cells[one].protected(confidential) for one in RECOGNISABLE}

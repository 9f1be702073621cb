"""Counting cases, page by page, into a tally."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from orjson import loads

from broker.domain.case import asks_history, judged
from broker.domain.clocks import WorkingCalendar
from broker.ports import RecordsSnapshot, Step
from gateway.report.facts import VILLAGE, Fact, FactMaker, Plain, needs_steps
from gateway.report.periods import Period
from gateway.report.tally import Tally

_AT_ONCE: Final = 100
_HISTORIES: Final = 500
"""Cases whose history is read at a time."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be counted, as of ``now``."""

    period: Period
    calendar: WorkingCalendar
    now: datetime

    @property
    def ended_since(self) -> datetime:
        """Cases that were closed before are not looked at."""
        earliest = min(self.period.before.first, self.period.year_before.first)
        return datetime.combine(earliest, time(), self.calendar.zone)


async def count_beside(task: Task, snapshot: RecordsSnapshot) -> Tally:
    """In threads, beside the event loop. Raises StoreUnavailable."""
    counter = _Counter(task)
    async for texts in _ahead(snapshot.pages(task.ended_since)):
        waiting = await asyncio.to_thread(counter.take, texts)
        for some in _portions(waiting):
            steps = await snapshot.steps(_ids(some))
            await asyncio.to_thread(counter.go_on, some, steps)
    return counter.tally


async def count_alone(task: Task, snapshot: RecordsSnapshot) -> Tally:
    """The same in a process that does nothing else: reading and counting take turns. Raises
    StoreUnavailable."""
    counter = _Counter(task)
    async for texts in snapshot.pages(task.ended_since):
        for some in _portions(counter.take(texts)):
            counter.go_on(some, await snapshot.steps(_ids(some)))
    return counter.tally


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


class _Counter:
    """Takes records in, page by page."""

    def __init__(self, task: Task) -> None:
        self.tally = Tally(task.period)
        self._make = FactMaker(task.calendar, task.now)
        self._before = task.period.before
        self._year = task.period.year_before

    def take(self, texts: Sequence[str]) -> list[Plain]:
        """One page; gives the cases whose history is to be read."""
        with _without_collection():
            return self._take(texts)

    def _take(self, texts: Sequence[str]) -> list[Plain]:
        make, period = self._make, self.tally.period
        facts: list[Fact] = []
        waiting: list[Plain] = []
        for text in texts:
            record = loads(text)
            received = make.received(record)
            if received > period.last:
                continue
            if received < period.first:
                if self._earlier(record, received):
                    waiting.append(record)
            elif needs_steps(record):
                waiting.append(record)
                continue
            else:
                facts.append(make.fact(record, received))
            if len(facts) >= _AT_ONCE:
                self.tally.add(facts)
                facts.clear()
        self.tally.add(facts)
        return waiting

    def go_on(self, waiting: Sequence[Plain], steps: Mapping[UUID, Sequence[Step]]) -> None:
        """Those with their history."""
        with _without_collection():
            make = self._make
            facts: list[Fact] = []
            for one in waiting:
                history, received = steps.get(UUID(one["complaint_id"]), ()), make.received(one)
                if received < self.tally.period.first:
                    self.tally.judge(received, judged(one, history))
                else:
                    facts.append(make.fact(one, received, history))
            self.tally.add(facts)

    def _earlier(self, record: Plain, received: date) -> bool:
        """A case that came before the period; gives whether its history is to be read."""
        tally = self.tally
        if tally.earliest is None or received < tally.earliest:
            tally.earliest = received
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
        if received not in self._year:
            return False
        if asks_history(record):
            return True
        tally.judge(received, judged(record))
        return False


def _portions(waiting: Sequence[Plain]) -> Iterator[Sequence[Plain]]:
    for start in range(0, len(waiting), _HISTORIES):
        yield waiting[start : start + _HISTORIES]


def _ids(some: Sequence[Plain]) -> list[UUID]:
    return [UUID(one["complaint_id"]) for one in some]

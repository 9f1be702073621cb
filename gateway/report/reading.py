"""The cases of a period and of the time before it, counted in one walk through the store."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from broker.domain.clocks import SlaCalendar
from broker.ports import CaseRecords, RecordsSnapshot
from gateway.report.counting import Task, count_beside
from gateway.report.periods import Period
from gateway.report.processes import FEWEST, NotCounted, count_apart, how_many
from gateway.report.tally import RECOGNISABLE, Counted, Tally

log = structlog.get_logger()

_DAY: Final = timedelta(days=1)


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
    task = Task(period, calendar, now)
    async with records.snapshot() as snapshot:
        tally = await _count(task, snapshot)
        complete_from = calendar.local_day(now - kept) + _DAY
        tally.finish(complete_from)
        protected = await _protected(tally.counted, snapshot)
        before = await _protected(tally.before, snapshot)
    return Read(tally, now, complete_from, protected, before)


async def _count(task: Task, snapshot: RecordsSnapshot) -> Tally:
    parts = await snapshot.parts(how_many(), FEWEST)
    if parts:
        try:
            return await count_apart(task, parts)
        except NotCounted as why:
            log.warning("report.counted_here", why=str(why))
    return await count_beside(task, snapshot)


async def _protected(counted: Counted, snapshot: RecordsSnapshot) -> dict[str, frozenset[str]]:
    """By dimension the small cells with an anonymous or confidential case."""
    asked = set().union(*(counted.cells[one].in_question() for one in RECOGNISABLE))
    found = await snapshot.confidential([UUID(one) for one in asked])
    confidential = {str(one) for one in found}
    return {one: counted.cells[one].protected(confidential) for one in RECOGNISABLE}

"""Counts once a day how often the router was right, and shows it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from broker.domain.clocks import WorkingCalendar
from broker.ports import CaseRecords
from consumers.cases.accuracy import BEFORE, Accuracy, Month, month_of, months_until
from consumers.runtime.metrics import AccuracyMetrics
from consumers.runtime.metrics.accuracy import Which

log = structlog.get_logger()

LOOK_EVERY: Final = 600.0
"""Seconds; nothing is counted twice on one local day."""


class AccuracyWatch:
    """``calendar``, ``kept``: as they are in force when it looks."""

    def __init__(
        self,
        records: CaseRecords,
        metrics: AccuracyMetrics,
        now: Callable[[], datetime],
        calendar: Callable[[], WorkingCalendar],
        kept: Callable[[], timedelta],
    ) -> None:
        self._accuracy = Accuracy(records)
        self._metrics = metrics
        self._now = now
        self._calendar = calendar
        self._kept = kept
        self._counted: date | None = None

    async def look(self) -> None:
        """Count, where today that was not done yet. Raises StoreUnavailable."""
        now, calendar = self._now(), self._calendar()
        today = calendar.local_day(now)
        if today == self._counted:
            return
        await self._accuracy.count(now, calendar, self._kept())
        found = self._accuracy.months
        *before, last, this = months_until(month_of(today), BEFORE + 2)
        shown: tuple[tuple[Which, Month], ...] = (("this", this), ("last", last))
        self._metrics.show(
            {which: found[month] for which, month in shown if month in found},
            [found[month] for month in before if month in found],
        )
        self._counted = today
        log.info("cases.accuracy_counted", months=len(found))

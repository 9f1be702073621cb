"""How often the router is right, month by month, counted from the case store beside the work.

The first time all months are counted that are compared; then, once a day, this month and the last:
what was judged before changes hardly any more.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from orjson import loads

from broker.domain.case import asks_history, judged
from broker.domain.case.judging import What
from broker.domain.clocks import WorkingCalendar
from broker.ports import CaseRecords, RecordsSnapshot

BEFORE: Final = 6
"""Months before the last one, which it is compared with."""
_HISTORIES: Final = 500
"""Cases whose history is read at a time."""
_DAY: Final = timedelta(days=1)

Month = tuple[int, int]
Counts = Mapping[What, int]
_Plain = Mapping[str, object]


def month_of(day: date) -> Month:
    """The year and the month."""
    return day.year, day.month


def months_until(month: Month, many: int) -> list[Month]:
    """So many months, the last one being that."""
    last = month[0] * 12 + month[1] - 1
    return [(one // 12, one % 12 + 1) for one in range(last - many + 1, last + 1)]


class Accuracy:
    """What is known of each month. ``months``: of this one, of the last and of those before."""

    def __init__(self, records: CaseRecords) -> None:
        self._records = records
        self._counts: dict[Month, Counter[What]] = {}
        self._this: Month | None = None

    async def count(self, now: datetime, calendar: WorkingCalendar, kept: timedelta) -> None:
        """As of now. ``kept``: for how long closed cases stay in the store: months of which some
        are gone are not counted. Raises StoreUnavailable."""
        this = month_of(calendar.local_day(now))
        months = months_until(this, BEFORE + 2)
        anew = months if self._this != this else months[-2:]
        first = datetime.combine(date(*anew[0], 1), time(), calendar.zone)
        counts: dict[Month, Counter[What]] = {month: Counter() for month in anew}
        async with self._records.snapshot() as snapshot:
            async for page in snapshot.pages(first):
                await _count(page, counts, calendar, snapshot)
        gone = calendar.local_day(now - kept) + _DAY
        whole = {month for month in months if date(*month, 1) >= gone}
        self._counts = {
            month: found for month, found in (self._counts | counts).items() if month in whole
        }
        self._this = this

    @property
    def months(self) -> Mapping[Month, Counts]:
        """The counts of each month that is whole."""
        return self._counts


async def _count(
    page: Sequence[str],
    counts: Mapping[Month, Counter[What]],
    calendar: WorkingCalendar,
    snapshot: RecordsSnapshot,
) -> None:
    waiting = await asyncio.to_thread(_take, page, counts, calendar)
    for start in range(0, len(waiting), _HISTORIES):
        some = waiting[start : start + _HISTORIES]
        steps = await snapshot.steps([UUID(str(one["complaint_id"])) for _, one in some])
        for into, record in some:
            into.update(judged(record, steps.get(UUID(str(record["complaint_id"])), ())))


def _take(
    page: Iterable[str], counts: Mapping[Month, Counter[What]], calendar: WorkingCalendar
) -> list[tuple[Counter[What], _Plain]]:
    """Count what tells by itself; gives the others."""
    waiting = []
    for text in page:
        record = loads(text)
        day = calendar.local_day(datetime.fromisoformat(record["received_at"]))
        into = counts.get(month_of(day))
        if into is None:
            continue
        if asks_history(record):
            waiting.append((into, record))
        else:
            into.update(judged(record))
    return waiting

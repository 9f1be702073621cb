"""Which rows a candidate is tried on: the newest ones, that nobody has learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pintu.rules.learning.history import Row

FEWEST: Final = 50
"""New rows below which nothing can be told."""
_DAYS: Final = 31
_SHARE: Final = 0.1
_MOST: Final = 1 / 3
"""Of all rows, where nothing is in force that has learned from any."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """`newest`: the rows to try on; `earlier`: all others, to learn from; `before`: those of them
    right before the newest, as many."""

    earlier: Sequence[Row]
    newest: Sequence[Row]

    @property
    def before(self) -> Sequence[Row]:
        return self.earlier[-len(self.newest) :] if self.newest else ()


def stretches(rows: Sequence[Row], learned_to: date | None = None) -> Stretches:
    """Rows in order of time, parted: the newest are those of the last 31 days, or a tenth of all
    rows where that is more, or 50; at most a third.

    `learned_to`: the last day that the rules in force have learned from: rows up to then would
    flatter them, so the newest are later ones alone, however few.
    """
    newest = max(_of_the_last_days(rows), round(len(rows) * _SHARE), FEWEST)
    newest = min(newest, int(len(rows) * _MOST))
    if learned_to is not None:
        newest = min(newest, sum(_day(row) > learned_to for row in rows))
    mark = len(rows) - newest
    return Stretches(rows[:mark], rows[mark:])


def within(row: Row, start: date, end: date) -> bool:
    """Whether a row was reported on one of these days, both included."""
    return row.reported_at is not None and start <= row.reported_at.date() <= end


def days_of(rows: Sequence[Row]) -> tuple[date, date] | None:
    """The first day of these rows and the last; None where none has a time."""
    days = [row.reported_at.date() for row in rows if row.reported_at]
    return (min(days), max(days)) if days else None


def _of_the_last_days(rows: Sequence[Row]) -> int:
    moments = [row.reported_at for row in rows if row.reported_at]
    if not moments:
        return 0
    mark = max(moments) - timedelta(days=_DAYS)
    return sum(moment > mark for moment in moments)


def _day(row: Row) -> date:
    return (row.reported_at or datetime.min).date()

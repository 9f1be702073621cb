"""The working-day calendar: which days count, and when a deadline of N of them falls.

One function adds working days and one measures them, on the same list of days, so the two cannot
drift apart. A pure value: the zone and the days come from outside, no clock and no file is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from hashlib import sha256
from types import MappingProxyType

CLOSE_OF_BUSINESS = time(16, 0)
_SATURDAY = 5


def _weekdays_upto(ordinal: int) -> int:
    """Mondays to Fridays from the first of January of the year 1, a Monday, to that day."""
    weeks, days = divmod(ordinal, 7)
    return weeks * 5 + min(days, 5)


def _nth_weekday(rank: int) -> int:
    """The ordinal of the rank-th Monday to Friday: the inverse of `_weekdays_upto`."""
    weeks, days = divmod(rank - 1, 5)
    return weeks * 7 + days + 1


@dataclass(frozen=True, slots=True, eq=False)
class WorkingCalendar:
    """Working days in one zone: Monday to Friday less `holidays`, plus `extra_working_days`.

    `holidays` maps each day off to the reason for it; a day in both is a working day. `covered`
    are the years whose holidays the maker of the calendar knew about; outside them only the
    weekend is off. `estimated` are days off whose date is a forecast. `joint_leave_years` are the
    years whose *cuti bersama* is in. Two calendars are alike when their `version` is: a hash of
    all that a deadline depends on.

    Days are `date`s of the calendar's zone; moments are aware `datetime`s of any zone, and a naive
    one raises ValueError. A result past the year 9999 raises OverflowError.
    """

    zone: tzinfo
    holidays: Mapping[date, str] = field(repr=False)
    covered: range
    close_of_business: time = CLOSE_OF_BUSINESS
    extra_working_days: Mapping[date, str] = field(default_factory=dict, repr=False)
    estimated: frozenset[date] = field(default=frozenset(), repr=False)
    joint_leave_years: frozenset[int] = field(default=frozenset(), repr=False)
    version: str = field(init=False)
    _days: tuple[int, ...] = field(init=False, repr=False)
    _low: int = field(init=False, repr=False)
    _high: int = field(init=False, repr=False)
    _base: int = field(init=False, repr=False)
    _top: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.covered or self.covered.step != 1:
            raise ValueError("a calendar covers at least one year, and its years are consecutive")
        low = date(self.covered[0], 1, 1).toordinal()
        high = date(self.covered[-1], 12, 31).toordinal()
        off = {day.toordinal() for day in self.holidays}
        extra = {day.toordinal() for day in self.extra_working_days}
        days = tuple(
            o
            for o in range(low, high + 1)
            if o in extra or ((o - 1) % 7 < _SATURDAY and o not in off)
        )
        put = object.__setattr__  # the one moment at which a frozen value may still be filled
        put(self, "holidays", MappingProxyType(dict(self.holidays)))
        put(self, "extra_working_days", MappingProxyType(dict(self.extra_working_days)))
        put(self, "_days", days)
        put(self, "_low", low)
        put(self, "_high", high)
        put(self, "_base", _weekdays_upto(low - 1))
        put(self, "_top", _weekdays_upto(high))
        exceptions = sorted(off & set(range(low, high + 1)) - extra)
        text = f"{self.zone}|{self.close_of_business}|{low}|{high}|{exceptions}|{sorted(extra)}"
        put(self, "version", sha256(text.encode()).hexdigest()[:16])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingCalendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __reduce__(self) -> tuple[object, ...]:
        """As what it was made of: what is worked out of that is not sent to another process."""
        given = self.zone, dict(self.holidays), self.covered, self.close_of_business
        more = dict(self.extra_working_days), self.estimated, self.joint_leave_years
        return WorkingCalendar, (*given, *more)

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on that day."""
        ordinal = day.toordinal()
        return self._rank(ordinal) > self._rank(ordinal - 1)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; for a negative n the n-th before it; `day` for 0.

        `day` itself never counts, working day or not.
        """
        if n == 0:
            return day
        ordinal = day.toordinal()
        if n > 0:
            return self._nth(self._rank(ordinal) + n)
        return self._nth(self._rank(ordinal - 1) + n + 1)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lead from `start` to `end`: what `add_working_days` would add.

        Counts the days after `start` up to and with `end`; backwards, as a negative number, the
        days before `start` down to and with `end`.
        """
        a, b = start.toordinal(), end.toordinal()
        if b >= a:
            return self._rank(b) - self._rank(a)
        return self._rank(b - 1) - self._rank(a - 1)

    def local(self, moment: datetime) -> datetime:
        """The same moment in the calendar's zone; raises ValueError for a naive one."""
        if moment.tzinfo is self.zone:
            return moment
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone: deadlines need aware datetimes")
        return moment.astimezone(self.zone)

    def local_day(self, moment: datetime) -> date:
        """The day it is in the calendar's zone at that moment."""
        return self.local(moment).date()

    def close_of(self, day: date) -> datetime:
        """The close of business of that day, an aware datetime in the calendar's zone."""
        return datetime.combine(day, self.close_of_business, self.zone)

    def deadline(self, start: datetime, days: int) -> datetime:
        """Close of business of the n-th working day after the local day of `start`, n at least 1.

        Neither the hour of the start nor whether that day was a working day plays a part.
        """
        if days < 1:
            raise ValueError(f"a deadline is at least one working day away, not {days}")
        return self.close_of(self.add_working_days(self.local(start).date(), days))

    def closes_passed(self, start: datetime, end: datetime) -> int:
        """Closes of business of working days after `start`, up to and with `end`.

        At 16:00:00 sharp the day's business is over: a span that begins then has missed that
        close, one that ends then has passed it. So spans that touch add up to the span over both.
        """
        if end < start:
            raise ValueError("a span of time ends before it starts")
        return self._rank(self._last_close(end)) - self._rank(self._last_close(start))

    def shift(self, deadline: datetime, closes: int) -> datetime:
        """The deadline moved on by as many working days as closes of business were held."""
        if closes < 0:
            raise ValueError("a hold never brings a deadline nearer")
        return self.deadline(deadline, closes) if closes else deadline

    def _last_close(self, moment: datetime) -> int:
        """The ordinal of the last day whose close of business is not after that moment."""
        local = self.local(moment)
        return local.toordinal() - (local.time() < self.close_of_business)

    def _rank(self, ordinal: int) -> int:
        """How many working days there are up to and with that day."""
        if ordinal < self._low:
            return _weekdays_upto(ordinal)
        if ordinal > self._high:
            return self._base + len(self._days) + _weekdays_upto(ordinal) - self._top
        return self._base + bisect_right(self._days, ordinal)

    def _nth(self, rank: int) -> date:
        """The day of that rank: the inverse of `_rank` on working days."""
        index = rank - self._base - 1
        if index < 0:
            ordinal = _nth_weekday(rank)
        elif index < len(self._days):
            ordinal = self._days[index]
        else:
            ordinal = _nth_weekday(self._top + index + 1 - len(self._days))
        if not date.min.toordinal() <= ordinal <= date.max.toordinal():
            raise OverflowError("a working day beyond the calendar's first or last year")
        return date.fromordinal(ordinal)

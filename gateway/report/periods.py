"""The stretch of time that a report is about: whole local days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from config.language import gettext

Kind = Literal["month", "quarter", "half", "year", "days"]

MONTHS: Final[dict[Kind, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_FORM: Final = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])|H([12])))?", re.ASCII | re.IGNORECASE)
_DAY: Final = timedelta(days=1)
_LONGEST: Final = 3_660
"""Days of a period that somebody names by its ends."""
_YEARS: Final = range(2000, 3000)
"""One can count on from them, and back."""


class BadPeriod(ValueError):
    """The message says what is wrong, and what to write."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of ``first`` to the end of ``last``."""

    first: date
    last: date
    kind: Kind

    @property
    def key(self) -> str:
        """What it is kept and named under: ``2026-10``, ``2026-Q3``, ``2026-H1``, ``2026``, or
        both days."""
        year, month = self.first.year, self.first.month
        match self.kind:
            case "month":
                return f"{year}-{month:02}"
            case "quarter":
                return f"{year}-Q{(month + 2) // 3}"
            case "half":
                return f"{year}-H{(month + 5) // 6}"
            case "year":
                return f"{year}"
            case "days":
                return f"{self.first}..{self.last}"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def before(self) -> "Period":
        """The period before: as many months, or as many days."""
        last = self.first - _DAY
        if self.kind == "days":
            return Period(last - timedelta(days=self.days - 1), last, "days")
        return Period(_back(self.first, MONTHS[self.kind]), last, self.kind)

    @property
    def after(self) -> "Period":
        """The period that follows."""
        first = self.last + _DAY
        if self.kind == "days":
            return Period(first, first + timedelta(days=self.days - 1), "days")
        return whole(self.kind, first)

    @property
    def year_before(self) -> "Period":
        """The twelve months before it."""
        return Period(_back(self.first, 12), self.first - _DAY, "days")


def whole(kind: Kind, day: date) -> Period:
    """The month, quarter, half-year or year in which a day lies."""
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, _back(first, -months) - _DAY, kind)


def last_month(today: date) -> Period:
    """The whole month before that day's."""
    return whole("month", today).before


def period_of(text: str) -> Period:
    """The period of a name such as ``2026-10``, ``2026-Q3``, ``2026-H1`` or ``2026``.

    Raises:
        BadPeriod: none of these.
    """
    first, dots, last = text.partition("..")
    if dots:
        return between(first, last)
    found = _FORM.fullmatch(text.strip())
    wrong = gettext("no period: write 2026-10, 2026-Q3, 2026-H1 or 2026")
    if found is None:
        raise BadPeriod(wrong)
    year, month, quarter, half = found.groups()
    if int(year) not in _YEARS:
        raise BadPeriod(wrong)
    try:
        if month:
            return whole("month", date(int(year), int(month), 1))
        if quarter:
            return whole("quarter", date(int(year), int(quarter) * 3, 1))
        if half:
            return whole("half", date(int(year), int(half) * 6, 1))
        return whole("year", date(int(year), 1, 1))
    except (ValueError, OverflowError):
        raise BadPeriod(wrong) from None


def between(first: str, last: str) -> Period:
    """The period from a day to a day, with it; a whole month (and so on) is known as such.

    Raises:
        BadPeriod: no days, or in the wrong order.
    """
    try:
        one, other = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise BadPeriod(gettext("no day: write 2026-10-31")) from None
    if other < one:
        raise BadPeriod(gettext("the last day lies before the first"))
    if (other - one).days > _LONGEST or one.year not in _YEARS or other.year not in _YEARS:
        raise BadPeriod(gettext("a period has at most ten years"))
    for kind in MONTHS:
        if (found := whole(kind, one)).first == one and found.last == other:
            return found
    return Period(one, other, "days")


def _back(first: date, months: int) -> date:
    """So many months before the first of a month, or before a day; forward for a negative one."""
    there = first.year * 12 + first.month - 1 - months
    year, month = divmod(there, 12)
    day = first.day
    while True:  # the 31st of a shorter month
        try:
            return date(year, month + 1, day)
        except ValueError:
            if day <= 28:
                raise
            day -= 1

"""What a person should know about the days behind a deadline: forecasts, and years not yet decreed.

Indonesia fixes the next year's holidays and *cuti bersama* by a joint decree of three ministers,
usually in September or October. Until then moon-dependent dates are estimates and no cuti bersama
is known, so deadlines in such a year may move once the decree is in.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from broker.domain.clocks.calendar import WorkingCalendar
from broker.domain.clocks.clocks import SlaCalendar

_MARGIN = timedelta(days=3)
"""How far an estimated date may be off: the moon and the decree, a day each, and one to spare."""


def calendar_cautions(calendar: WorkingCalendar, first: date, last: date) -> tuple[str, ...]:
    """One sentence for each doubt about the working days from `first` to `last`, year by year."""
    return tuple(
        sentence
        for year in range(first.year, last.year + 1)
        for sentence in _cautions_of(calendar, year, first, last)
    )


def cautions(clocks: SlaCalendar, first: date, last: date) -> tuple[str, ...]:
    """The same, and whether a case that starts on `first` lies before all policies."""
    earliest = clocks.policies[0]
    before = (
        (f"{first}: no policy was in force yet; {earliest.id} is taken",)
        if first < earliest.valid_from
        else ()
    )
    return before + calendar_cautions(clocks.calendar, first, last)


def _cautions_of(calendar: WorkingCalendar, year: int, first: date, last: date) -> Iterator[str]:
    if year not in calendar.covered:
        yield f"{year}: no holidays are known, only the weekends are off"
        return
    # Cuti bersama began in 2002: years before the first that has any lack none.
    if year not in calendar.joint_leave_years and year > min(calendar.joint_leave_years, default=0):
        yield f"{year}: no cuti bersama is known yet"
    doubtful = sorted(
        day
        for day in calendar.estimated
        if day.year == year and first - _MARGIN <= day <= last + _MARGIN
    )
    if doubtful:
        days = ", ".join(f"{day} {calendar.holidays.get(day, '')}".rstrip() for day in doubtful)
        yield f"{year}: dates that are estimates: {days}"

"""Working days and clocks, by their definitions, of who knows nothing of the program."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

import holidays

WIB = timezone(timedelta(hours=7))
CLOSE = time(16)
DAYS = {"verification": 3, "response": 5}
RESOLUTION = {"complaint": 14, "aspiration": 5, "information_request": 5, "oversight": 60}
STATUS = {
    "triage": "triage",
    "routed": "waiting",
    "acknowledged": "waiting",
    "responded": "process",
    "resolved": "process",
    "held": "held",
}
OFF = holidays.country_holidays("ID", categories=("public", "government"), years=range(2024, 2031))


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def between(first: date, last: date) -> int:
    """Working days after the first, up to and with the last."""
    days = ((first + timedelta(n + 1)) for n in range((last - first).days))
    return sum(works(day) for day in days)


def closes(start: datetime, end: datetime) -> int:
    """Closes of business that passed after a moment, up to and with another."""
    day, last, found = start.astimezone(WIB).date(), end.astimezone(WIB).date(), 0
    while day <= last:
        close = datetime.combine(day, CLOSE, WIB)
        found += works(day) and start < close <= end
        day += timedelta(1)
    return found


def deadline(start: datetime, days: int) -> datetime:
    """The close of the n-th working day after the day of the start."""
    day = start.astimezone(WIB).date()
    while days:
        day += timedelta(1)
        days -= works(day)
    return datetime.combine(day, CLOSE, WIB)


@dataclass
class Clock:
    name: str
    agency: str | None
    start: datetime
    holds: list[tuple[datetime, datetime]] = field(default_factory=list)
    held: datetime | None = None
    stop: datetime | None = None
    answered: bool = False

    def last(self) -> datetime:
        return self.held or (self.holds[-1][1] if self.holds else self.start)

    def hold(self, at: datetime) -> None:
        if self.stop is None and self.held is None:
            self.held = max(at, self.last())

    def resume(self, at: datetime) -> None:
        if self.held is not None:
            self.holds.append((self.held, max(at, self.held)))
            self.held = None

    def end(self, at: datetime) -> None:
        if self.stop is None:
            self.resume(at)
            self.stop = max(at, self.last())

    def held_closes(self) -> int:
        return sum(closes(*hold) for hold in self.holds)

    def due(self, days: int) -> datetime:
        return deadline(self.start, days + self.held_closes())

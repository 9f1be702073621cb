"""The clocks of the simple model of a case (case_model.py).

Plain dictionaries and loops over days; of the program it knows only which days are working days.
"""

from datetime import datetime, timedelta
from typing import Any

from tests.unit.broker.domain.case.story import CLOCKS

CALENDAR = CLOCKS.calendar
DAYS = {"verification": 3, "response": 5, "waiting": 10, "closing": 10}
LADDER = {"reminder": -1, "breach": 0, "coordinator": 2, "secretary": 5, "inspectorate": 10}
EXTERNAL = {"pln"}
AGENCIES = {"dpupr", "dishub", "dlh", "pln"}
OPEN = ("routed", "acknowledged", "responded", "held", "resolved")


def closes(start: datetime, end: datetime) -> set[str]:
    """The closes of business that pass between two moments, by their days."""
    found, day = set(), start.astimezone(CALENDAR.zone).date()
    until = end.astimezone(CALENDAR.zone).date()
    while day <= until:
        if CALENDAR.is_working_day(day) and start < CALENDAR.close_of(day) <= end:
            found.add(day.isoformat())
        day += timedelta(days=1)
    return found


class ModelClocks:
    """The clocks, and what else a case consists of. `state` None: there is none yet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.state: str | None = None
        self.lead: str | None = None
        self.support: list[str] = []
        self.clocks: list[dict[str, Any]] = []
        self.hops = 0
        self.previous: list[str] = []
        self.acknowledged = False
        self.acknowledged_by: set[str] = set()
        self.oversight: bool = False
        self.seen: set[str] = set()
        self.placed: datetime | None = None
        self.ended: tuple[str, datetime] | None = None
        self.rating: int | None = None
        self.told_road = False
        self.talk: list[tuple[str, str, str | None, str | None]] = []

    # clocks

    def start(self, name: str, at: datetime, agency: str | None) -> dict[str, Any]:
        n = sum(c["name"] == name for c in self.clocks) + 1
        clock: dict[str, Any] = {
            "name": name,
            "n": n,
            "agency": agency,
            "from": at,
            "still": [],
            "since": None,
            "stop": None,
            "fired": set(),
        }
        self.clocks.append(clock)
        return clock

    def running(self, *names: str, agency: str | None = None) -> list[dict[str, Any]]:
        return [
            c
            for c in self.clocks
            if c["name"] in names and c["stop"] is None and agency in (None, c["agency"])
        ]

    def stop(self, at: datetime, *names: str, agency: str | None = None) -> None:
        for clock in self.running(*names, agency=agency):
            self.go(clock, at)
            clock["stop"] = max(at, self.last(clock))

    def last(self, clock: dict[str, Any]) -> datetime:
        ends: list[datetime] = [clock["from"], *(end for _, end in clock["still"])]
        return max(ends)

    def go(self, clock: dict[str, Any], at: datetime) -> None:
        if clock["since"] is not None:
            clock["still"].append((clock["since"], max(at, clock["since"])))
            clock["since"] = None

    def due(self, clock: dict[str, Any]) -> datetime:
        days = DAYS.get(clock["name"]) or (60 if self.oversight else 14)
        held: set[str] = set()
        for start, end in clock["still"]:
            held |= closes(max(start, clock["from"]), end)
        day = clock["from"].astimezone(CALENDAR.zone).date()
        for _ in range(days + len(held)):
            day += timedelta(days=1)
            while not CALENDAR.is_working_day(day):
                day += timedelta(days=1)
        return CALENDAR.close_of(day)

    def ahead(self) -> list[tuple[datetime, int, str | None]]:
        """(when, which clock, which rung) of all that is to come."""
        found: list[tuple[datetime, int, str | None]] = []
        if self.state == "closed":
            return found
        for index, clock in enumerate(self.clocks):
            due = self.due(clock)
            if clock["name"] in ("waiting", "closing"):
                if clock["stop"] is None:
                    found.append((due, index, None))
                continue
            until = clock["stop"] or clock["since"]
            for rung, offset in LADDER.items():
                day = CALENDAR.add_working_days(due.date(), offset) if offset else due.date()
                at = CALENDAR.close_of(day)
                ran = clock["from"] < at and (until is None or at < until)
                if ran and rung not in clock["fired"]:
                    found.append((at, index, rung))
        return found

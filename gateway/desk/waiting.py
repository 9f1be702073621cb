"""What waits for the desk: since when, how it is coloured, and what is alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case import Case, CaseFilter, State
from broker.domain.clocks import VERIFICATION, WorkingCalendar
from broker.domain.routing.language.text import words
from gateway.desk.session import DeskSession

WAITING: Final = CaseFilter(state=State.TRIAGE, at_desk=True)
"""For a decision of the desk, oldest first."""
ASKED: Final = CaseFilter(state=State.HELD, at_desk=True)
"""For an answer that the desk asked for."""
AGED: Final = ((5, "aged-5"), (3, "aged-3"))
"""From so many working days on a case is shown in that class."""
_LEAST_ALIKE: Final = 2
_SNIPPET: Final = 90
_FEW_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list. ``days``: working days that it has waited; ``best``: code of the agency
    that the rules thought of first, with its confidence."""

    case: Case
    days: int
    words: str
    best: str | None
    confidence: float

    @property
    def aged(self) -> str:
        """The class of its colour; empty while it is fresh."""
        return aged(self.days)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are alike: of one best candidate and topic, or of the same words."""

    best: str | None
    topic: str | None
    cases: tuple[Case, ...]


def aged(days: int) -> str:
    """The class of the colour of what has waited for so many working days."""
    return next((name for least, name in AGED if days >= least), "")


async def listed(office: DeskSession, wanted: CaseFilter, most: int) -> list[Row]:
    """The first of those that wait, oldest first."""
    return [row_of(case, office) async for case in office.store.listed(wanted, most=most)]


def row_of(case: Case, office: DeskSession) -> Row:
    """A case as a row."""
    others = [one for one in case.decision.alternatives if one.agency not in case.previous]
    best = others[0] if others else None
    return Row(
        case,
        days_waiting(case, office.now(), office.clocks.calendar),
        snippet(case),
        best.agency if best else None,
        best.confidence if best else 0.0,
    )


def days_waiting(case: Case, now: datetime, calendar: WorkingCalendar) -> int:
    """Working days since it came to the desk, less those on which its reporter was asked."""
    clock = case.clock(VERIFICATION.name)
    start = clock.started_at if clock else case.placed_at
    held = sum(calendar.closes_passed(hold.start, hold.end) for hold in clock.holds) if clock else 0
    end = clock.held_at or now if clock else now
    passed = calendar.working_days_between(calendar.local_day(start), calendar.local_day(end))
    return max(passed - held, 0)


def days_since(moment: datetime, now: datetime, calendar: WorkingCalendar) -> int:
    """Working days from a moment until now."""
    return calendar.working_days_between(calendar.local_day(moment), calendar.local_day(now))


def snippet(case: Case) -> str:
    """Its title, else the beginning of its text, on one line; empty where it was forgotten."""
    complaint = case.complaint
    if complaint is None:
        return ""
    line = " ".join((complaint.get("title") or complaint["text"][: 4 * _SNIPPET]).split())
    return line if len(line) <= _SNIPPET else line[: _SNIPPET - 1].rstrip() + "…"


def alike(rows: Iterable[Row]) -> list[Group]:
    """Groups of two and more, the largest first: one decision will often do for all of them."""
    groups: dict[tuple[str | None, str | None, str], list[Case]] = {}
    for row in rows:
        same = "" if row.best else _words_of(row.case)
        if row.best or same:
            key = row.best, row.case.decision.topic, same
            groups.setdefault(key, []).append(row.case)
    found = [
        Group(best, topic, tuple(cases))
        for (best, topic, _), cases in groups.items()
        if len(cases) >= _LEAST_ALIKE
    ]
    return sorted(found, key=lambda group: -len(group.cases))


def after(rows: Sequence[Row], tracking: str, taken: Iterable[str] = ()) -> str | None:
    """The tracking code of the next that waits after that one, from the beginning after the last;
    ``taken``: of those that somebody else is at, which come only where there is no other."""
    codes = [row.case.tracking for row in rows]
    at = codes.index(tracking) if tracking in codes else -1
    others = codes[at + 1 :] + codes[: max(at, 0)]
    free = [code for code in others if code not in set(taken)]
    return next(iter(free or others), None)


def before(rows: Sequence[Row], tracking: str) -> str | None:
    """The one before that one in the list."""
    codes = [row.case.tracking for row in rows]
    at = codes.index(tracking) if tracking in codes else 0
    return codes[at - 1] if at > 0 else None


def _words_of(case: Case) -> str:
    """What it says without spaces and punctuation; empty where that is too little to compare."""
    complaint = case.complaint
    said = words(complaint["text"]) if complaint else []
    return " ".join(said) if len(said) >= _FEW_WORDS else ""

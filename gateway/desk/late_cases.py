"""What somebody is late with, the longest overdue first: cases with the clock that ran out."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case import Case
from broker.ports import Owed
from config.language import gettext, marked
from gateway.desk.due_words import aged, days_late, late_word
from gateway.desk.session import DeskSession
from gateway.desk.words import CLOCKS, state_word, word

COLUMNS: Final = (
    *(marked("Tracking code"), marked("Agency"), marked("Clock"), marked("Deadline")),
    *(marked("Working days late"), marked("Status"), marked("Report"), marked("Location")),
)
_AT_ONCE: Final = 200
_CONFIDENTIAL: Final = marked("(confidential)")
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class LateCase:
    """``days``: working days since the deadline; ``colour``: its class by them."""

    owed: Owed
    case: Case
    agency: str
    clock: str
    days: int
    late: str
    colour: str
    state: str
    title: str
    place: str


async def late_cases(
    office: DeskSession,
    now: datetime,
    *,
    agency: str | None = None,
    at_desk: bool = False,
    clock: str | None = None,
    most: int,
    after: Owed | None = None,
) -> AsyncIterator[LateCase]:
    """At most so many, behind the last of a page. Raises StoreUnavailable."""
    store = office.store
    while most > 0:
        some = await store.late(
            now,
            agency=agency,
            at_desk=at_desk,
            clock=clock,
            after=after,
            most=min(most, _AT_ONCE),
        )
        there = await store.found(list({one.complaint_id for one in some}))
        for owed in some:
            if (case := there.get(owed.complaint_id)) is not None:
                yield late_case(owed, case, office, now)
        if len(some) < min(most, _AT_ONCE):
            return
        most, after = most - len(some), some[-1]


def late_case(owed: Owed, case: Case, office: DeskSession, now: datetime) -> LateCase:
    """One of them, in the language in use."""
    days = days_late(owed.due_at, now, office.clocks.calendar)
    complaint = case.complaint or {"text": ""}
    location = complaint.get("location") or {}
    words = " ".join((complaint.get("title") or complaint.get("text") or "").split())
    return LateCase(
        owed=owed,
        case=case,
        agency=office.agencies.agency_name(owed.agency) if owed.agency else gettext("the desk"),
        clock=word(CLOCKS, owed.clock),
        days=days,
        late=late_word(days),
        colour=aged(days),
        state=state_word(case),
        title=words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…",
        place=", ".join(filter(None, (location.get("village"), location.get("district")))),
    )


def late_row(late: LateCase, office: DeskSession, now: datetime) -> Sequence[str]:
    """Its cells, by ``COLUMNS``. Of a confidential one no words go into a file."""
    confidential = bool(late.case.complaint and late.case.complaint.get("confidential"))
    return (
        late.case.tracking,
        late.agency,
        late.clock,
        office.clocks.calendar.local(late.owed.due_at).isoformat(" ", "minutes"),
        str(late.days),
        late.state,
        gettext(_CONFIDENTIAL) if confidential else late.title,
        "" if confidential else late.place,
    )

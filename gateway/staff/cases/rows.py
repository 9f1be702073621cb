"""Cases as rows of a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case import Case, State
from config.language import gettext
from gateway.desk.due_words import aged, days_late, days_waiting, due_word
from gateway.desk.rows import soonest_owed
from gateway.desk.session import DeskSession
from gateway.desk.words import state_word

EXCERPT: Final = 120
"""Characters of a complaint in a list."""
_WAITS: Final = (State.TRIAGE, State.ROUTED)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """``colour``: its class by how long it waits; ``late``: whether somebody is late with it."""

    tracking: str
    state: str
    agency: str
    title: str
    place: str
    channel: str
    since: datetime
    due: str
    late: bool
    colour: str
    confidential: bool


def case_row(case: Case, office: DeskSession) -> CaseRow:
    """A case in a list, in the language in use."""
    now, calendar, clock = office.now(), office.clocks.calendar, soonest_owed(case)
    late = clock is not None and (clock.held_at or now) > clock.due_at
    days = days_waiting(case, now, calendar) if case.state in _WAITS else 0
    if clock is not None and late:
        days = max(days, days_late(clock.due_at, now, calendar))
    complaint = case.complaint
    return CaseRow(
        tracking=case.tracking,
        state=state_word(case),
        agency=agency_name(case.agency, office),
        title=title_of(case),
        place=place_of(case),
        channel=case.channel,
        since=case.opened_at,
        due=due_word(clock, now, calendar) if clock is not None else "",
        late=late,
        colour=aged(days),
        confidential=bool(complaint and complaint.get("confidential")),
    )


def agency_name(code: str | None, office: DeskSession) -> str:
    """The name of who has it."""
    return office.agencies.agency_name(code) if code is not None else gettext("the desk")


def title_of(case: Case) -> str:
    """Its title, or how its text begins."""
    complaint = case.complaint
    if complaint is None:
        return gettext("(words removed)")
    words = " ".join((complaint.get("title") or complaint.get("text") or "").split())
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1].rstrip()}…"


def place_of(case: Case) -> str:
    """Village and district."""
    location = case.complaint.get("location") or {} if case.complaint else {}
    return ", ".join(filter(None, (location.get("village"), location.get("district"))))

"""A tab of the inbox as it is shown: rows, counts, where the next page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from broker.domain.case import Case, State
from broker.domain.case.inbox import Place, Tab, place_in, role_in
from broker.domain.clocks import WorkingCalendar
from config.language import gettext, marked
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.inbox.deadlines import Deadline, first_deadline
from schemas.complaint import PublicComplaint
from schemas.identifiers import normalise_tracking

PAGE: Final = 50
_WORDS: Final = 140
"""Characters of a complaint in a row."""
_SEARCHED: Final = 50
TABS: Final = {
    Tab.LATE: marked("Late"),
    Tab.DUE: marked("To be answered"),
    Tab.NEW: marked("New"),
    Tab.WAITING: marked("Waiting"),
    Tab.ANSWERED: marked("Answered"),
    Tab.CLOSED: marked("Finished"),
}
"""In the order in which an officer works; the words of the catalogue are officers'."""
HINTS: Final = {
    Tab.LATE: marked("A deadline has passed. The one that is late the longest stands first."),
    Tab.DUE: marked("Your agency owes an answer, and is in time. What is due first stands first."),
    Tab.NEW: marked("Nobody of your agency has accepted these yet."),
    Tab.WAITING: marked("The reporter was asked; the deadlines stand still."),
    Tab.ANSWERED: marked("The final answer was given; they close if the reporter says no more."),
    Tab.CLOSED: marked("These are over; the newest stand first."),
}
STATES: Final = {
    State.TRIAGE: marked("Not verified yet"),
    State.ROUTED: marked("With the agency, not followed up"),
    State.ACKNOWLEDGED: marked("Accepted, not followed up"),
    State.RESPONDED: marked("In process"),
    State.HELD: marked("On hold"),
    State.RESOLVED: marked("Followed up, waits for the reporter"),
    State.CLOSED: marked("Done"),
}
ARCHIVED: Final = marked("Archived")


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list."""

    tracking: str
    title: str
    place: str
    received_at: datetime
    state: str
    due: Deadline | None
    supporting: bool
    confidential: bool
    oversight: bool


@dataclass(frozen=True, slots=True)
class Page:
    """``next``: where the next page begins, for its address; None on the last."""

    rows: Sequence[Row]
    next: str | None = None


async def page_of(
    world: Gateway, agency: str, tab: Tab, now: datetime, after: Place | None
) -> Page:
    """Fifty cases of a tab."""
    found = await world.cases.inbox.page(agency, tab, now, PAGE + 1, after)
    shown = list(found[:PAGE])
    more = place_text(place_in(shown[-1], agency, tab)) if len(found) > PAGE else None
    return Page(rows_of(shown, agency, now, world.config.clocks.calendar), more)


async def searched(world: Gateway, agency: str, words: str, now: datetime) -> Page:
    """By tracking code, whatever its state; else by words in what is open."""
    code = normalise_tracking(words)
    if code is not None:
        case = await world.cases.find_tracking(code)
        found: Sequence[Case] = [case] if case is not None and role_in(case, agency) else []
    else:
        found = await world.cases.inbox.mentioning(agency, words, _SEARCHED)
    return Page(rows_of(found, agency, now, world.config.clocks.calendar))


def rows_of(
    cases: Sequence[Case], agency: str, now: datetime, calendar: WorkingCalendar
) -> list[Row]:
    """As they are shown."""
    return [
        Row(
            tracking=case.tracking,
            title=title_of(case.complaint),
            place=place_of(case.complaint),
            received_at=case.received_at,
            state=state_words(case),
            due=first_deadline(case, agency, now, calendar),
            supporting=case.agency != agency,
            confidential=bool(case.complaint and case.complaint.get("confidential")),
            oversight=case.oversight,
        )
        for case in cases
    ]


def state_words(case: Case) -> str:
    """Where it stands, in officers' words."""
    if case.closed is not None and case.closed.how in ("dismissed", "withdrawn"):
        return gettext(ARCHIVED)
    return gettext(STATES[case.state])


def title_of(complaint: PublicComplaint | None) -> str:
    """Its title, else the beginning of its words; empty once they are dropped."""
    if complaint is None:
        return ""
    words = " ".join((complaint.get("title") or complaint["text"]).split())
    return words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"


def place_of(complaint: PublicComplaint | None) -> str:
    """Where it is, in words."""
    location = (complaint.get("location") if complaint else None) or {}
    names = (location.get("address"), location.get("village"), location.get("district"))
    return ", ".join(name for name in names if name)


def tab_named(name: str | None) -> Tab | None:
    """The tab of an address; None where none is named. Raises Problem for no tab."""
    if not name:
        return None
    if name not in {tab.value for tab in Tab}:
        raise Problem("no-such-page")
    return Tab(name)


def place_text(place: Place) -> str:
    """For an address."""
    return f"{place[0].isoformat().replace('+00:00', 'Z')}_{place[1]}"


def place_named(text: str | None) -> Place | None:
    """What ``place_text`` gave. Raises Problem for anything else."""
    if not text:
        return None
    moment, _, id = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError(moment)
        return at, UUID(id)
    except ValueError:
        raise Problem("no-such-page") from None

"""An agency's inbox: which of its cases lie in which tab, and what is due first. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from broker.domain.case.case import Case, State
from broker.domain.case.deadlines import open_deadlines

Role = Literal["lead", "supporting"]
Place = tuple[datetime, UUID]
"""Where a case stands in its tab: what it is sorted by, and its id."""


class Tab(StrEnum):
    """A case that was not acknowledged is in ``new`` and, by its deadline, in ``due`` or ``late``.

    ``new``: not acknowledged yet. ``due``: the agency owes something and is late with nothing;
    ``late``: it is late with something. ``waiting``: held for the reporter; ``answered``: the final
    answer was given; ``closed``: those of which it had the lead at the end.
    """

    NEW = "new"
    DUE = "due"
    LATE = "late"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


_BY_STATE = {State.HELD: Tab.WAITING, State.RESOLVED: Tab.ANSWERED, State.CLOSED: Tab.CLOSED}


def role_in(case: Case, agency: str) -> Role | None:
    """What the agency is in the case; None where it has no part in it."""
    if case.agency == agency:
        return "lead"
    return "supporting" if case.supports(agency) is not None else None


def owed_at(case: Case, agency: str) -> datetime | None:
    """The first deadline of what that agency owes; None where it owes nothing."""
    return min((due for who, _, due in open_deadlines(case) if who == agency), default=None)


def tabs_of(case: Case, agency: str, at: datetime) -> frozenset[Tab]:
    """The tabs in which the case lies at that moment. A supporting agency's case lies there as long
    as it owes its answer."""
    found = set[Tab]()
    owed = owed_at(case, agency)
    if owed is not None:
        found.add(Tab.LATE if owed < at else Tab.DUE)
    if case.agency == agency:
        if case.state is State.ROUTED:
            found.add(Tab.NEW)
        if case.state in _BY_STATE:
            found.add(_BY_STATE[case.state])
    elif owed is not None and (part := case.supports(agency)) and not part.acknowledged:
        found.add(Tab.NEW)
    return frozenset(found)


def place_in(case: Case, agency: str, tab: Tab) -> Place:
    """What a tab is sorted by: what is due first stands first, and of closed ones the newest."""
    if tab in (Tab.WAITING, Tab.ANSWERED):
        moment = case.next_due
    elif tab is Tab.CLOSED:
        moment = case.opened_at
    else:
        moment = owed_at(case, agency)
    return moment or case.opened_at, case.complaint_id

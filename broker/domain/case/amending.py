"""Deadlines follow the calendar when it is amended."""

from datetime import datetime

from broker.domain.case import transitions
from broker.domain.case.case import Case
from broker.domain.case.outcome import Applied, Entry
from broker.domain.clocks import SlaCalendar


def amend(case: Case, clocks: SlaCalendar, *, now: datetime) -> Applied | None:
    """Deadlines of an open case moved to another calendar; None where it is on that one.

    Every open clock follows, one that stands still too, with a line of history for each that moved.
    """
    if not case.open or case.calendar == clocks.calendar.version:
        return None
    after = transitions.with_deadlines(case, case, clocks)
    moved = [
        Entry(
            at=now,
            recorded_at=now,
            who="calendar",
            what="deadline",
            state_from=case.state,
            state_to=after.state,
            agency_from=case.agency,
            agency_to=after.agency,
            detail={
                "clock": new.name,
                "start": new.start,
                "agency": new.agency,
                "from": old.due_at.isoformat(),
                "to": new.due_at.isoformat(),
                "calendar": clocks.calendar.version,
            },
        )
        for old, new in zip(case.clocks, after.clocks, strict=True)
        if old.due_at != new.due_at
    ]
    return Applied(after, tuple(moved))

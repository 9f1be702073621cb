"""What lies ahead of a case: the rungs of its clocks that are to fire, and the clocks that end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case.clock import CaseClock
from broker.domain.case.model import Case, policy_of
from broker.domain.clocks import Clock, Clocks, Policy, Rung, WorkingCalendar, rungs_of

_END_BY_THEMSELVES: Final[tuple[Clock, ...]] = ("waiting", "closing")


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due at ``at``: a rung of a clock, or (``rung`` None) the end of the clock."""

    clock: CaseClock
    rung: Rung | None
    at: datetime


def upcoming(case: Case, clocks: Clocks) -> tuple[Due, ...]:
    """All that is to come, in order of time, as things stand now. Nothing in a closed case."""
    if not case.open:
        return ()
    policy = policy_of(case, clocks)
    found = [due for clock in case.clocks for due in _ahead(clock, policy, clocks.calendar)]
    return tuple(sorted(found, key=lambda due: due.at))


def soonest(case: Case, clocks: Clocks) -> Due | None:
    """The first of it; None where nothing is to come."""
    if not case.open:
        return None
    policy, calendar = policy_of(case, clocks), clocks.calendar
    # The rungs of a clock come in order of time: its first is its soonest.
    firsts = (next(_ahead(clock, policy, calendar), None) for clock in case.clocks)
    return min((due for due in firsts if due), key=lambda due: due.at, default=None)


def _ahead(clock: CaseClock, policy: Policy, calendar: WorkingCalendar) -> Iterator[Due]:
    """Of one clock, in order of time: see broker.domain.clocks.rung_times."""
    if clock.name in _END_BY_THEMSELVES:
        if clock.open:
            yield Due(clock, None, clock.due_at)
        return
    # What came while it ran is still owed after it stopped or began to stand still: who answered
    # too late was late, however far behind we are.
    until = clock.stopped_at or clock.held_at
    day = calendar.local_day(clock.due_at)
    for rung in rungs_of(policy, clock.name):
        if rung.name in clock.fired:
            continue
        at = clock.due_at
        if rung.offset:
            at = calendar.close_of(calendar.add_working_days(day, rung.offset))
        if until is not None and at >= until:
            return
        if at > clock.started_at:
            yield Due(clock, rung, at)

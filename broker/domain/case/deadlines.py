"""What lies ahead of a case: the rungs of its clocks that are to fire, and the clocks that end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case.case import Case, policy_of
from broker.domain.case.clock import CaseClock
from broker.domain.clocks import Clock, Policy, Rung, SlaCalendar, rungs_of

_END_BY_THEMSELVES: Final[tuple[Clock, ...]] = ("waiting", "closing")


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due at ``at``: a rung of a clock, or (``rung`` None) the end of the clock."""

    clock: CaseClock
    rung: Rung | None
    at: datetime


def upcoming(case: Case, clocks: SlaCalendar) -> tuple[Due, ...]:
    """All that is to come, in order of time, as things stand now. Nothing in a closed case."""
    if not case.open:
        return ()
    policy = policy_of(case, clocks)
    found = [due for clock in case.clocks for due in _ahead(clock, policy, clocks)]
    return tuple(sorted(found, key=lambda due: due.at))


def soonest(case: Case, clocks: SlaCalendar) -> Due | None:
    """The first of it; None where nothing is to come."""
    return soonest_of(case.clocks, policy_of(case, clocks), clocks) if case.open else None


def soonest_of(its: Iterable[CaseClock], policy: Policy, clocks: SlaCalendar) -> Due | None:
    """The same for the clocks of an open case."""
    first: Due | None = None
    for clock in its:
        # The rungs of a clock come in order of time: its first is its soonest.
        due = next(_ahead(clock, policy, clocks), None)
        if due is not None and (first is None or due.at < first.at):
            first = due
    return first


def _ahead(clock: CaseClock, policy: Policy, clocks: SlaCalendar) -> Iterator[Due]:
    """Of one clock, in order of time: see broker.domain.clocks.rung_times."""
    if clock.name in _END_BY_THEMSELVES:
        if clock.open:
            yield Due(clock, None, clock.due_at)
        return
    # What came while it ran is still owed after it stopped or began to stand still: who answered
    # too late was late, however far behind we are.
    until = clock.stopped_at or clock.held_at
    for rung in rungs_of(policy, clock.name):
        if rung.name in clock.fired:
            continue
        at = clock.due_at
        if rung.offset:
            at = clocks.close_after(at, rung.offset)
        if until is not None and at >= until:
            return
        if at > clock.started_at:
            yield Due(clock, rung, at)

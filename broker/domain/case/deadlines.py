"""Deadlines of a case: what somebody can be late for, and what falls due next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from broker.domain.case.case import Case, policy_of
from broker.domain.case.clock import CaseClock
from broker.domain.clocks import Debtor, Policy, Rung, SlaCalendar, rungs_of


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
    found = [due for clock in case.clocks for due in dues_of(clock, policy, clocks)]
    return tuple(sorted(found, key=lambda due: due.at))


def soonest(case: Case, clocks: SlaCalendar) -> Due | None:
    """The first of it; None where nothing is to come."""
    return soonest_of(case.clocks, policy_of(case, clocks), clocks) if case.open else None


def soonest_of(its: Iterable[CaseClock], policy: Policy, clocks: SlaCalendar) -> Due | None:
    """The same for the clocks of an open case."""
    first: Due | None = None
    for clock in its:
        # The rungs of a clock come in order of time: its first is its soonest.
        due = next(dues_of(clock, policy, clocks), None)
        if due is not None and (first is None or due.at < first.at):
            first = due
    return first


def dues_of(clock: CaseClock, policy: Policy, clocks: SlaCalendar) -> Iterator[Due]:
    """What one clock has to come, in order of time.

    A rung fires at the close of business so many working days from the deadline. One whose time
    does not lie after the start of its clock is left out; one that fired stays fired, wherever its
    time has moved since.
    """
    if clock.kind.ends_by_itself:
        if clock.open:
            yield Due(clock, None, clock.due_at)
        return
    # What came while it ran is still owed after it stopped or began to stand still: who answered
    # too late was late, however far behind we are.
    until = clock.stopped_at or clock.held_at
    for rung in rungs_of(policy, clock.kind):
        if rung.name in clock.fired:
            continue
        at = clock.due_at
        if rung.offset:
            at = clocks.close_after(at, rung.offset)
        if until is not None and at >= until:
            return
        if at > clock.started_at:
            yield Due(clock, rung, at)


def open_deadlines(case: Case) -> tuple[tuple[str | None, str, datetime], ...]:
    """Agency (None: the desk), clock and deadline of each open clock that has a debtor.

    The agency is late once the deadline has passed. A clock that stands still cannot run out, and
    is left out unless it had run out before; of a case that follows another, where that one's
    deadlines stand for both, it always is. What the reporter owes is nobody's debt.
    """
    if not case.open:
        return ()
    follows = case.merged_into is not None
    return tuple(
        (clock.agency_of(case.agency), clock.name, clock.due_at)
        for clock in case.clocks
        if clock.kind.debtor is not Debtor.REPORTER
        and clock.open
        and (clock.held_at is None or (not follows and clock.due_at < clock.held_at))
    )

"""A clock of a case as a ladder in time: its start, its holds, its deadline, the rungs that fired
and those to come, and where it is now. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from broker.domain.case import Case, CaseClock, Due, Entry, policy_of, upcoming
from broker.domain.clocks import BREACH, Holder, SlaCalendar, role_of, rungs_of
from broker.domain.clocks.policies import Role

What = Literal["start", "fired", "due", "coming", "end", "stopped", "now"]
_ORDER: Final[tuple[What, ...]] = ("start", "fired", "due", "coming", "end", "stopped", "now")
"""Of marks of one moment."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a clock. ``rung``, ``role``: of one that fired or is to come, its name and who
    is told; ``end``: it ends by itself."""

    at: datetime
    what: What
    rung: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A hold; ``end`` is now for one that goes on (``open``)."""

    start: datetime
    end: datetime
    open: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """``marks``: in the order of time; ``late``: its deadline passed while it ran."""

    clock: CaseClock
    marks: tuple[Mark, ...]
    holds: tuple[Span, ...]
    late: bool


def ladders(
    case: Case, history: Sequence[Entry], clocks: SlaCalendar, now: datetime
) -> list[Ladder]:
    """One for each clock of a case, in order."""
    ahead = upcoming(case, clocks)
    return [_ladder(case, clock, history, ahead, clocks, now) for clock in case.clocks]


def _ladder(
    case: Case,
    clock: CaseClock,
    history: Sequence[Entry],
    ahead: Sequence[Due],
    clocks: SlaCalendar,
    now: datetime,
) -> Ladder:
    marks = [Mark(clock.started_at, "start"), *_fired(case, clock, history, clocks)]
    marks += [
        Mark(due.at, "coming", due.rung.name, role_of(due.rung, _holder(case, clock)))
        for due in ahead
        if due.clock.key == clock.key and due.rung is not None
    ]
    marks.append(Mark(clock.due_at, "end" if clock.kind.ends_by_itself else "due"))
    if clock.stopped_at is not None:
        marks.append(Mark(clock.stopped_at, "stopped"))
    elif case.open:
        marks.append(Mark(now, "now"))
    holds = [Span(hold.start, hold.end) for hold in clock.holds]
    if clock.held_at is not None:
        holds.append(Span(clock.held_at, max(now, clock.held_at), open=True))
    ended = clock.stopped_at or clock.held_at or now
    late = not clock.kind.ends_by_itself and ended > clock.due_at
    in_order = sorted(marks, key=lambda mark: (mark.at, _ORDER.index(mark.what)))
    return Ladder(clock, tuple(in_order), tuple(holds), late)


def _fired(
    case: Case, clock: CaseClock, history: Sequence[Entry], clocks: SlaCalendar
) -> Iterator[Mark]:
    """As its history tells; where that was dropped, at the moment that a rung has now."""
    told = {
        str(entry.detail.get("rung")): entry.at
        for entry in history
        if entry.what == "escalated"
        and (entry.detail.get("clock"), entry.detail.get("start")) == clock.key
    }
    for rung in rungs_of(policy_of(case, clocks), clock.kind):
        if rung.name in clock.fired:
            moment = clock.due_at
            if rung.name != BREACH:
                moment = clocks.close_after(clock.due_at, rung.offset)
            role = role_of(rung, _holder(case, clock))
            yield Mark(told.get(rung.name, moment), "fired", rung.name, role)


def _holder(case: Case, clock: CaseClock) -> Holder:
    agency = clock.agency_of(case.agency)
    if agency is None:
        return "triage"
    other = case.supports(agency)
    return "external" if (other.external if other else case.external) else "agency"

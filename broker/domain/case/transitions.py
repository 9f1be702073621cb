"""What can happen to a case and its clocks, one step each. No step judges whether it may.

Steps leave the deadlines alone; ``with_deadlines`` computes them at the end, each from the
start of its clock, so that no order of steps can bend one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from broker.domain import sentences
from broker.domain.case.case import Case, Closed, How, Lead, State, Supporting, policy_of
from broker.domain.case.clock import CaseClock
from broker.domain.case.deadlines import soonest_of
from broker.domain.case.replacing import replace
from broker.domain.clocks import (
    CLOSING,
    RESOLUTION,
    RESPONSE,
    VERIFICATION,
    WAITING,
    ClockKind,
    SlaCalendar,
    Stop,
)


def placed(case: Case, agency: str | None, at: datetime, *, external: bool = False) -> Case:
    """At an agency (it loses what it had as a supporting one), or in triage."""
    if agency is None:
        clocks, state = _started(case, VERIFICATION, at, None), State.TRIAGE
    else:
        case = without_supporting(case, agency, at)
        clocks, state = _started(case, RESPONSE, at, agency), State.ROUTED
        if case.clock(RESOLUTION.name) is None:
            clocks = (*clocks, CaseClock(RESOLUTION.name, 1, agency, at, at))
    return replace(
        case, agency=agency, external=external, acknowledged=False, state=state, clocks=clocks
    )


def left(case: Case, at: datetime) -> Case:
    """Out of where it is: of triage, or of its agency, whatever it waited for there."""
    if case.state is State.HELD:
        case = hold_ended(case, at)
    if case.state is State.RESOLVED:
        case = reopened(case, at)
    return _stopped(case, at, Stop.LEFT, case.agency)


def supported(case: Case, agency: str, at: datetime, *, external: bool = False) -> Case:
    """With one more supporting agency, whose response clock starts, except after the answer."""
    *others, own = _started(case, RESPONSE, at, agency)
    if case.state is State.HELD:
        own = own.hold(at)
    elif case.state is State.RESOLVED:
        own = own.stop(at)
    return replace(
        case,
        supporting=(*case.supporting, Supporting(agency, external)),
        clocks=(*others, own),
    )


def without_supporting(case: Case, agency: str, at: datetime) -> Case:
    if case.supports(agency) is None:
        return case
    rest = tuple(s for s in case.supporting if s.agency != agency)
    return replace(_stopped(case, at, Stop.LEFT, agency), supporting=rest)


def following(case: Case, lead: Lead, at: datetime) -> Case:
    """Merged into another: what is owed there is owed to both, so its own clocks stand still, all
    but those of agencies that support it. It waits for its reporter no longer."""
    if case.state is State.HELD:
        case = hold_ended(case, at)
    others = {s.agency for s in case.supporting}

    def stand_still(clock: CaseClock) -> CaseClock:
        return clock.hold(at) if clock.kind.held and clock.agency not in others else clock

    return replace(_each(case, stand_still), merged_into=lead)


def apart(case: Case, at: datetime) -> Case:
    """Merged into nothing any more: the time since counts as a hold."""
    return replace(_each(case, lambda c: c.resume(at)), merged_into=None)


def acknowledged(case: Case, agency: str) -> Case:
    if agency != case.agency:
        rest = tuple(
            replace(s, acknowledged=True) if s.agency == agency else s for s in case.supporting
        )
        return replace(case, supporting=rest)
    state = State.ACKNOWLEDGED if case.state is State.ROUTED else case.state
    return replace(case, acknowledged=True, state=state)


def responded(case: Case, agency: str, at: datetime) -> Case:
    case = _stopped(acknowledged(case, agency), at, Stop.RESPONDED, agency)
    ahead = case.state in (State.HELD, State.RESOLVED)
    return case if ahead else replace(case, state=case.standing)


def held(case: Case, at: datetime) -> Case:
    """It waits for the reporter, whom the agency that has it asked, or in triage the desk."""
    # Those of every agency, and the desk's: nothing fires while it lasts.
    case = _each(case, lambda c: c.hold(at) if c.kind.held else c)
    clocks = _started(case, WAITING, at, case.agency)
    seen = case.agency is not None
    return replace(case, state=State.HELD, acknowledged=seen, clocks=clocks)


def hold_ended(case: Case, at: datetime) -> Case:
    case = _stopped(_each(case, lambda c: c.resume(at)), at, Stop.HOLD_ENDED)
    return replace(case, state=case.standing)


def resolved(case: Case, at: datetime) -> Case:
    """The final answer: nobody owes another one, so every response clock stops."""
    if case.state is State.HELD:
        case = hold_ended(case, at)
    case = _stopped(case, at, Stop.RESOLVED)
    clocks = _started(case, CLOSING, at, case.agency)
    return replace(case, state=State.RESOLVED, acknowledged=True, clocks=clocks)


def reopened(case: Case, at: datetime) -> Case:
    """The resolution goes on; the time since the answer counts as a hold."""
    case = _stopped(case, at, Stop.REOPENED)
    last = case.clock(RESOLUTION.name)
    case = _each(case, lambda c: c.go_on(at) if last and c.key == last.key else c)
    return replace(case, state=case.standing)


def closed(
    case: Case,
    at: datetime,
    by: str,
    how: How,
    reason: str,
    *,
    code: str | None = None,
    duplicate_of: str | None = None,
) -> Case:
    """The end: no clock runs; the complaint goes no further, nor do the reasons that quote it. The
    store keeps what it has of it for a while (``closed_text_days``).

    ``code`` and ``duplicate_of``: of what is dismissed; of no code that is known, it is told as
    ``other``.
    """
    case = _each(case, lambda c: c.stop(at))
    sentence = sentences.ENDED.get(how)
    if sentence is None:
        sentence = sentences.DISMISSED.get(code or "", sentences.DISMISSED["other"])
        sentence = sentence.format(duplicate_of=duplicate_of or "")
    end = Closed(at, by, how, reason, code, duplicate_of, sentence)
    told = replace(case.decision, because=None)
    return replace(case, state=State.CLOSED, closed=end, complaint=None, decision=told)


def with_deadlines(
    before: Case | None, case: Case, clocks: SlaCalendar, causes: Iterable[str] = ()
) -> Case:
    """The end of every step: deadlines of the clocks that are open or were until now, what falls
    due next, and the causes that were taken in."""
    policy = policy_of(case, clocks)
    calendar = clocks.calendar.version
    kept = before.clocks if before is not None else ()
    by_key = {clock.key: clock for clock in kept}
    same = before is not None and (
        (before.oversight, before.classification, before.calendar)
        == (case.oversight, case.classification, calendar)
    )

    def due(clock: CaseClock) -> CaseClock:
        if clock == by_key.get(clock.key) and (same or not clock.open):
            return clock
        moment = clocks.due(
            clock.name,
            clock.started_at,
            classification=case.classification,
            oversight=case.oversight,
            holds=clock.holds,
            policy=policy,
        )
        return replace(clock, due_at=moment)

    timed, seen, next_due = tuple(map(due, case.clocks)), case.seen.union(causes), case.next_due
    if not same or timed != kept:
        first = soonest_of(timed, policy, clocks) if case.open else None
        next_due = first.at if first else None
    return replace(case, clocks=timed, calendar=calendar, seen=seen, next_due=next_due)


def _started(
    case: Case, kind: ClockKind, at: datetime, agency: str | None
) -> tuple[CaseClock, ...]:
    """The clocks with one more start of that one."""
    nth = sum(clock.name == kind.name for clock in case.clocks) + 1
    return (*case.clocks, CaseClock(kind.name, nth, agency, started_at=at, due_at=at))


_ANY: Final = "*"


def _stopped(case: Case, at: datetime, by: Stop, agency: str | None = _ANY) -> Case:
    """The clocks that this stops: those of that agency (None: the desk's), else of all."""

    def stop(clock: CaseClock) -> CaseClock:
        named = by in clock.kind.stopped_by and agency in (_ANY, clock.agency)
        return clock.stop(at) if named else clock

    return _each(case, stop)


def _each(case: Case, change: Callable[[CaseClock], CaseClock]) -> Case:
    return replace(case, clocks=tuple(map(change, case.clocks)))

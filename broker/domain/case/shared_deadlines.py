"""The deadlines that stand for two cases once one of them follows the other: the earlier ones."""

from datetime import datetime
from typing import Final

from broker.domain.case import transitions
from broker.domain.case.case import Case, State
from broker.domain.case.clock import CaseClock
from broker.domain.case.outcome import Context
from broker.domain.case.replacing import replace
from broker.domain.clocks import RESOLUTION, RESPONSE, VERIFICATION

_STANDING_FOR_BOTH: Final = (VERIFICATION, RESPONSE, RESOLUTION)


def with_deadlines_of(case: Case, lead: Case, at: datetime, context: Context) -> Case | None:
    """The case that leads, with no deadline later than one of the case that is to follow it; None
    where it cannot be so: what is due earlier there is due earlier for its kind of report."""
    if case.state is State.HELD:
        case = transitions.with_deadlines(case, transitions.hold_ended(case, at), context.clocks)
    after, earlier = lead, dict[tuple[str, int], datetime]()
    for kind in _STANDING_FOR_BOTH:
        theirs = _open(case, kind.name)
        if theirs is None:
            continue
        mine = _open(lead, kind.name)
        if mine is None:
            if kind is RESOLUTION:  # nobody has had the case that leads, somebody had the other
                own = replace(theirs, start=1, held_at=None)
                after = replace(after, clocks=(*after.clocks, own))
                earlier[own.key] = theirs.due_at
            continue
        if theirs.due_at < mine.due_at and (kind is not RESPONSE or case.agency == lead.agency):
            after = _instead(after, mine, _taken_over(mine, theirs, at))
            earlier[mine.key] = theirs.due_at
    after = transitions.with_deadlines(lead, after, context.clocks)
    late = any(clock.due_at > earlier.get(clock.key, clock.due_at) for clock in after.clocks)
    return None if late else after


def _open(case: Case, name: str) -> CaseClock | None:
    clock = (
        case.response
        if name == RESPONSE.name
        else next((one for one in reversed(case.clocks) if one.name == name), None)
    )
    return clock if clock is not None and clock.open else None


def _taken_over(mine: CaseClock, theirs: CaseClock, at: datetime) -> CaseClock:
    """Its clock, as if it had started when the other did and stood still when that did. A rung that
    fired in either stays fired: who was told was told."""
    return replace(
        mine,
        started_at=theirs.started_at,
        holds=theirs.holds,
        held_at=max(at, theirs.started_at) if mine.held_at else None,
        fired=tuple(dict.fromkeys((*mine.fired, *theirs.fired))),
    )


def _instead(case: Case, old: CaseClock, new: CaseClock) -> Case:
    return replace(case, clocks=tuple(new if one.key == old.key else one for one in case.clocks))

"""What ran out once, done again to a case that lost it: the audit trail says that it was."""

from dataclasses import dataclass
from datetime import datetime

from broker.domain.case.case import Case, policy_of
from broker.domain.case.clock import CaseClock
from broker.domain.case.deadlines import Due, soonest
from broker.domain.case.events import NameOf, unnamed
from broker.domain.case.firing import Firing
from broker.domain.case.outcome import Applied
from broker.domain.case.replacing import replace
from broker.domain.clocks import Policy, Rung, SlaCalendar
from broker.domain.clocks.policies import RungName
from schemas.envelope import ESCALATIONS


@dataclass(frozen=True, slots=True)
class Fired:
    """A rung of the ``start``-th start of a clock; or (``rung`` None) the end of its last start.

    ``now``: when it fired.
    """

    clock: str
    now: datetime
    rung: RungName | None = None
    start: int | None = None


def fire_again(
    case: Case, clocks: SlaCalendar, fired: Fired, *, name_of: NameOf = unnamed
) -> Applied | None:
    """The case after it; None where it had this already, or has no such clock.

    It is not asked whether it would fire today: holidays may have been amended since, and whoever
    was told was told.
    """
    clock = _clock(case, fired)
    if clock is None:
        return None
    rung = _rung(fired.rung, policy_of(case, clocks)) if fired.rung is not None else None
    at = clock.due_at
    if rung is not None and rung.offset:
        at = clocks.close_after(at, rung.offset)
    step = Firing(case, Due(clock, rung, at), clocks, fired.now, ESCALATIONS, name_of)
    after, events, lines = step.end() if rung is None else step.rung(rung)
    due = soonest(after, clocks)
    after = replace(after, next_due=due.at if due else None, lines=case.lines + len(lines))
    return Applied(after, lines, events)


def _clock(case: Case, fired: Fired) -> CaseClock | None:
    """The clock of the case, if what is said of it is yet to happen."""
    its = [clock for clock in case.clocks if clock.name == fired.clock]
    if fired.rung is None:
        return next((one for one in reversed(its) if one.open and case.open), None)
    found = next((one for one in its if one.start == fired.start), None)
    return None if found is None or fired.rung in found.fired else found


def _rung(name: RungName, policy: Policy) -> Rung:
    """The rung of that name; of a policy that the configuration lost, one at the deadline."""
    of_policy = (rung for rung in policy.climb if rung.name == name)
    return next(of_policy, Rung(name, 0, "coordinator"))

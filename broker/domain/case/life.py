"""The life of a case: the one entrance for everything that happens to it."""

from collections.abc import Mapping
from datetime import datetime

from broker.domain.case import changes
from broker.domain.case.firing import fire
from broker.domain.case.model import Case
from broker.domain.case.outcome import Applied, Context, Entry, Outcome
from broker.domain.case.placing import apply_routing
from broker.domain.case.updating import apply_update
from broker.domain.clocks import Clocks
from schemas.routing import Routing
from schemas.updates import Update


def apply(
    case: Case | None,
    what: Routing | Update,
    context: Context,
    trace: Mapping[str, str] | None = None,
) -> Outcome:
    """What an event or an update does to its case (None: there is none yet).

    The case is first brought up to date: its deadlines to the calendar in force, and what ran out
    up to ``context.reached``. So the end is the same however far behind the escalations are, and
    an update is judged by the state that the case had got into by itself. Where the input is not
    taken in, none of that is either: it is done again, to the same effect, with the next one.

    ``case.seen`` must hold every cause taken in before among those of the inputs at hand
    (``cause_of``). ``trace``: of a routing event; an update has its own.
    """
    if case is None:
        return _told(None, what, context, trace)
    amended = amend(case, context.clocks, now=context.now)
    caught_up = fire(
        amended.case if amended else case, context.clocks, now=context.now, reached=context.reached
    )
    before = [step for step in (amended, caught_up) if step is not None]
    outcome = _told(before[-1].case if before else case, what, context, trace)
    if not isinstance(outcome, Applied):
        return outcome
    return Applied(
        outcome.case,
        tuple(line for step in (*before, outcome) for line in step.history),
        tuple(event for step in (*before, outcome) for event in step.publish),
        outcome.causes,
    )


def cause_of(what: Routing | Update) -> str:
    """What it is remembered by in its case: the same input twice has one cause."""
    return what.cause if isinstance(what, Update) else what.id


def amend(case: Case, clocks: Clocks, *, now: datetime) -> Applied | None:
    """Deadlines of an open case moved to another calendar; None where it is on that one.

    Every open clock follows, one that stands still too, with a line of history for each that moved.
    """
    if not case.open or case.calendar == clocks.calendar.version:
        return None
    after = changes.settled(case, case, clocks)
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


def _told(
    case: Case | None, what: Routing | Update, context: Context, trace: Mapping[str, str] | None
) -> Outcome:
    if isinstance(what, Update):
        return apply_update(case, what, context)
    return apply_routing(case, what, context, trace or {})

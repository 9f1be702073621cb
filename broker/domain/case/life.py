"""The life of a case: the one entrance for everything that happens to it."""

from collections.abc import Mapping

from broker.domain.case.amending import amend
from broker.domain.case.case import Case
from broker.domain.case.firing import fire
from broker.domain.case.opening import apply_routing
from broker.domain.case.outcome import Applied, Context, Outcome
from broker.domain.case.updating import apply_update
from schemas.events import Routing
from schemas.updates import Update


def apply(
    case: Case | None,
    what: Routing | Update,
    context: Context,
    trace: Mapping[str, str] | None = None,
) -> Outcome:
    """What an event or an update does to its case (None: there is none yet).

    The case is first brought up to date: its deadlines to the calendar in force, and what ran out
    up to ``context.watermark``. So the end is the same however far behind the escalations are, and
    an update is judged by the state that the case had got into by itself. Where the input is not
    taken in, none of that is either: it is done again, to the same effect, with the next one.

    ``case.seen`` must hold every cause taken in before among those of the inputs at hand
    (``cause_of``). ``trace``: of a routing event; an update has its own.
    """
    if case is None:
        return _told(None, what, context, trace)
    amended = amend(case, context.clocks, now=context.now)
    caught_up = fire(
        amended.case if amended else case,
        context.clocks,
        now=context.now,
        watermark=context.watermark,
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


def _told(
    case: Case | None, what: Routing | Update, context: Context, trace: Mapping[str, str] | None
) -> Outcome:
    if isinstance(what, Update):
        return apply_update(case, what, context)
    return apply_routing(case, what, context, trace or {})

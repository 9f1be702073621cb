"""The life of a case: the one entrance for everything that happens to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from broker.domain.case import replacing
from broker.domain.case.case import Case
from broker.domain.case.firing import amend, fire
from broker.domain.case.opening import apply_routing
from broker.domain.case.outcome import Applied, Context, Outcome
from broker.domain.case.updating import apply_update
from broker.messaging import names
from broker.messaging.messages import Incoming, trace_context
from schemas import verbs
from schemas.events import BadEvent, Routing, read_routing
from schemas.limits import CONVERSATION_NEWEST
from schemas.updates import BadUpdate, Update, read_update

_MOVES: Final = (verbs.RETURNED, verbs.ASSIGNED)


def read(message: Incoming, *, earlier: bool = False) -> Routing | Update | BadUpdate:
    """What the message is. The exchange says who may have published it.

    A ``routed`` or ``triaged`` that cannot be read has nobody to be told: its ``who`` is None.
    ``earlier``: an earlier version took it, which asked less of an update.
    """
    if message.exchange == names.EVENTS:
        try:
            return read_routing(message.body)
        except BadEvent as why:
            return BadUpdate("bad-event", str(why), id=message.properties.message_id)
    found = read_update(message.body, message.properties, message.routing_key, earlier=earlier)
    if isinstance(found, Update) and (trace := trace_context(message)):
        return replace(found, trace=trace)
    return found


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
    (``cause_of``), and ``case.complaint`` and ``case.conversation`` be there where they are passed
    on (``needs_words``). What the next input of a case must know of this one is in the case that
    comes out, what was said in it too.
    ``trace``: of a routing event; an update has its own.
    """
    if case is None:
        return _told(None, what, context, trace)
    amended = amend(case, context.clocks, now=context.now)
    caught_up = fire(
        amended.case if amended else case,
        context.clocks,
        now=context.now,
        watermark=context.watermark,
        name_of=context.rules.agency_name,
    )
    before = [step for step in (amended, caught_up) if step is not None]
    outcome = _told(before[-1].case if before else case, what, context, trace)
    if not isinstance(outcome, Applied):
        return outcome
    history = tuple(line for step in (*before, outcome) for line in step.history)
    # The store keeps the last word as well; nothing that comes after the end needs it.
    said = outcome.said
    conversation = (*outcome.case.conversation, *said) if outcome.case.open else ()
    return replacing.replace(
        outcome,
        case=replacing.replace(
            outcome.case,
            lines=case.lines + len(history),
            conversation=conversation[-CONVERSATION_NEWEST:],
        ),
        said=said,
        history=history,
        publish=tuple(event for step in (*before, outcome) for event in step.publish),
    )


def needs_words(what: Routing | Update, case: Case | None = None) -> bool:
    """Whether the complaint of the case, and what was said in it, have a part in what becomes of
    it: it is decided anew, or passed on. Of a reply that is known once the case is.
    """
    if not isinstance(what, Update):
        return False
    at_desk = case is not None and case.agency is None
    return what.verb in _MOVES or (what.verb == verbs.REPLIED and at_desk)


def cause_of(what: Routing | Update) -> str:
    """What it is remembered by in its case: the same input twice has one cause."""
    return what.cause if isinstance(what, Update) else what.id


def _told(
    case: Case | None, what: Routing | Update, context: Context, trace: Mapping[str, str] | None
) -> Outcome:
    if isinstance(what, Update):
        return apply_update(case, what, context)
    return apply_routing(case, what, context, trace or {})

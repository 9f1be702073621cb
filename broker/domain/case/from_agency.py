"""What agencies say in an open case: the one that leads, and those that support."""

from datetime import datetime
from typing import Final

from broker.domain.case import transitions
from broker.domain.case.case import Case, State
from broker.domain.case.conversation import said_of
from broker.domain.case.history import History, note_of
from broker.domain.case.mirroring import mirrored, taken_in, writer
from broker.domain.case.outcome import IMPOSSIBLE, Applied, Context, Outcome, Refused
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import returned
from schemas import verbs
from schemas.updates import Update

_OF_SUPPORTING: Final = (verbs.ACKNOWLEDGED, verbs.RESPONDED, verbs.RETURNED)


def from_lead(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    lead = case.agency or update.name
    # A successor may have a part of its own as well: it answers for both.
    parts = [lead, update.name] if case.supports(update.name) else [lead]
    after = case
    resolved = case.state is State.RESOLVED
    match update.verb:
        case verbs.ACKNOWLEDGED:
            for part in parts:
                after = transitions.acknowledged(after, part)
        case verbs.RESPONDED:
            for part in parts:
                after = transitions.responded(after, part, at)
        case verbs.RESOLVED:
            after = case if resolved else transitions.resolved(case, at)
        case verbs.HELD | verbs.RESUMED | verbs.RETURNED if resolved:
            return Refused(IMPOSSIBLE, "the final answer was given; only the reporter goes on")
        case verbs.HELD:
            after = case if case.state is State.HELD else transitions.held(case, at)
        case verbs.RESUMED:
            after = transitions.hold_ended(case, at) if case.state is State.HELD else case
        case verbs.RETURNED:
            # Both are not asked again: who has ended, and the successor that said so.
            case = replace(case, previous=_with(case.previous, update.name))
            return returned(case, update, at, context)
        case _:
            return Refused("unknown-verb", "no agency says this")
    return mirrored(case, after, update, at, context, agency=lead)


def from_supporting(
    case: Case, update: Update, at: datetime, context: Context, agency: str
) -> Outcome:
    if update.verb not in _OF_SUPPORTING:
        return Refused("lead-only", f"{update.verb} is for the agency that leads to say")
    if update.verb == verbs.RETURNED:
        return _gives_up(case, update, at, context, agency)
    if update.verb == verbs.ACKNOWLEDGED:
        after = transitions.acknowledged(case, agency)
    else:
        after = transitions.responded(case, agency, at)
    return mirrored(case, after, update, at, context, agency=agency)


def _gives_up(case: Case, update: Update, at: datetime, context: Context, agency: str) -> Outcome:
    """A supporting agency hands it back: it leaves, and is not asked again by the rules."""
    previous = _with(case.previous, agency, update.name)
    after = transitions.without_supporting(replace(case, previous=previous), agency, at)
    after = taken_in(case, after, update, context)
    moved = writer(update, context).moved(
        after,
        agency,
        case.agency,
        by=update.speaker,
        at=at,
        reason=update.reason,
        role="supporting",
    )
    detail = {
        "person": update.person,
        "supporting": agency,
        "reason": update.reason,
        "note": note_of(update),
    }
    line = History(context.now, update.speaker, case).line(after, update.verb, at, detail)
    said = said_of(update, at, case.anonymous)
    return Applied(after, line, (moved,), (update.cause,), said)


def _with(previous: tuple[str, ...], *agencies: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*previous, *agencies)))

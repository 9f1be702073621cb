"""What the desk says in an open case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from broker.domain.case import transitions
from broker.domain.case.case import Case, State
from broker.domain.case.merging import merged
from broker.domain.case.mirroring import mirrored
from broker.domain.case.outcome import IMPOSSIBLE, Context, Outcome, Refused
from broker.domain.case.parting import separated
from broker.domain.case.rerouting import assigned
from schemas import verbs
from schemas.updates import Update

_OTHER: Final = "other"
"""The code of a dismissal that names none, as in messages from before there were codes."""


def from_desk(
    case: Case, update: Update, at: datetime, context: Context, others: Mapping[UUID, Case]
) -> Outcome:
    match update.verb:
        case verbs.MERGED:
            return merged(case, update, at, context, others)
        case verbs.SEPARATED:
            return separated(case, update, at, context, others)
        case verbs.HELD | verbs.RESUMED:
            return _asked(case, update, at, context)
        case verbs.DISMISSED:
            return _dismissed(case, update, at, context)
        case verbs.ASSIGNED:
            return _named(case, update, at, context)
        case _:
            return Refused("unknown-verb", "the desk does not say this")


def _asked(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    """The desk asks the reporter, or goes on without an answer: while nobody else has the case."""
    if case.agency is not None:
        return Refused(
            IMPOSSIBLE, f"only in triage: {update.verb} is for the agency that has it to say"
        )
    after, is_held = case, case.state is State.HELD
    if update.verb == verbs.HELD and not is_held:
        after = transitions.held(case, at)
    elif update.verb == verbs.RESUMED and is_held:
        after = transitions.hold_ended(case, at)
    return mirrored(case, after, update, at, context)


def _dismissed(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    after = transitions.closed(
        case,
        at,
        update.speaker,
        "dismissed",
        update.reason or "",
        code=update.code or _OTHER,
        duplicate_of=update.duplicate_of,
    )
    return mirrored(case, after, update, at, context)


def _named(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    known = context.rules.agencies.get(update.agency or "")
    if known is None:
        return Refused("unknown-agency", "agency: no agency has this code")
    if not known.active(context.clocks.calendar.local_day(context.now)):
        successor = f"; its successor is {known.successor}" if known.successor else ""
        return Refused("inactive-agency", f"agency: it does not exist any more{successor}")
    return assigned(case, update, at, context)

"""What a channel says for its reporter, in an open case and in one that closed by itself."""

from datetime import datetime, timedelta
from typing import Final

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case, State
from broker.domain.case.mirroring import mirrored
from broker.domain.case.outcome import IMPOSSIBLE, Context, Outcome, Refused
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import replied_in_triage
from schemas import verbs
from schemas.updates import Update

RATED_WITHIN: Final = timedelta(days=30)
"""For so long after a case closed by itself its reporter may still rate it."""


def from_channel(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    by, after = update.speaker, case
    match update.verb:
        case verbs.WITHDRAWN:
            after = transitions.closed(case, at, by, "withdrawn", sentences.WITHDRAWN)
        case verbs.ACCEPTED:
            return _content(case, update, at, context)
        case verbs.REPLIED if case.agency is None and case.merged_into is None:
            return replied_in_triage(case, update, at, context)
        case verbs.REPLIED if case.state is State.HELD:
            after = transitions.hold_ended(case, at)
        case verbs.REPLIED if case.state is State.RESOLVED and update.reopen:
            after = transitions.reopened(case, at)
    return mirrored(case, after, update, at, context)


def _content(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    """The reporter is content with the final answer. The first rating stands."""
    if case.open and case.state is not State.RESOLVED:
        return Refused(
            IMPOSSIBLE, "there is no final answer to accept; replied goes on, withdrawn ends it"
        )
    after = case
    if case.open:
        after = transitions.closed(case, at, update.speaker, "accepted", sentences.ACCEPTED)
    if case.rating is None:
        after = replace(after, rating=update.rating)
    return mirrored(case, after, update, at, context)


def may_rate(case: Case, update: Update, at: datetime) -> bool:
    """Whether this is the word of a reporter whose case closed by itself not long ago."""
    end = case.closed
    by_itself = end is not None and end.how == "closing" and at <= end.at + RATED_WITHIN
    return by_itself and update.verb == verbs.ACCEPTED


def closed_to(case: Case, update: Update) -> Refused:
    """The refusal of what comes after the end."""
    if update.verb == verbs.ACCEPTED and case.closed and case.closed.how == "closing":
        return Refused(
            "closed", f"the case is closed; it could be rated for {RATED_WITHIN.days} days"
        )
    return Refused("closed", "the case is closed")

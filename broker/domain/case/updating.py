"""An update and its case: every pair of state and verb has an answer.

    from the lead   triage  routed        acknowledged  responded     held          resolved
    acknowledged    not-y.  acknowledged  =             =             =             =
    responded       not-y.  responded     responded     =             =, response   =
    resolved        not-y.  resolved      resolved      resolved      resolved      =
    held            not-y.  held          held          held          =             impossible
    resumed         not-y.  =             =             =             (hold ends)   impossible
    returned        not-y.  moved         moved         moved         moved         impossible
    from the desk
    assigned        routed  routed        routed        routed        routed        routed
    dismissed       closed  closed        closed        closed        closed        closed
    from the channel
    replied         =       =             =             =             (hold ends)   responded
    withdrawn       closed  closed        closed        closed        closed        closed

``=``: accepted and mirrored, nothing changes: it says what holds already, or less (late, out of
order, said twice in two updates). "moved": routed anew, or triage. "hold ends": responded,
acknowledged, as it was. A closed case refuses everything (``closed``). A supporting agency may say
``acknowledged`` and ``responded`` for itself, and ``returned``: it leaves, and the case stays
where it is; anything else is the lead's to say (``lead-only``). A repeat (speaker and id) of an
update that was accepted is nothing, whatever it holds and whatever the state. A case with a very
long history takes only what ends it (``too-many-updates``).
"""

from collections.abc import Mapping
from datetime import datetime

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case, State
from broker.domain.case.events import EventWriter
from broker.domain.case.history import History, note_of
from broker.domain.case.outcome import (
    GRACE,
    Applied,
    Context,
    Early,
    Outcome,
    Refused,
    Repeated,
)
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import assigned, returned
from broker.domain.privacy import public_update
from schemas import limits, verbs
from schemas.updates import Update

_IMPOSSIBLE = "impossible"
_ENOUGH = Refused(
    "too-many-updates",
    "the history of this case is too long: only resolved, dismissed and withdrawn are taken;"
    " end it, and go on in a new complaint",
)
_OF_SUPPORTING = (verbs.ACKNOWLEDGED, verbs.RESPONDED, verbs.RETURNED)


def counts_from(update: Update, context: Context) -> datetime:
    """The moment from which an update counts.

    Its ``time``, but not from before the last moment at which everything had been read, nor from
    the future. Without a time nobody knows when it was sent: what an agency says then counts from
    as early as it can have been said, so that no delay of ours makes it late, and what others say
    from now.
    """
    if update.counts_at is not None:
        return min(update.counts_at, context.now)
    earliest = min(context.watermark, context.now)
    if update.time is None:
        return earliest if update.who == "agency" else context.now
    return min(max(update.time, earliest), context.now)


def apply_update(case: Case | None, update: Update, context: Context) -> Outcome:
    """What an update does to its case."""
    at = counts_from(update, context)
    if case is None:
        if context.patient:
            return Early(at, context.now + context.patience)
        return Refused("unknown-case", "no case has this complaint_id")
    if update.cause in case.seen:
        return Repeated()
    stranger = _stranger(case, update)
    if stranger is not None:
        # The word of a supporting agency may overtake the event that makes it one.
        grace_ends = case.placed_at + GRACE
        new_here = update.who == "agency" and update.name not in case.previous
        if new_here and context.patient and context.now < grace_ends and case.open:
            return Early(at, grace_ends)
        return stranger
    if not case.open:
        return Refused("closed", "the case is closed")
    if _has_enough(case, update):
        return _ENOUGH
    match update.who:
        case "agency" if update.name == case.agency:
            return _from_lead(case, update, at, context)
        case "agency":
            return _from_supporting(case, update, at, context)
        case "desk":
            return _from_desk(case, update, at, context)
        case "channel":
            return _from_channel(case, update, at, context)


def _has_enough(case: Case, update: Update) -> bool:
    """Whether the case has had so many updates that it takes only what brings it to an end."""
    if update.verb in (verbs.DISMISSED, verbs.WITHDRAWN):
        return False
    if update.verb == verbs.RESOLVED and case.state is not State.RESOLVED:
        return False
    most = limits.CASE_LINES_OF_DESK if update.who == "desk" else limits.CASE_LINES
    return case.lines >= most


def _stranger(case: Case, update: Update) -> Refused | None:
    """The refusal of a speaker that the case is not for."""
    match update.who:
        case "desk":
            return None
        case "channel":
            ours = update.name == case.channel
        case "agency":
            ours = update.name == case.agency or case.supports(update.name) is not None
    return None if ours else Refused("not-your-case", f"this {update.who} does not have the case")


def _from_lead(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    resolved = case.state is State.RESOLVED
    match update.verb:
        case verbs.ACKNOWLEDGED:
            after = transitions.acknowledged(case, update.name)
        case verbs.RESPONDED:
            after = transitions.responded(case, update.name, at)
        case verbs.RESOLVED:
            after = case if resolved else transitions.resolved(case, at)
        case verbs.HELD | verbs.RESUMED | verbs.RETURNED if resolved:
            return Refused(_IMPOSSIBLE, "the final answer was given; only the reporter goes on")
        case verbs.HELD:
            after = case if case.state is State.HELD else transitions.held(case, at)
        case verbs.RESUMED:
            after = transitions.hold_ended(case, at) if case.state is State.HELD else case
        case verbs.RETURNED:
            return returned(case, update, at, context)
        case _:
            return Refused("unknown-verb", "no agency says this")
    return _accepted(case, after, update, at, context, agency=update.name)


def _from_supporting(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    agency = update.name
    if update.verb not in _OF_SUPPORTING:
        return Refused("lead-only", f"{update.verb} is for the agency that leads to say")
    if update.verb == verbs.RETURNED:
        return _gives_up(case, update, at, context)
    if update.verb == verbs.ACKNOWLEDGED:
        after = transitions.acknowledged(case, agency)
    else:
        after = transitions.responded(case, agency, at)
    return _accepted(case, after, update, at, context, agency=agency)


def _gives_up(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    """A supporting agency hands it back: it leaves, and is not asked again by the rules."""
    agency = update.name
    previous = tuple(dict.fromkeys((*case.previous, agency)))
    after = transitions.without_supporting(replace(case, previous=previous), agency, at)
    after = _taken_in(case, after, update, context)
    events = EventWriter(
        update.cause, context.now, trace=update.trace, name_of=context.rules.agency_name
    )
    moved = events.moved(
        after, agency, case.agency, by=update.speaker, reason=update.reason, role="supporting"
    )
    detail = {"supporting": agency, "reason": update.reason, "note": note_of(update)}
    line = History(context.now, update.speaker, case).line(after, update.verb, at, detail)
    return Applied(after, line, (moved,), (update.cause,))


def _from_desk(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    if update.verb == verbs.DISMISSED:
        reason = update.reason or ""
        after = transitions.closed(case, at, update.speaker, "dismissed", reason)
        return _accepted(case, after, update, at, context)
    known = context.rules.agencies.get(update.agency or "")
    if known is None:
        return Refused("unknown-agency", "agency: no agency has this code")
    if not known.active(context.clocks.calendar.local_day(context.now)):
        successor = f"; its successor is {known.successor}" if known.successor else ""
        return Refused("inactive-agency", f"agency: it does not exist any more{successor}")
    return assigned(case, update, at, context)


def _from_channel(case: Case, update: Update, at: datetime, context: Context) -> Outcome:
    if update.verb == verbs.WITHDRAWN:
        by = update.speaker
        after = transitions.closed(case, at, by, "withdrawn", sentences.WITHDRAWN)
    elif case.state is State.HELD:
        after = transitions.hold_ended(case, at)
    elif case.state is State.RESOLVED:
        after = transitions.reopened(case, at)
    else:
        after = case
    return _accepted(case, after, update, at, context)


def _accepted(
    before: Case,
    after: Case,
    update: Update,
    at: datetime,
    context: Context,
    *,
    agency: str | None = None,
) -> Applied:
    """Mirrored under its own verb; the end of a case is told as well."""
    after = _taken_in(before, after, update, context)
    events = EventWriter(
        update.cause, context.now, trace=update.trace, name_of=context.rules.agency_name
    )
    by, said = update.speaker, update.data
    if update.who == "channel" and before.anonymous:
        said = public_update(said)
    publish = [events.mirrored(after, update.verb, by=by, at=at, said=said, agency=agency)]
    if update.who == "channel":
        publish += events.to_supporting(after, update.verb, by=by, at=at, said=said)
    if not after.open:
        publish += events.closed(after)
    history = History(context.now, by, before)
    line = history.line(after, update.verb, at, _detail(before, update, agency))
    return Applied(after, line, tuple(publish), (update.cause,))


def _detail(before: Case, update: Update, agency: str | None) -> Mapping[str, object]:
    detail: dict[str, object] = {"reason": update.reason, "note": note_of(update)}
    if agency is not None and agency != before.agency:
        detail["supporting"] = agency
    return detail


def _taken_in(before: Case, after: Case, update: Update, context: Context) -> Case:
    return transitions.with_deadlines(before, after, context.clocks, (update.cause,))

"""An update and its case: every pair of state and verb has an answer.

    from the lead   triage  routed        acknowledged  responded     held          resolved
    acknowledged    not-y.  acknowledged  =             =             =             =
    responded       not-y.  responded     responded     =             =, response   =
    resolved        not-y.  resolved      resolved      resolved      resolved      =
    held            not-y.  held          held          held          =             impossible
    resumed         not-y.  =             =             =             (hold ends)   impossible
    returned        not-y.  moved         moved         moved         moved         impossible
    from the desk
    held            held    impossible    impossible    impossible    impossible    impossible
    resumed         =       impossible    impossible    impossible    impossible    impossible
    assigned        routed  routed        routed        routed        routed        routed
    dismissed       closed  closed        closed        closed        closed        closed
    merged          follows follows       follows       follows       follows       impossible
    separated       imp.    impossible    impossible    impossible    impossible    impossible
    from the channel
    replied         anew    =             =             =             (hold ends)   responded
      reopen false  anew    =             =             =             (hold ends)   =
    accepted        imp.    impossible    impossible    impossible    impossible    closed
    withdrawn       closed  closed        closed        closed        closed        closed

    held in triage  held by the desk, that is, while no agency has the case
    every agency    not-your-case, as in triage
    the desk        held: =; resumed: (hold ends); assigned, dismissed: as in triage
    the channel     replied: anew; accepted: impossible; withdrawn: closed

``=``: accepted and mirrored, nothing changes: it says what holds already, or less (late, out of
order, said twice in two updates); what was said is kept all the same. "moved": routed anew, or
triage. "anew": decided anew with what was said; to an agency if one can be named, else it stays in
triage, where a hold ends. "hold ends": responded, acknowledged, triage, as it was.

A closed case refuses everything (``closed``), save for one thing: for thirty days after it closed
by itself the reporter may say ``accepted``, whose first rating is kept; it opens nothing again.
A supporting agency may say ``acknowledged`` and ``responded`` for itself, and ``returned``: it
leaves, and the case stays where it is; anything else is the lead's to say (``lead-only``). The
successor of an agency that has ended speaks for it. A repeat (speaker and id) of an update that
was accepted is nothing, whatever it holds and whatever the state.

A case that was merged into another stays in its state and follows that one: its own clocks stand
still, and what the agency that leads there says comes to it as well (``spreading``). Until the
final answer it takes itself only ``acknowledged``, ``replied`` (kept and told, nothing else),
``dismissed``, ``withdrawn`` and ``separated``, and what a supporting agency of its own says; the
rest is said to the case that leads (``follows-another``).

A case with a very long history
takes only what ends it (``too-many-updates``), and one rating.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from broker.domain.case.case import Case, State
from broker.domain.case.from_agency import from_lead, from_supporting
from broker.domain.case.from_channel import closed_to, from_channel, may_rate
from broker.domain.case.from_desk import from_desk
from broker.domain.case.mergeable import said_to_lead
from broker.domain.case.outcome import GRACE, Context, Early, Outcome, Refused, Repeated
from broker.domain.case.speakers import spoken_for, stranger
from schemas import limits, verbs
from schemas.updates import Update

_ENOUGH = Refused(
    "too-many-updates",
    "the history of this case is too long: only resolved, accepted, dismissed and withdrawn are"
    " taken; end it, and go on in a new complaint",
)


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


def apply_update(
    case: Case | None, update: Update, context: Context, others: Mapping[UUID, Case]
) -> Outcome:
    """What an update does to its case. ``others``: those that it is merged with, or is to be."""
    at = counts_from(update, context)
    if case is None:
        if context.patient:
            return Early(at, context.now + context.patience)
        named = "complaint_id" if update.tracking is None else "tracking code"
        return Refused("unknown-case", f"no case has this {named}")
    if update.cause in case.seen:
        return Repeated()
    refused = stranger(case, update, context)
    if refused is not None:
        # The word of a supporting agency may overtake the event that makes it one.
        grace_ends = case.placed_at + GRACE
        new_here = update.who == "agency" and update.name not in case.previous
        if new_here and context.patient and context.now < grace_ends and case.open:
            return Early(at, grace_ends)
        return refused
    if not case.open and not may_rate(case, update, at):
        return closed_to(case, update)
    if _has_enough(case, update):
        return _ENOUGH
    if (elsewhere := said_to_lead(case, update, context)) is not None:
        return elsewhere
    match update.who:
        case "agency":
            agency = spoken_for(case, update.name, context)
            if agency == case.agency:
                return from_lead(case, update, at, context)
            return from_supporting(case, update, at, context, agency or update.name)
        case "desk":
            return from_desk(case, update, at, context, others)
        case "channel":
            return from_channel(case, update, at, context)


def _has_enough(case: Case, update: Update) -> bool:
    """Whether the case has had so many updates that it takes only what brings it to an end."""
    most = limits.CASE_LINES_OF_DESK if update.who == "desk" else limits.CASE_LINES
    return case.lines >= most and not _ends_it(case, update)


def _ends_it(case: Case, update: Update) -> bool:
    """Whether it brings the case to an end, or rates what has ended: once each."""
    match update.verb:
        case verbs.DISMISSED | verbs.WITHDRAWN:
            return True
        case verbs.RESOLVED:
            return case.state is not State.RESOLVED
        case verbs.ACCEPTED:
            rates = case.rating is None and update.rating is not None
            return case.state is State.RESOLVED or rates
        case _:
            return False

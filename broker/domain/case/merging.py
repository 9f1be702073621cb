"""Two cases about one thing: the desk merges one into the other.

The case that follows keeps its tracking code, its reporter and its channel. It goes to the agency
that has the other, its own clocks stand still, and the clocks of the case that leads stand for
both: where it had the earlier deadline, that one takes it over.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case, Lead, State
from broker.domain.case.catching_up import caught_up, completed
from broker.domain.case.conversation import Said, said_of
from broker.domain.case.events import promised
from broker.domain.case.history import History, brief, note_of
from broker.domain.case.late_together import overdue_now, overdue_too
from broker.domain.case.mergeable import ANSWERED, EARLIER_DEADLINE, follows, why_not
from broker.domain.case.merged_words import Hide, hiding, naming_nobody
from broker.domain.case.mirroring import taken_in, writer
from broker.domain.case.outcome import Applied, Context, Outcome, Refused
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import BY_DESK, taken_along
from broker.domain.case.shared_deadlines import with_deadlines_of
from broker.domain.routing.decide import Decision
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.updates import Update


def merged(
    case: Case, update: Update, at: datetime, context: Context, others: Mapping[UUID, Case]
) -> Outcome:
    """It follows another from now on. ``others``: has that one, and those that follow either."""
    if case.state is State.RESOLVED:
        return ANSWERED
    found = others.get(update.into) if isinstance(update.into, UUID) else None
    if found is None:
        return Refused("unknown-case", "into: no case has this complaint_id or tracking code")
    lead, before = caught_up(found, context)
    refused = why_not(case, lead, followers=_followers_of(case, others))
    if refused is not None:
        return refused
    hide = hiding((lead, *(others[one] for one in lead.merged if one in others)))
    update = naming_nobody(update, hide)
    if case.merged_into is not None:
        return _again(case, lead, update, at, context)
    after_lead = with_deadlines_of(case, lead, at, context)
    if after_lead is None:
        return Refused(
            EARLIER_DEADLINE,
            "its deadline lies before that of the case that would lead, which cannot take it over;"
            " merge that one into this",
        )
    after_lead = replace(after_lead, merged=(*lead.merged, case.complaint_id))
    gone = _at_agency_of(lead, case, update, at, context)
    after = transitions.following(gone.case, Lead(lead.complaint_id, lead.tracking), at)
    after = taken_in(case, after, update, context)
    answer = _answer_of(lead, after, update, at, context, hide)
    told = _told(answer.case, after_lead, update, at, context)
    late = _late(before, lead, after_lead, answer.case, others, context)
    detail = {"note": note_of(update), "into": lead.tracking, **brief(after.decision)}
    line = History(context.now, update.speaker, case).line(after, verbs.MERGED, at, detail)
    leads = History(context.now, update.speaker, lead).line(
        after_lead, verbs.MERGED, at, {"follower": case.tracking}
    )
    return Applied(
        answer.case,
        (*line, *answer.history),
        (*gone.publish, *told, *late, *answer.publish),
        gone.causes,
        (*said_of(update, at, case.anonymous), *answer.said),
        others=(completed(found, before, Applied(after_lead, leads)),),
    )


def _late(
    before: tuple[Applied, ...],
    lead: Case,
    after: Case,
    case: Case,
    others: Mapping[UUID, Case],
    context: Context,
) -> tuple[Outgoing, ...]:
    """For all whom the deadline concerns that stands for them now, and has passed."""
    now, name_of = context.now, context.rules.agency_name
    return (
        *overdue_too(before, others, now=now, name_of=name_of),
        *overdue_now(lead, after, case, others, now=now, name_of=name_of),
    )


def _again(case: Case, lead: Case, update: Update, at: datetime, context: Context) -> Applied:
    """It follows that one already."""
    after = taken_in(case, case, update, context)
    told = _told(after, lead, update, at, context)
    detail = {"note": note_of(update), "into": lead.tracking}
    line = History(context.now, update.speaker, case).line(after, verbs.MERGED, at, detail)
    said = said_of(update, at, case.anonymous)
    return Applied(after, line, told, (update.cause,), said, changed=False)


def _told(
    case: Case, lead: Case, update: Update, at: datetime, context: Context
) -> tuple[Outgoing, ...]:
    data = {"note": update.note, **promised(lead.agency, lead.clocks)}
    names = {
        "into": lead.tracking,
        "into_id": lead.complaint_id,
        "followers": len(lead.merged),
    }
    return writer(update, context).in_two(
        case, verbs.MERGED, by=update.speaker, at=at, said=data, of_agency=names
    )


def _followers_of(case: Case, others: Mapping[UUID, Case]) -> int:
    """How many follow it still: some may have ended by themselves since it last looked."""
    known = (others.get(one) for one in case.merged)
    return sum(1 for one in known if one is not None and one.open and follows(one, case))


def _at_agency_of(
    lead: Case, case: Case, update: Update, at: datetime, context: Context
) -> Applied:
    """The case goes to the agency that has the other."""
    if case.agency == lead.agency:
        return Applied(case, causes=(update.cause,))
    decision = Decision(
        agency=lead.agency,
        supporting=(),
        rule=BY_DESK,
        because=sentences.MERGED,
        table=context.rules.version,
        topic=case.decision.topic or lead.decision.topic,
        region=case.decision.region,
        oversight=case.oversight,
        confidence=1.0,
        alternatives=(),
        warnings=(),
    )
    return taken_along(case, decision, update, at, context)


def _answer_of(
    lead: Case, case: Case, update: Update, at: datetime, context: Context, hide: Hide
) -> Applied:
    """Where the agency has given the case that leads its first answer, that is the other's too."""
    response, own = lead.response, case.response
    if lead.agency is None or response is None or response.open or own is None or not own.open:
        return Applied(case)
    by = f"agency.{lead.agency}"
    words = (
        said.note
        for said in reversed(lead.conversation)
        if said.verb == verbs.RESPONDED and said.by == by and said.note
    )
    note = hide(next(words, None))
    after = taken_in(case, transitions.responded(case, lead.agency, at), update, context)
    told = writer(update, context).mirrored(
        after, verbs.RESPONDED, by=by, at=at, said={"note": note} if note else {}
    )
    line = History(context.now, by, case).line(after, verbs.RESPONDED, at, {"note": note})
    said = (Said(at, by, verbs.RESPONDED, note=note),) if note else ()
    return Applied(after, line, (told,), said=said)

"""Two cases about one thing: the desk merges one into the other, and parts them again.

The case that follows keeps its tracking code, its reporter and its channel. It goes to the agency
that has the other, its own clocks stand still, and the clocks of the case that leads stand for
both: where it had the earlier deadline, that one takes it over.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case, Lead, State
from broker.domain.case.catching_up import caught_up, completed
from broker.domain.case.clock import CaseClock
from broker.domain.case.conversation import Said, said_of
from broker.domain.case.events import promised
from broker.domain.case.history import History, brief, note_of
from broker.domain.case.mergeable import EARLIER_DEADLINE, why_not
from broker.domain.case.merged_words import Hide, hiding
from broker.domain.case.mirroring import taken_in, writer
from broker.domain.case.outcome import IMPOSSIBLE, Applied, Context, Outcome, Refused
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import BY_DESK, taken_along
from broker.domain.clocks import RESOLUTION, RESPONSE, VERIFICATION
from broker.domain.routing.decide import Decision
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.updates import Update

Why = Literal["desk", "lead-ended", "reopened", "unlike", "moved"]
_STANDING_FOR_BOTH: Final = (VERIFICATION, RESPONSE, RESOLUTION)


def merged(
    case: Case, update: Update, at: datetime, context: Context, others: Mapping[UUID, Case]
) -> Outcome:
    """It follows another from now on. ``others``: has that one, and those that follow either."""
    found = others.get(update.into) if isinstance(update.into, UUID) else None
    if found is None:
        return Refused("unknown-case", "into: no case has this complaint_id or tracking code")
    lead, before = caught_up(found, context)
    refused = why_not(case, lead, followers=_followers_of(case, others))
    if refused is not None:
        return refused
    hide = hiding((lead, *(others[one] for one in lead.merged if one in others)))
    update = _naming_nobody(update, hide)
    if case.merged_into is not None:
        told = _told(case, lead, update, at, context)
        return Applied(case, (), told, (update.cause,), said_of(update, at, False), changed=False)
    after_lead = _with_deadlines_of(case, lead, at, context)
    if after_lead is None:
        return Refused(
            EARLIER_DEADLINE,
            "its deadline lies before that of the case that would lead, which cannot take it over;"
            " merge that one into this",
        )
    after_lead = replace(after_lead, merged=(*lead.merged, case.complaint_id))
    gone = _at_agency_of(lead, case, update, at, context)
    after = transitions.following(gone.case, Lead(lead.complaint_id, lead.tracking), at)
    after, answered, said = _with_answer_of(lead, after, update, at, context, hide)
    after = taken_in(case, after, update, context)
    told = _told(after, after_lead, update, at, context)
    detail = {"note": note_of(update), "into": lead.tracking, **brief(after.decision)}
    line = History(context.now, update.speaker, case).line(after, verbs.MERGED, at, detail)
    leads = History(context.now, update.speaker, lead).line(
        after_lead, verbs.MERGED, at, {"follower": case.tracking}
    )
    return Applied(
        after,
        line,
        (*gone.publish, *told, *answered),
        gone.causes,
        (*said_of(update, at, case.anonymous), *said),
        others=(completed(found, before, Applied(after_lead, leads)),),
    )


def separated(
    case: Case, update: Update, at: datetime, context: Context, others: Mapping[UUID, Case]
) -> Outcome:
    """The desk parts it from the case that it follows; ``spreading`` takes it out of the list of
    that one."""
    if case.merged_into is None:
        return Refused(IMPOSSIBLE, "it follows no other case")
    lead = others.get(case.merged_into.complaint_id)
    update = _naming_nobody(update, hiding((lead,) if lead is not None else ()))
    said = said_of(update, at, case.anonymous)
    return parted(case, update, at, context, "desk", note=update.note, said=said)


def _naming_nobody(update: Update, hide: Hide) -> Update:
    """Of what the desk notes for everybody in the case: its reporter reads it, and is another than
    that of the case that it is merged with."""
    return dataclasses.replace(update, note=hide(update.note)) if update.note else update


def parted(
    case: Case,
    update: Update,
    at: datetime,
    context: Context,
    why: Why,
    *,
    note: str | None = None,
    said: tuple[Said, ...] = (),
) -> Applied:
    """It follows nobody any more. ``update``: what brought it about, wherever that was said."""
    lead = case.merged_into
    after = taken_in(case, transitions.apart(case, at), update, context)
    told = told_apart(after, lead, update, at, context, why, note=note)
    detail = {"why": why, "note": note, "from": lead.tracking if lead else None}
    line = History(context.now, update.speaker, case).line(after, verbs.SEPARATED, at, detail)
    return Applied(after, line, told, (update.cause,), said)


def told_apart(
    case: Case,
    lead: Lead | None,
    update: Update,
    at: datetime,
    context: Context,
    why: Why,
    *,
    note: str | None = None,
) -> tuple[Outgoing, ...]:
    """That it was parted: for the agency with the code of the other, for the channel without."""
    data = {"why": why, "note": note, **promised(case.agency, case.clocks)}
    names = {"into": lead.tracking, "into_id": lead.complaint_id} if lead else {}
    return writer(update, context).in_two(
        case, verbs.SEPARATED, by=update.speaker, at=at, said=data, of_agency=names
    )


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


def follows(case: Case, lead: Case) -> bool:
    """Whether it was merged into that one, and not parted from it since."""
    return case.merged_into is not None and case.merged_into.complaint_id == lead.complaint_id


def _with_deadlines_of(case: Case, lead: Case, at: datetime, context: Context) -> Case | None:
    """The case that leads, with no deadline later than one of the case that is to follow it; None
    where it cannot be so: what is due earlier there is due earlier for its kind of report."""
    if case.state is State.HELD:
        case = transitions.with_deadlines(case, transitions.hold_ended(case, at), context.clocks)
    after, earlier = lead, dict[tuple[str, int], datetime]()
    for kind in _STANDING_FOR_BOTH:
        theirs = _open(case, kind.name)
        if theirs is None:
            continue
        mine = _open(lead, kind.name)
        if mine is None:
            if kind is RESOLUTION:  # nobody has had the case that leads, somebody had the other
                own = replace(theirs, start=1, held_at=None)
                after = replace(after, clocks=(*after.clocks, own))
                earlier[own.key] = theirs.due_at
            continue
        if theirs.due_at < mine.due_at and (kind is not RESPONSE or case.agency == lead.agency):
            after = _instead(after, mine, _taken_over(mine, theirs, at))
            earlier[mine.key] = theirs.due_at
    after = transitions.with_deadlines(lead, after, context.clocks)
    late = any(clock.due_at > earlier.get(clock.key, clock.due_at) for clock in after.clocks)
    return None if late else after


def _open(case: Case, name: str) -> CaseClock | None:
    clock = (
        case.response
        if name == RESPONSE.name
        else next((one for one in reversed(case.clocks) if one.name == name), None)
    )
    return clock if clock is not None and clock.open else None


def _taken_over(mine: CaseClock, theirs: CaseClock, at: datetime) -> CaseClock:
    """Its clock, as if it had started when the other did and stood still when that did. A rung that
    fired in either stays fired: who was told was told."""
    return replace(
        mine,
        started_at=theirs.started_at,
        holds=theirs.holds,
        held_at=max(at, theirs.started_at) if mine.held_at else None,
        fired=tuple(dict.fromkeys((*mine.fired, *theirs.fired))),
    )


def _instead(case: Case, old: CaseClock, new: CaseClock) -> Case:
    return replace(case, clocks=tuple(new if one.key == old.key else one for one in case.clocks))


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


def _with_answer_of(
    lead: Case, case: Case, update: Update, at: datetime, context: Context, hide: Hide
) -> tuple[Case, tuple[Outgoing, ...], tuple[Said, ...]]:
    """Where the agency has given the case that leads its first answer, that is the other's too."""
    response, own = lead.response, case.response
    if lead.agency is None or response is None or response.open or own is None or not own.open:
        return case, (), ()
    after = transitions.responded(case, lead.agency, at)
    by = f"agency.{lead.agency}"
    words = (
        said.note
        for said in reversed(lead.conversation)
        if said.verb == verbs.RESPONDED and said.by == by and said.note
    )
    note = hide(next(words, None))
    said = (Said(at, by, verbs.RESPONDED, note=note),) if note else ()
    told = writer(update, context).mirrored(
        after, verbs.RESPONDED, by=by, at=at, said={"note": note} if note else {}
    )
    return after, (told,), said

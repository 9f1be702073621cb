"""A case that follows another follows it no longer: its own clocks run again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from broker.domain.case import transitions
from broker.domain.case.case import Case, Lead
from broker.domain.case.conversation import Said, said_of
from broker.domain.case.events import promised
from broker.domain.case.history import History
from broker.domain.case.merged_words import hiding, naming_nobody
from broker.domain.case.mirroring import taken_in, writer
from broker.domain.case.outcome import IMPOSSIBLE, Applied, Context, Outcome, Refused
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.updates import Update

Why = Literal["desk", "lead-ended", "reopened", "unlike", "moved"]


def separated(
    case: Case, update: Update, at: datetime, context: Context, others: Mapping[UUID, Case]
) -> Outcome:
    """The desk parts it from the case that it follows; ``spreading`` takes it out of the list of
    that one."""
    if case.merged_into is None:
        return Refused(IMPOSSIBLE, "it follows no other case")
    lead = others.get(case.merged_into.complaint_id)
    group = (lead, *(others[one] for one in lead.merged if one in others)) if lead else ()
    hide = hiding(one for one in group if one.complaint_id != case.complaint_id)
    update = naming_nobody(update, hide)
    said = said_of(update, at, case.anonymous)
    return parted(case, update, at, context, "desk", note=update.note, said=said)


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
    detail = {"parted": why, "note": note, "into": lead.tracking if lead else None}
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

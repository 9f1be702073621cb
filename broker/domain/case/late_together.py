"""The deadline of the final answer stands for all that follow a case: when it has passed, the
reporter of each hears it, as the reporter of the case that leads does."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from broker.domain.case.case import Case
from broker.domain.case.events import EventWriter, NameOf, unnamed
from broker.domain.case.mergeable import follows
from broker.domain.case.outcome import Applied
from broker.domain.clocks import BREACH, RESOLUTION
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.envelope import ESCALATIONS, event_type

_OVERDUE = event_type(verbs.OVERDUE)


def hears_of_it(step: Applied) -> bool:
    """Whether others that follow the case are to hear what fired in it."""
    return bool(step.case.merged) and any(event.type == _OVERDUE for event in step.publish)


def overdue_too(
    steps: Iterable[Applied],
    others: Mapping[UUID, Case],
    *,
    now: datetime,
    name_of: NameOf = unnamed,
) -> tuple[Outgoing, ...]:
    """For the channels of those that follow: that the deadline has passed, where these steps told
    the channel of the case that leads. ``others``: has the cases that follow."""
    return tuple(
        event
        for step in steps
        if hears_of_it(step)
        for one in step.case.merged
        if (case := others.get(one)) is not None
        for event in _overdue(step.case, case, now, name_of)
    )


def overdue_now(
    lead: Case,
    after: Case,
    case: Case,
    others: Mapping[UUID, Case],
    *,
    now: datetime,
    name_of: NameOf = unnamed,
) -> tuple[Outgoing, ...]:
    """For the channels of a group that one more case came to: that the deadline which stands for
    all of them has passed, as far as they were not told when it did.

    Args:
        lead, after: the case that leads, before and after it took over an earlier deadline.
        case: the one that came, as it is by now; its own clock says whether its reporter was told.
        others: has the cases that follow.
    """
    if not _breached(after):
        return ()
    told: list[Outgoing] = []
    if not _breached(lead):
        told += _said(after, after, "", now, name_of)
        for one in lead.merged:
            if (other := others.get(one)) is not None and other.open:
                told += _overdue(after, other, now, name_of)
    if not _breached(case):
        told += _overdue(after, case, now, name_of)
    return tuple(told)


def _breached(case: Case) -> bool:
    clock = case.clock(RESOLUTION.name)
    return clock is not None and clock.open and BREACH in clock.fired


def _overdue(lead: Case, case: Case, now: datetime, name_of: NameOf) -> Iterable[Outgoing]:
    if case.waits_for_lead and follows(case, lead):
        yield from _said(lead, case, f"|{lead.complaint_id}", now, name_of)


def _said(lead: Case, case: Case, cause: str, now: datetime, name_of: NameOf) -> Iterable[Outgoing]:
    clock = lead.clock(RESOLUTION.name)
    if clock is None:
        return
    cause = f"{clock.name}|{clock.start}|{BREACH}{cause}"
    name = name_of(lead.agency) if lead.agency else None
    yield EventWriter(cause, now, ESCALATIONS, case.trace, name_of).say(
        case,
        verbs.OVERDUE,
        case.agency,
        {"agency_name": name, "due_at": clock.due_at},
        id_agency=clock.agency,
    )

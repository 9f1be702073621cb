"""From a decision to the events that carry it: ``routed`` to each agency, or ``triaged``.

Used by the router for a new complaint and by the case consumer for one that is routed
anew, so that both say the same in the same words.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from broker.domain.clocks import SlaCalendar
from broker.domain.routing.decide import Decision, Place, Query
from broker.messaging.event import event
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.complaint import LocationFields, PublicComplaint
from schemas.decision import DecisionRecord
from schemas.envelope import event_type
from schemas.events import SaidData, SubmissionOf
from schemas.identifiers import derived_id, tracking

_NOWHERE: Final[LocationFields] = {}

MOST_RETURNS: Final = 3
"""The third return ends in triage, whatever the rules say."""


class Routable(NamedTuple):
    """A complaint as it may leave the router, and how it got here.

    ``complaint`` holds the fields of the contract as far as anonymity allows. ``cause`` is the
    id of the intake or the update that has it routed; ``hops`` counts how often it was handed
    back, ``previous`` names who did; ``similar``: complaints that seem to be about the same thing.
    """

    complaint_id: UUID
    channel: str
    complaint: PublicComplaint
    cause: str
    received_at: datetime
    hops: int = 0
    previous: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    trace: Mapping[str, str] = MappingProxyType({})
    of: SubmissionOf | None = None
    similar: tuple[UUID, ...] = ()


def query_of(complaint: PublicComplaint) -> Query:
    """What the decision may know of a complaint: never the reporter."""
    location = complaint.get("location", _NOWHERE)
    return Query(
        text=complaint["text"],
        title=complaint.get("title"),
        category=complaint.get("category"),
        agency=complaint.get("agency"),
        place=Place(
            region=location.get("region"),
            district=location.get("district"),
            village=location.get("village"),
            address=location.get("address"),
            latitude=location.get("latitude"),
            longitude=location.get("longitude"),
        ),
        oversight=complaint.get("oversight") is True,
    )


def forward(
    what: Routable,
    decision: Decision,
    clocks: SlaCalendar,
    *,
    source: str,
    now: datetime,
    resolve_by: datetime | None = None,
    conversation: Sequence[SaidData] = (),
) -> tuple[Outgoing, ...]:
    """The events of one decision: the lead's first, then one for each supporting agency.

    Args:
        source: who says it, ``/pintu/router`` or ``/pintu/cases``.
        now: the moment of routing, aware.
        resolve_by: the deadline of a resolution clock that runs already; by default it starts now.
        conversation: what was said in the case so far; a new complaint has none.
    """
    subject = str(what.complaint_id)
    data: dict[str, object] = {
        "complaint_id": subject,
        "tracking": tracking(what.complaint_id),
        "agency": decision.agency,
        "role": "lead",
        "channel": what.channel,
        "complaint": what.complaint,
        "decision": _on_the_wire(decision, what),
        "received_at": what.received_at,
        "routed_at": now,
        "respond_by": None,
        "resolve_by": None,
    }
    if what.of is not None:
        data["of"] = what.of
    if conversation:
        data["conversation"] = conversation
    if decision.agency is None:
        return (_event(what, verbs.TRIAGED, None, subject, data, source, now),)
    data["respond_by"] = clocks.respond_by(now)
    data["resolve_by"] = resolve_by or clocks.resolve_by(
        now, what.complaint.get("classification", "complaint"), decision.oversight
    )
    lead = _event(what, verbs.ROUTED, decision.agency, subject, data, source, now)
    if not decision.supporting:
        return (lead,)
    events = [lead]
    for agency in decision.supporting:
        if agency == decision.agency:
            continue
        # One case, the lead's: a supporting agency has a response clock only.
        theirs = data | {"agency": agency, "role": "supporting", "resolve_by": None}
        events.append(_event(what, verbs.ROUTED, agency, subject, theirs, source, now))
    return tuple(events)


def recorded(decision: Decision, what: Routable) -> DecisionRecord:
    """The decision as it goes into the case, and on the wire."""
    return DecisionRecord(
        rule=decision.rule,
        because=decision.because,
        table=decision.table,
        topic=decision.topic,
        region=decision.region,
        oversight=decision.oversight,
        confidence=decision.confidence,
        alternatives=decision.alternatives,
        hops=what.hops,
        previous=what.previous,
        warnings=(*what.warnings, *decision.warnings),
        similar=what.similar,
    )


def _on_the_wire(decision: Decision, what: Routable) -> dict[str, object]:
    """What ``recorded`` gives, for JSON: a dictionary is made and written in less time."""
    return {
        "rule": decision.rule,
        "because": decision.because,
        "table": decision.table,
        "topic": decision.topic,
        "region": decision.region,
        "oversight": decision.oversight,
        "confidence": decision.confidence,
        "alternatives": decision.alternatives,
        "hops": what.hops,
        "previous": what.previous,
        "warnings": (*what.warnings, *decision.warnings),
        "similar": what.similar,
    }


def _event(
    what: Routable,
    verb: str,
    agency: str | None,
    subject: str,
    data: Mapping[str, object],
    source: str,
    now: datetime,
) -> Outgoing:
    return event(
        verb,
        agency,
        what.channel,
        id=derived_id(what.complaint_id, what.cause, event_type(verb), agency),
        source=source,
        subject=subject,
        time=now,
        data=data,
        trace=what.trace,
    )

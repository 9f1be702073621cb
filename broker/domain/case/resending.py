"""A complaint sent to its agency again, for a queue that was purged or a system that lost it."""

from datetime import datetime

from broker.domain.case.case import Case
from broker.domain.case.events import deadlines
from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.envelope import CASES, envelope, event_type


def resend(case: Case, *, now: datetime) -> Outgoing | None:
    """The standing ``routed`` or ``triaged``, under the id it had, with the deadlines of today.

    None for a closed case, whose complaint is forgotten. The cases take it for the echo it is.
    """
    if case.complaint is None:
        return None
    verb = verbs.ROUTED if case.agency else verbs.TRIAGED
    kind = event_type(verb)
    data = {
        "complaint_id": str(case.complaint_id),
        "tracking": case.tracking,
        "agency": case.agency,
        "role": "lead",
        "channel": case.channel,
        "complaint": case.complaint,
        "decision": case.decision,
        "received_at": case.received_at,
        "routed_at": case.routed_at,
        **deadlines(case),
    }
    return Outgoing(
        exchange=names.EVENTS,
        routing_key=names.event_key(verb, case.agency, case.channel),
        body=envelope(
            id=case.event_id,
            type=kind,
            source=CASES,
            subject=str(case.complaint_id),
            time=now,
            data=data,
        ),
        message_id=case.event_id,
        type=kind,
    )

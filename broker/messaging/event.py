"""The one maker of events: what this system publishes on ``complaints.events``."""

from collections.abc import Mapping
from datetime import datetime

from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas.envelope import envelope, event_type


def event(
    verb: str,
    agency: str | None,
    channel: str,
    *,
    id: str,
    source: str,
    subject: str | None,
    time: datetime,
    data: Mapping[str, object],
    trace: Mapping[str, str],
) -> Outgoing:
    """One event, ready to be published.

    Args:
        verb: what happened, in the past tense (schemas.verbs); with it come type and routing key.
        agency: whom it is for; None is triage, ``names.NOBODY`` nobody.
        channel: which channel hears of it, or ``names.NOBODY``.
        id: derived from its cause (schemas.identifiers.derived_id), so that the same input handled
            twice bears the same id.
        source: ``/pintu/router``, ``/pintu/cases`` or ``/pintu/escalations``.
        subject: the complaint's id, where it is known.
        time: when it is said, aware.
        data: what JSON can carry, and aware datetimes and UUIDs.
        trace: the trace context that it goes on with (broker.messaging.messages.trace_of).
    """
    kind = event_type(verb)
    return Outgoing(
        exchange=names.EVENTS,
        routing_key=names.event_key(verb, agency, channel),
        body=envelope(id=id, type=kind, source=source, subject=subject, time=time, data=data),
        message_id=id,
        type=kind,
        headers=trace,
    )

"""One message of the intake: what it is, and what is to be published because of it. Pure."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from broker.domain.clocks import SlaCalendar
from broker.domain.forwarding import Routable, forward, query_of
from broker.domain.privacy import public_complaint
from broker.domain.routing.decide import Decision, decide
from broker.domain.routing.rules import Rules
from broker.domain.similar import Fingerprint, Words, fingerprint
from broker.messaging import names
from broker.messaging.event import event
from broker.messaging.messages import Incoming, Outgoing, trace_context
from broker.messaging.parking.park import park
from schemas import verbs
from schemas.complaint import PublicComplaint
from schemas.envelope import ROUTER, event_type
from schemas.events import SubmissionOf
from schemas.identifiers import complaint_id, derived_id, tracking
from schemas.limits import MAX_BODY, SUBMISSION_ID
from schemas.submission import NeedsId, Submission, Unusable, read_submission

_REJECTED: Final = event_type(verbs.REJECTED)


class Routed(NamedTuple):
    """A complaint that was decided; ``decision.agency`` is None in triage."""

    submission: Submission
    decision: Decision
    publish: tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that cannot be used, put aside whole; its sender is told."""

    reason: str
    channel: str
    publish: tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True)
class Resent:
    """A complaint without any id, published once more under a fresh one."""

    channel: str
    publish: tuple[Outgoing, ...]


class Decided(NamedTuple):
    """A complaint that was decided, before its events are made.

    So that those about the same thing can be looked for among many at once: that takes less
    time than one by one, between all the rest that a complaint takes.
    """

    submission: Submission
    complaint: PublicComplaint
    decision: Decision
    trace: Mapping[str, str]

    def remembered(self, words_of: Words) -> Fingerprint | None:
        """What may be remembered of it."""
        if self.decision.oversight:
            return None  # what it alleges is nobody's business but the inspectorate's
        return fingerprint(
            self.complaint,
            topic=self.decision.topic,
            agency=self.decision.agency,
            region=self.decision.region,
            words_of=words_of,
        )

    def routed(self, clocks: SlaCalendar, now: datetime, similar: tuple[UUID, ...] = ()) -> Routed:
        """With its events, which name those that are ``similar``, but never itself."""
        reading, decision = self.submission, self.decision
        what = Routable(
            complaint_id=reading.complaint_id,
            channel=reading.channel,
            complaint=self.complaint,
            cause=reading.event_id,
            received_at=now,
            warnings=reading.warnings,
            trace=self.trace,
            of=_submission_of(reading),
            similar=tuple([one for one in similar if one != reading.complaint_id]),
        )
        return Routed(reading, decision, forward(what, decision, clocks, source=ROUTER, now=now))


def handle_intake(
    message: Incoming,
    rules: Rules,
    clocks: SlaCalendar,
    *,
    now: datetime,
    new_id: Callable[[], str],
    repeat: int = 0,
) -> Routed | Parked | Resent:
    """What to do with one delivered message, where nothing similar is looked for.

    Args:
        now: the moment of routing, aware.
        new_id: makes a ``message_id`` that no other message has, for one that came without.
        repeat: how many byte-identical unusable messages came before it in its batch.
    """
    found = decide_intake(message, rules, clocks, now=now, new_id=new_id, repeat=repeat)
    return found.routed(clocks, now) if isinstance(found, Decided) else found


def decide_intake(
    message: Incoming,
    rules: Rules,
    clocks: SlaCalendar,
    *,
    now: datetime,
    new_id: Callable[[], str],
    repeat: int = 0,
) -> Decided | Parked | Resent:
    """The same, before the events of a complaint are made."""
    channel, is_code = names.channel_of(message.routing_key)
    reading = read_submission(
        message.body, message.properties, channel=channel, key_is_code=is_code
    )
    if isinstance(reading, NeedsId):
        return Resent(channel, (_resend(message, new_id()),))
    if isinstance(reading, Unusable):
        return refuse(message, channel, reading, now, repeat)
    complaint = public_complaint(
        reading.data, anonymous=reading.anonymous, confidential=reading.confidential
    )
    decision = decide(query_of(complaint), rules, on=clocks.local_day(now))
    return Decided(reading, complaint, decision, trace_context(message))


def _submission_of(reading: Submission) -> SubmissionOf | None:
    """What its channel knows it by, to go on with the case: never of an anonymous complaint."""
    if reading.anonymous or len(reading.event_id) > SUBMISSION_ID:
        return None
    return {"source": reading.source, "id": reading.event_id}


def refuse(
    message: Incoming, channel: str, why: Unusable, now: datetime, repeat: int = 0
) -> Parked:
    """Park a message and tell its sender: ``complaint.rejected.v1``."""
    subject, cause = _identity(message, why)
    of: dict[str, object] = {"source": why.source, "type": None}
    if not why.anonymous:
        # Both are the adapter's own words: nobody knows of whom they speak.
        of |= {"type": why.event_type, "id": why.event_id}
    data: dict[str, object] = {"reason": why.reason, "detail": why.detail, "of": of}
    known = why.event_id is not None
    if known:
        data |= {"complaint_id": str(subject), "tracking": tracking(subject)}
    event_id = derived_id(subject, f"{cause}|{repeat}" if repeat else cause, _REJECTED, None)
    rejected = event(
        verbs.REJECTED,
        names.NOBODY,
        channel,
        id=event_id,
        source=ROUTER,
        subject=str(subject) if known else None,
        time=now,
        data=data,
        trace=trace_context(message),
    )
    parked = park(message, why.reason, why.detail, now, repeat=repeat)
    return Parked(why.reason, channel, (parked, rejected))


def internal_error(message: Incoming, now: datetime) -> Parked:
    """Park a message on which this program failed: it must not take its neighbours along."""
    channel, _ = names.channel_of(message.routing_key)
    event_id, anonymous = _known_of(message, channel)
    why = Unusable(
        reason="internal-error",
        detail="the router failed on this message; its log says where",
        source=f"/channels/{channel}",
        event_id=event_id,
        event_type=None,
        anonymous=anonymous,
    )
    return refuse(message, channel, why, now)


def _known_of(message: Incoming, channel: str) -> tuple[str | None, bool]:
    """The id, and whether it is anonymous, of a message that may itself break the reader.

    Its sender has to hear which one it was, unless it may be an anonymous complaint.
    """
    try:
        reading = read_submission(message.body, message.properties, channel=channel)
    except Exception:  # it failed just there: nobody knows, so fail closed
        return None, True
    if isinstance(reading, NeedsId):
        return None, True
    return reading.event_id, reading.anonymous


def _identity(message: Incoming, why: Unusable) -> tuple[UUID, str]:
    """Whom a rejection is about: the complaint it would have been, else the bytes themselves."""
    if why.event_id is not None:
        # The same id may come again with another fault: the reason tells the two apart.
        digest = hashlib.sha256(message.body[:MAX_BODY]).hexdigest()
        return complaint_id(why.source, why.event_id), f"{why.event_id}|{why.reason}|{digest}"
    digest = hashlib.sha256(message.body).hexdigest()
    return uuid5(NAMESPACE_URL, f"{why.source}#sha256:{digest}"), digest


def _resend(message: Incoming, fresh_id: str) -> Outgoing:
    headers = dict(trace_context(message))
    for name, value in message.properties.headers.items():
        if name.lower().startswith(("cloudevents_", "cloudevents:")) and isinstance(value, str):
            headers[name] = value
    return Outgoing(
        exchange=names.INTAKE,
        routing_key=message.routing_key,
        body=message.body,
        message_id=fresh_id,
        type=message.properties.type,
        content_type=message.properties.content_type,
        headers=headers,
    )

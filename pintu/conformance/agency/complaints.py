"""The complaints that an agency's system is given: as the router sends them."""

from uuid import UUID, uuid4

from broker.messaging.messages import Outgoing
from pintu.conformance.session import Session
from schemas import verbs
from schemas.identifiers import tracking

CHANNEL = "check"
"""A channel that no configuration has: its events go to nobody else."""
ROUTER = "/pintu/router"
TEXT = "[uji coba] Lampu jalan di depan sekolah mati sudah seminggu."
NOT_THEIRS = "[uji coba] Ini bukan urusan instansi ini: paspor saya hilang di bandara."


def a_complaint(session: Session, purpose: str, *, agency: str | None = None) -> Outgoing:
    """A complaint of which it is the lead; its id is kept under the purpose and "complaint"."""
    return _routed(session, purpose, uuid4(), agency or session.record.code, "lead", TEXT, 0.9)


def not_theirs(session: Session, purpose: str) -> Outgoing:
    """One that is another's business, of which the rules were not sure."""
    return _routed(session, purpose, uuid4(), session.record.code, "lead", NOT_THEIRS, 0.3)


def supported(session: Session, purpose: str) -> tuple[Outgoing, Outgoing]:
    """One that another agency leads, and this one supports."""
    complaint = uuid4()
    lead = _routed(session, "of another", complaint, session.other, "lead", TEXT, 0.9)
    own = _routed(session, purpose, complaint, session.record.code, "supporting", TEXT, 0.7)
    return lead, own


def of_unknown_type(session: Session) -> Outgoing:
    """An event that no contract knows yet."""
    complaint = uuid4()
    data: dict[str, object] = {"complaint_id": str(complaint), "tracking": tracking(complaint)}
    made = session.event(
        verbs.CLOSED,
        str(complaint),
        data,
        agency=session.record.code,
        channel=CHANNEL,
        kind="celebrated",
    )
    session.record.given["unknown"] = made.message_id
    return made


def reminder(session: Session, complaint: str) -> Outgoing:
    """A rung of the ladder, as the escalations fire it."""
    data: dict[str, object] = {
        "complaint_id": complaint,
        "tracking": tracking(UUID(complaint)),
        "agency": session.record.code,
        "clock": "response",
        "start": 1,
        "rung": "reminder",
        "to": "agency",
        "due_at": session.respond_by,
        "fired_at": session.now(),
        "late_seconds": 0.0,
        "policy": {"id": "check", "version": "check"},
        "state": "routed",
    }
    made = session.event(
        verbs.ESCALATED,
        complaint,
        data,
        agency=session.record.code,
        channel=CHANNEL,
        source="/pintu/escalations",
    )
    session.record.given["escalated"] = made.message_id
    return made


def _routed(
    session: Session,
    purpose: str,
    complaint: UUID,
    agency: str,
    role: str,
    text: str,
    confidence: float,
) -> Outgoing:
    now, lead = session.now(), role == "lead"
    data: dict[str, object] = {
        "complaint_id": str(complaint),
        "tracking": tracking(complaint),
        "agency": agency,
        "role": role,
        "channel": CHANNEL,
        "complaint": {"text": text, "classification": "complaint"},
        "decision": {
            "rule": "check",
            "because": "Sebuah uji coba: pintu check mengirimnya.",
            "table": "check",
            "topic": None,
            "region": None,
            "oversight": False,
            "confidence": confidence,
            "alternatives": [],
            "hops": 0,
            "previous": [],
            "warnings": [],
        },
        "received_at": now,
        "routed_at": now,
        "respond_by": session.respond_by,
        "resolve_by": session.resolve_by if lead else None,
        # Whoever reads an event passes over what it does not know.
        "not_in_any_contract": {"yet": True},
    }
    made = session.event(
        verbs.ROUTED, str(complaint), data, agency=agency, channel=CHANNEL, source=ROUTER
    )
    session.record.given |= {purpose: made.message_id, f"{purpose} complaint": str(complaint)}
    return made

"""What this system made of the adapter's complaints: whose they are."""

from pintu.conformance.session import Session
from schemas import verbs


async def first_case(session: Session) -> tuple[str, str | None] | None:
    """The first complaint that began a case, and its agency (None in triage); None where the
    adapter submitted none."""
    record = session.record
    if not await session.until(lambda: bool(_begun(session)), within=min(session.timeout, 10.0)):
        return None
    complaint = _begun(session)[0]
    agencies = [
        one.key.split(".")[1]
        for one in record.events
        if one.verb == verbs.ROUTED
        and one.event.get("subject") == complaint
        and one.data.get("role") == "lead"
    ]
    return complaint, agencies[-1] if agencies else None


async def hand_to_an_agency(session: Session, complaint: str) -> str:
    """Out of triage, as the desk does."""
    await session.speak("desk.check", verbs.ASSIGNED, complaint, agency=session.other)

    def has_it() -> bool:
        return any(
            one.verb == verbs.ROUTED and one.event.get("subject") == complaint
            for one in session.record.events
        )

    await session.until(has_it)
    return session.other


def _begun(session: Session) -> list[str]:
    return [
        str(one.event.get("subject"))
        for one in session.record.events
        if one.verb in (verbs.OPENED, verbs.TRIAGED) and one.key.endswith(f".{session.record.code}")
    ]

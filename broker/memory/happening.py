"""What happened in the cases that a store in memory keeps."""

from datetime import datetime

from broker.memory.kept_cases import KeptCases
from broker.ports import Happened, Moved
from schemas import verbs


def happened(kept: KeptCases, channel: str, since: datetime, until: datetime) -> list[Happened]:
    """In the order in which it was recorded."""
    found = []
    for complaint, case in kept.cases.items():
        if case.channel != channel:
            continue
        if case.closed is not None and case.closed.at < since:
            continue
        unsaid = list(kept.conversation.get(complaint, ()))
        for n, entry in enumerate(kept.history.get(complaint, ())):
            # Whatever was said has a line of its verb and moment.
            said = next((s for s in unsaid if (s.at, s.verb) == (entry.at, entry.what)), None)
            if said is not None:
                unsaid.remove(said)
            if since <= entry.recorded_at < until:
                found.append(Happened(complaint, case.tracking, n, entry, said))
    return sorted(found, key=lambda one: (one.entry.recorded_at, one.complaint_id, one.n))


def moves(kept: KeptCases, since: datetime, until: datetime) -> list[Moved]:
    """Lines that say that a case was not where it belongs, the newest first."""
    found = []
    for complaint, case in kept.cases.items():
        topic: str | None = None
        for entry in kept.history.get(complaint, ()):
            moved = entry.what in (verbs.RETURNED, verbs.ASSIGNED)
            if moved and since <= entry.recorded_at < until:
                found.append(Moved(complaint, case.tracking, entry, topic))
            topic = entry.detail.get("topic") if "rule" in entry.detail else topic
    return sorted(found, key=lambda one: one.entry.recorded_at, reverse=True)

"""What happened in the cases of a channel that a store in memory keeps."""

from datetime import datetime

from broker.memory.kept_cases import KeptCases
from broker.ports import Happened


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

"""What the log says of a change to a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from broker.domain.case import Entry
from broker.messaging.messages import Outgoing


@dataclass(frozen=True, slots=True)
class Line:
    """What the log says of a change: codes, and the id of the event that tells of it.

    ``complaint`` does not stand there: by it the log is sampled.
    """

    what: str
    by: str
    state: str
    agency: str | None
    event_id: str | None
    complaint: UUID

    @classmethod
    def of(cls, entry: Entry, publish: Sequence[Outgoing], complaint: UUID) -> "Line":
        # The desk's name may be a person's.
        by = "desk" if entry.who.startswith("desk.") else entry.who
        told = publish[-1].message_id if publish else None
        return cls(entry.what, by, entry.state_to, entry.agency_to, told, complaint)

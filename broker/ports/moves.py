"""What says that a case was not where it belongs."""

from dataclasses import dataclass
from uuid import UUID

from broker.domain.case import Entry


@dataclass(frozen=True, slots=True)
class Moved:
    """A line ``returned`` or ``assigned`` of a case's history. ``topic``: what the complaint was
    taken to be about by whoever decided before; None where nothing was seen in it."""

    complaint_id: UUID
    tracking: str
    entry: Entry
    topic: str | None

"""What reporter, agencies and desk say in a case, kept with it so that nobody is told twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.complaint import AttachmentFields


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said.

    ``at``: the moment from which it counts; ``by``: the office, ``desk``, ``agency.<code>`` or
    ``channel.<code>``; ``verb``: of the update that said it. ``note``: for everybody in the case;
    ``internal_note``: for agencies and the desk only. What a channel says in an anonymous case is
    masked before it gets here.
    """

    at: datetime
    by: str
    verb: str
    note: str | None = None
    reason: str | None = None
    internal_note: str | None = None
    attachments: Sequence[AttachmentFields] = ()


def office_of(speaker: str) -> str:
    """``desk`` of ``desk.<name>``: which person spoke is in the case's history only."""
    return "desk" if speaker.startswith("desk.") else speaker

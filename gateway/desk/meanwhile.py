"""What happened in a case since somebody looked at it: two people decide on one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broker.domain.case import Case, Entry
from gateway.desk.session import DeskSession
from schemas import verbs

_DECIDES: Final = (
    *(verbs.ASSIGNED, verbs.DISMISSED, verbs.HELD, verbs.RESUMED),
    *(verbs.RETURNED, verbs.REPLIED, verbs.WITHDRAWN, verbs.RESPONDED, verbs.RESOLVED),
)
"""What makes a decision that was thought of before it a decision about another case."""
_NEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Looked:
    """A case as it is now. ``lines``: of its history; ``last``: what of weight happened in it since
    somebody looked, None where nothing did."""

    case: Case
    lines: int
    last: Entry | None


async def look_again(case: Case, seen: int | None, office: DeskSession) -> Looked:
    """``seen``: lines of its history when it was looked at; None: now."""
    lines = await office.store.lines(case.complaint_id)
    new = min(lines - seen, _NEWEST) if seen is not None else 0
    history = await office.store.history(case.complaint_id, new) if new > 0 else []
    return Looked(case, lines, _last_of_weight(history))


def said_already(last: Entry, speaker: str, verb: str, agency: str | None) -> bool:
    """Whether that is the same decision, of the same person: a form that was sent twice."""
    same = (last.who, last.what) == (speaker, verb)
    return same and agency in (None, last.agency_to)


def _last_of_weight(history: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in reversed(history) if entry.what in _DECIDES), None)

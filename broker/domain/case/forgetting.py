"""What of a case goes with its words, and what with its person: values in, values out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from broker.domain.case.case import Case
from broker.domain.case.outcome import Entry
from broker.domain.case.replacing import replace
from broker.messaging import names
from broker.messaging.event import event
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.envelope import CASES, event_type
from schemas.identifiers import derived_id

FORGOTTEN: Final = "forgotten"
"""What the line of a history says of a person who was removed."""

_WORDS: Final = frozenset({"note", "internal_note", "reason", "suggest", "title"})
"""Details of a line that people wrote, and in which a reporter may be named."""


def without_words(case: Case) -> Case:
    """A closed case without complaint, conversation, and what anybody wrote of it.

    Codes, moments and the sentences of this program stay: statistics live on them.
    """
    end = case.closed
    if end is not None and end.how == "dismissed":
        end = replace(end, reason="")
    told = replace(case.decision, because=None)
    return replace(case, complaint=None, conversation=(), decision=told, closed=end)


def without_person(case: Case) -> Case:
    """The same without what leads elsewhere to whoever wrote it: its id at its channel, the
    complaints before and after it, and the trace under which it came in."""
    case = without_words(case)
    return replace(
        case, of=None, follows=None, followed_by=(), trace={}, merged_into=None, merged=()
    )


def forgotten(case: Case, *, by: str, reason: str | None, at: datetime) -> Outgoing:
    """The event for the audit trail alone: a replay of it removes the person again.

    ``by``: the name at the desk; ``at``: the moment of the line in the history.
    """
    return event(
        verbs.FORGOTTEN,
        names.NOBODY,
        names.NOBODY,
        id=derived_id(case.complaint_id, at.isoformat(), event_type(verbs.FORGOTTEN), None),
        source=CASES,
        subject=str(case.complaint_id),
        time=at,
        data={
            "complaint_id": str(case.complaint_id),
            "tracking": case.tracking,
            "by": by,
            "reason": reason,
        },
        trace={},
    )


def forgotten_line(case: Case, *, by: str, reason: str | None, at: datetime) -> Entry:
    """The line of the history that says so."""
    return Entry(
        at=at,
        recorded_at=at,
        who=f"desk.{by}",
        what=FORGOTTEN,
        state_from=case.state,
        state_to=case.state,
        agency_from=case.agency,
        agency_to=case.agency,
        detail={"why": reason} if reason else {},
    )


def wordless(line: Entry) -> Entry:
    """A line of the history without what people wrote; its codes stay."""
    return replace(line, detail=_wordless(line.detail)) if _WORDS & line.detail.keys() else line


def _wordless(detail: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in detail.items() if name not in _WORDS}

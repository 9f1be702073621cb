"""Lines of a case's history, written against the case as it was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case.case import Case
from broker.domain.case.outcome import Entry
from schemas.decision import DecisionRecord
from schemas.updates import Update

_NOTE: Final = 2_000  # characters of a note


@dataclass(frozen=True, slots=True)
class History:
    """Who does it, when it is handled, and the case before (None: it begins)."""

    now: datetime
    who: str
    before: Case | None

    def line(
        self, after: Case, what: str, at: datetime, detail: Mapping[str, object] | None = None
    ) -> tuple[Entry, ...]:
        """The one line of a step."""
        return (
            Entry(
                at=at,
                recorded_at=self.now,
                who=self.who,
                what=what,
                state_from=self.before.state if self.before else None,
                state_to=after.state,
                agency_from=self.before.agency if self.before else None,
                agency_to=after.agency,
                detail={k: v for k, v in (detail or {}).items() if v is not None},
            ),
        )


def brief(decision: DecisionRecord) -> dict[str, object]:
    """What of a decision goes into the history."""
    return {
        "rule": decision.rule,
        "table": decision.table,
        "topic": decision.topic,
        "confidence": decision.confidence,
    }


def note_of(update: Update) -> str | None:
    """What an agency or the desk noted; not what the reporter wrote, which ends with the case."""
    note = update.data.get("note")
    if update.who == "channel" or not isinstance(note, str):
        return None
    return note.strip()[:_NOTE] or None

"""What is remembered of every learning: figures and names, no word of a complaint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pintu.rules.renewing.choosing import Reason

What = Literal["installed", "kept", "failed", "found", "back"]
FINISHED = ("installed", "kept")


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is known of earlier labels: days whose labels were doubted and nobody has confirmed,
    and the day from which on a change of labels was confirmed by a person."""

    days: Sequence[tuple[date, date]] = ()
    confirmed_from: date | None = None


NO_DOUBTS: Final = Doubts()


class Figures(BaseModel):
    """Of one side on the newest rows: routed by itself, of these rightly, right agency first."""

    model_config = ConfigDict(frozen=True)
    routed: int
    routed_right: int
    first_right: int


class Record(BaseModel):
    """A line of the log. `id`: what it is kept under, empty where nothing is; `before`: what was in
    force until then, empty where there was nothing; `model`: the first digits of its digest.

    `what`: a candidate was `installed` or `kept` aside; learning `failed`; something that nobody
    had recorded was `found` in force; a person took an earlier one `back`.
    """

    model_config = ConfigDict(frozen=True)
    at: datetime
    what: What
    id: str = ""
    before: str = ""
    model: str = ""
    reason: Reason | Literal["interrupted", ""] = ""
    detail: str = ""
    rows: int = 0
    left_out: int = 0
    newest: int = 0
    newest_from: date | None = None
    newest_to: date | None = None
    asked: float = 0.0
    departure: float = 0.0
    gained: int = 0
    lost: int = 0
    old: Figures | None = None
    new: Figures | None = None


def read_records(lines: Iterable[str]) -> list[Record]:
    """A line that was cut off, or that another version wrote, is passed over."""
    found = []
    for line in lines:
        try:
            found.append(Record.model_validate_json(line))
        except ValidationError:
            continue
    return found


def last_learned(records: Sequence[Record]) -> Record | None:
    """The last learning that came to an end, whatever its outcome."""
    return next((one for one in reversed(records) if one.what in FINISHED), None)


def before_of(records: Sequence[Record], id: str) -> str | None:
    """What was in force before `id` was put in force the last time; None: not known."""
    changes = [one for one in records if one.what in ("installed", "back") and one.id == id]
    return changes[-1].before if changes else None


def doubts_of(records: Sequence[Record]) -> Doubts:
    """Days whose labels were doubted, unless a person put that learning in force all the same."""
    confirmed = believed(records)
    doubted = [r for r in records if r.reason == "labels" and r.newest_from and r.newest_to]
    days = [(r.newest_from, r.newest_to) for r in doubted if r.id not in confirmed]
    starts = [r.newest_from for r in doubted if r.id in confirmed and r.newest_from]
    return Doubts([(start, end) for start, end in days if start and end], max(starts, default=None))


def believed(records: Iterable[Record]) -> set[str]:
    """Learnings that a person put in force."""
    return {one.id for one in records if one.what == "back" and one.id}

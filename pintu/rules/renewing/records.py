"""What is remembered of every learning: figures and names, no word of a complaint."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pintu.rules.renewing.choosing import Reason, Side
from pintu.rules.renewing.renewal import Doubts, Renewal
from pintu.rules.renewing.stretches import days_of

What = Literal["installed", "kept", "failed", "found", "back"]
FINISHED = ("installed", "kept")


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


def record_of(found: Renewal, *, at: datetime, id: str, before: str, model: str) -> Record:
    """What is remembered of a learning; `installed` says what is meant to follow."""
    days, trial = days_of(found.stretches.newest), found.trial
    return Record(
        at=at,
        what="installed" if found.better else "kept",
        id=id,
        before=before,
        model=model,
        reason=found.reason,
        rows=found.rows,
        left_out=found.left_out,
        newest=len(found.stretches.newest),
        newest_from=days[0] if days else None,
        newest_to=days[1] if days else None,
        asked=found.asked,
        departure=round(found.departure, 4),
        gained=trial.gained if trial else 0,
        lost=trial.lost if trial else 0,
        old=_figures(trial.old) if trial else None,
        new=_figures(trial.new) if trial else None,
    )


def _figures(side: Side) -> Figures:
    return Figures(routed=side.routed, routed_right=side.routed_right, first_right=side.first_right)


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
    believed = {one.id for one in records if one.what == "back" and one.id}
    doubted = [r for r in records if r.reason == "labels" and r.newest_from and r.newest_to]
    days = [(r.newest_from, r.newest_to) for r in doubted if r.id not in believed]
    starts = [r.newest_from for r in doubted if r.id in believed and r.newest_from]
    return Doubts([(start, end) for start, end in days if start and end], max(starts, default=None))

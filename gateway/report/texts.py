"""What people write in a report: findings, problems, recommendations, and what is to be done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from orjson import dumps, loads

from broker.ports import ReportText, ReportTexts
from config.language import marked
from gateway.report.periods import Period

Field = Literal["findings", "problems", "recommendations", "plan", "last_plan"]
FIELDS: Final[dict[Field, str]] = {
    "findings": marked("Findings"),
    "problems": marked("Problems"),
    "recommendations": marked("Recommendations"),
    "plan": marked("Action plan"),
    "last_plan": marked("State of the last action plan"),
}
WITH_ITEMS: Final = ("plan", "last_plan")
LONGEST: Final = 10_000
LONGEST_CELL: Final = 300
MOST_ITEMS: Final = 10
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is to be done: what, by whom, by when, and how far it is."""

    what: str
    who: str = ""
    by_when: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it stands. ``n``: the number of its version, 0 before the first; ``items``: of a
    plan, whose ``text`` is empty."""

    text: str = ""
    items: tuple[Item, ...] = ()
    n: int = 0
    by: str | None = None
    at: datetime | None = None


Texts = Mapping[Field, Written]


async def texts_of(store: ReportTexts, period: Period) -> Texts:
    """All texts of a period. Of the plan of the period before what is not yet said stands open."""
    before = period.before.key
    kept = {(one.period, one.field): one for one in await store.texts([period.key, before])}
    found = {field: written(kept.get((period.key, field)), field) for field in FIELDS}
    if not found["last_plan"].n and (earlier := kept.get((before, "plan"))) is not None:
        found["last_plan"] = Written(items=written(earlier, "plan").items)
    return found


def written(version: ReportText | None, field: Field) -> Written:
    """A version as it is shown."""
    if version is None:
        return Written()
    if field not in WITH_ITEMS:
        return Written(version.text, (), version.n, version.by, version.at)
    items = tuple(Item(*(str(cell) for cell in row)) for row in loads(version.text))
    return Written("", items, version.n, version.by, version.at)


async def write(
    store: ReportTexts,
    period: Period,
    field: Field,
    value: str | Sequence[Item],
    *,
    after: int,
    by: str,
    at: datetime,
) -> bool:
    """Keep a version after the one that the writer saw; False where somebody else wrote since."""
    text = (
        clean(value) if isinstance(value, str) else dumps([_row(item) for item in value]).decode()
    )
    return await store.write(ReportText(period.key, field, after + 1, text, by, at))


def clean(text: str, most: int = LONGEST) -> str:
    """Text as it is kept: no control characters, lines as they were written."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()[:most]


def _row(item: Item) -> list[str]:
    return [clean(cell, LONGEST_CELL) for cell in (item.what, item.who, item.by_when, item.state)]

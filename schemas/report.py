"""The evaluation for leaders as JSON: ``pintu report --json`` and ``/laporan/unduh.json``."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ShareData(_Model):
    """A part of something."""

    part: int
    of: int
    percent: float | None = Field(description="null where `of` is under 10")


class DaysData(_Model):
    """Working days of so many cases."""

    mean: float | None
    median: float | None
    count: int


class NamedData(_Model):
    """A code with what people call it."""

    code: str
    name: str


class HiddenData(_Model):
    """A count by which a person could be recognised."""

    hidden: Literal[True] = True


CellData = Annotated[
    ShareData | DaysData | NamedData | HiddenData | int | float | str | None,
    Field(union_mode="left_to_right"),
]


class FigureData(_Model):
    id: str = Field(description="its name in the table of definitions")
    title: str
    value: CellData
    before: CellData = Field(description="in the period before; null where it is not compared")


class TableData(_Model):
    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, CellData], ...] = Field(description="cells by the id of their column")
    note: str | None


class SectionData(_Model):
    number: Annotated[int, Field(ge=1, le=13)]
    id: str
    title: str
    figures: tuple[FigureData, ...]
    tables: tuple[TableData, ...]


class PlanItemData(_Model):
    """One thing that is to be done."""

    what: str
    who: str
    by_when: str
    state: str = Field(description="of an item of the period before: how far it is")


class TextData(_Model):
    """What somebody wrote in the report."""

    text: str
    items: tuple[PlanItemData, ...]
    by: str | None
    at: datetime | None


class PeriodData(_Model):
    key: str = Field(description="2026-10, 2026-Q3, 2026-H1, 2026, or both days")
    first: date
    last: date


class ReportData(_Model):
    """The report of a period."""

    version: Literal[1] = 1
    region: str
    period: PeriodData
    as_of: datetime
    complete: bool = Field(description="whether no closed case of the period was removed yet")
    complete_from: date
    sections: tuple[SectionData, ...]
    texts: dict[str, TextData] = Field(
        description="findings, problems, recommendations, plan, last_plan"
    )

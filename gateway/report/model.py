"""A report as values: sections of figures and tables, in no language and no format yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from gateway.report.periods import Period

LEAST: Final = 10
"""The smallest denominator of a percentage: below it the counts alone say something."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of something. ``share`` is None where that is too few for a percentage."""

    part: int
    of: int

    @property
    def share(self) -> float | None:
        return self.part / self.of if self.of >= LEAST else None


@dataclass(frozen=True, slots=True)
class Days:
    """Working days of ``count`` cases; None of none."""

    mean: float | None
    median: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Named:
    """A code with what people call it; ``said``: the name is a sentence of the catalogue."""

    code: str
    name: str
    said: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """A count that is not shown: a person could be recognised by it."""


HIDDEN: Final = Hidden()
Cell = int | float | str | date | Share | Days | Named | Hidden | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``id`` is its name for programs and in the table of definitions."""

    id: str
    title: str
    value: Cell
    before: Cell = None
    """The same in the period before, where that can be compared."""


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Table:
    """``note``: a sentence under it; ``bars``: the column that a picture shows."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None
    bars: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """``number``: from 1 to 13; ``notes``: sentences before its tables."""

    number: int
    id: str
    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """``region``: whose; ``as_of``: when the store was read; ``complete_from``: of earlier days
    closed cases were removed by then."""

    region: str
    period: Period
    as_of: datetime
    complete_from: date
    complete: bool
    sections: tuple[Section, ...] = field(default=())

    def section(self, id: str) -> Section:
        """The one of that name. Raises KeyError."""
        for one in self.sections:
            if one.id == id:
                return one
        raise KeyError(id)


def columns(*named: tuple[str, str]) -> tuple[Column, ...]:
    """Columns by id and title."""
    return tuple(Column(id, title) for id, title in named)


def days_of(counts: "dict[int, int]") -> Days:
    """Mean and median of days by how often they were."""
    count = sum(counts.values())
    if not count:
        return Days(None, None, 0)
    mean = sum(days * times for days, times in counts.items()) / count
    ordered: Sequence[int] = sorted(counts)
    middle = [(count - 1) // 2, count // 2]
    found, passed = [], 0
    for days in ordered:
        passed += counts[days]
        while middle and middle[0] < passed:
            found.append(days)
            middle.pop(0)
    return Days(round(mean, 2), sum(found) / 2, count)

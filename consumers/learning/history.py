"""Reads labelled history: a CSV file of complaints with the agency that dealt with each."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from broker.domain.errors import BadConfiguration
from consumers.csv_rows import MAX_CELL
from consumers.evaluating.history import COLUMNS

NAMED = 5  # bad rows that are named; the others are only counted


class BadHistory(BadConfiguration):
    """The file cannot be learned from; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A complaint and who dealt with it, as written; empty cells are None."""

    text: str
    agency: str
    address: str | None = None
    district: str | None = None
    village: str | None = None
    topic: str | None = None
    reported_at: datetime | None = None


@dataclass(slots=True)
class History:
    """`rows` in order of time where every row has one (`timed`), else as in the file. `bad`: rows
    left out, by what is wrong with them, with the lines of the first."""

    rows: list[Row] = field(default_factory=list)
    timed: bool = False
    bad: dict[str, list[int]] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """How many rows could not be used."""
        return sum(map(len, self.bad.values()))


def read_history(file: Path) -> History:
    """Raises `BadHistory` where nothing can be read; a bad row is left out and counted."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadHistory(f"{file}: cannot be read: {error.strerror}") from None
    history = History()
    reader = csv.reader(io.StringIO(_decoded(content, file), newline=""))
    csv.field_size_limit(MAX_CELL)
    at = _columns(next(_rows(reader, file), None), file)
    without_time = 0
    for cells in _rows(reader, file):
        if not any(cell.strip() for cell in cells):
            continue
        row = _row(cells, at, reader.line_num, history)
        if row is not None:
            without_time += row.reported_at is None
            history.rows.append(row)
    history.timed = bool(history.rows) and not without_time
    if history.timed:
        history.rows.sort(key=lambda row: row.reported_at or datetime.min)
    elif without_time < len(history.rows):
        history.bad["no usable reported_at: the order of the file counts instead"] = []
    return history


def _decoded(content: bytes, file: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadHistory(f"{file}: line {line} is not UTF-8; save the file as UTF-8") from None


def _rows(reader: Iterator[list[str]], file: Path) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise BadHistory(f"{file}: line {line} is not CSV: {error}") from None


def _columns(header: list[str] | None, file: Path) -> dict[str, int]:
    if header is None:
        raise BadHistory(f"{file}: is empty; the first row names the columns: {', '.join(COLUMNS)}")
    names = [name.strip().lower() for name in header]
    missing = [name for name in ("text", "agency") if name not in names]
    if missing:
        raise BadHistory(
            f"{file}: has no column {' and none called '.join(missing)}, only "
            f"{', '.join(header)[:200]}; text and agency are required"
        )
    return {name: names.index(name) for name in COLUMNS if name in names}


def _row(cells: list[str], at: dict[str, int], line: int, history: History) -> Row | None:
    def cell(name: str) -> str | None:
        index = at.get(name, len(cells))
        return (cells[index].strip() or None) if index < len(cells) else None

    text, agency = cell("text"), cell("agency")
    if len(cells) <= max(at["text"], at["agency"]):
        history.bad.setdefault("too few columns", []).append(line)
    elif text is None:
        history.bad.setdefault("no text", []).append(line)
    elif agency is None:
        history.bad.setdefault("no agency", []).append(line)
    else:
        places = cell("address"), cell("district"), cell("village")
        return Row(text, agency, *places, cell("topic"), _moment(cell("reported_at")))
    return None


def _moment(written: str | None) -> datetime | None:
    """A moment without its zone: only the order counts."""
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None

"""Reads labelled history: a CSV file of complaints with the agency that dealt with each."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from broker.errors import BadConfiguration
from config.files import open_rows
from config.foreign import told
from config.language import gettext, worded
from gateway.text.csv_rows import BadRow, CsvRows
from gateway.text.formulas import restored
from pintu.rules.evaluating.history import COLUMNS

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
    id: str | None = None
    """Of the case, where `pintu rules history` gave one."""


@dataclass(slots=True)
class History:
    """`rows` in order of time where every row has one (`timed`), else as in the file. `bad`: rows
    left out, by what is wrong with them, with their lines. `untimed`: lines of the rows without a
    usable time, where the history has times at all."""

    rows: list[Row] = field(default_factory=list)
    timed: bool = False
    bad: dict[str, list[int]] = field(default_factory=dict)
    untimed: list[int] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many rows could not be used."""
        return sum(map(len, self.bad.values()))


def read_history(file: Path) -> History:
    """Raises `BadHistory` where the file cannot be read; a bad row is left out and counted."""
    history = History()
    has_times = False
    try:
        with open_rows(file) as incoming:
            rows = CsvRows(incoming, lenient=True)
            at = rows.columns((*COLUMNS, "id"), ("text", "agency"))
            for one in rows:
                if not any(cell.strip() for cell in one.cells):
                    continue
                row = _row(one.cells, at, one.line, history)
                if row is not None:
                    has_times = has_times or bool(_cell(one.cells, at, "reported_at"))
                    if row.reported_at is None:
                        history.untimed.append(one.line)
                    history.rows.append(row)
    except OSError as error:
        raise BadHistory(
            worded("{file}: cannot be read: {strerror}", file=file, strerror=told(error.strerror))
        ) from None
    except BadRow as error:
        raise BadHistory(f"{file}: {error}") from None
    history.timed = bool(history.rows) and not history.untimed
    if history.timed:
        history.rows.sort(key=lambda row: row.reported_at or datetime.min)
    elif not has_times:
        history.untimed.clear()
    return history


def _row(cells: list[str], at: dict[str, int], line: int, history: History) -> Row | None:
    def cell(name: str) -> str | None:
        return _cell(cells, at, name)

    text, agency = cell("text"), cell("agency")
    if len(cells) <= max(at["text"], at["agency"]):
        history.bad.setdefault(gettext("too few columns"), []).append(line)
    elif text is None:
        history.bad.setdefault(gettext("no text"), []).append(line)
    elif agency is None:
        history.bad.setdefault(gettext("no agency"), []).append(line)
    else:
        places = cell("address"), cell("district"), cell("village")
        moment = moment_of(cell("reported_at"))
        return Row(text, agency, *places, cell("topic"), moment, cell("id"))
    return None


def _cell(cells: list[str], at: dict[str, int], name: str) -> str | None:
    index = at.get(name, len(cells))
    return (restored(cells[index]).strip() or None) if index < len(cells) else None


def moment_of(written: str | None) -> datetime | None:
    """A moment without its zone: only the order counts."""
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None

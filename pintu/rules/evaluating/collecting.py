"""Labelled history out of the case store, as a stream of rows or into a file that grows."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, TextIO

from broker.domain.case import Case
from broker.domain.clocks import WorkingCalendar
from broker.domain.routing.rules import Rules
from broker.ports import CaseStore
from config.files import replaced
from config.language import worded
from gateway.text.csv_rows import BadRow, CsvRows, csv_line
from gateway.text.formulas import Guard, restored
from pintu.rules.evaluating.labels import COLUMNS, Labelled, Unlabelled, labelled

_ALL: Final = 1 << 62
HEADER: Final = csv_line(COLUMNS)


@dataclass(slots=True)
class Collected:
    """``sources``: rows by what vouches for them; ``left_out``: cases by why; ``kept``: rows that
    were in the file before and stay."""

    sources: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Collector:
    """What is asked for; ``since`` and ``until`` are local days on which a complaint was
    received, both included."""

    store: CaseStore
    rules: Rules
    calendar: WorkingCalendar
    since: date | None = None
    until: date | None = None
    acknowledged: bool = False
    guard: Guard = field(default_factory=Guard)

    async def rows(self) -> AsyncIterator[Labelled | Unlabelled]:
        """Of every open case, oldest first; read page by page."""
        async for case in self.store.listed(most=_ALL):
            if self._asked_for(case):
                yield labelled(case, self.rules, self.calendar, acknowledged=self.acknowledged)

    async def write(self, write: Callable[[str], object]) -> Collected:
        """The whole of it as CSV lines."""
        done = Collected()
        write(HEADER)
        async for row in self.rows():
            self._put(row, write, done)
        return done

    async def add_to(self, file: Path) -> Collected:
        """Into a file: a complaint that is in it already gets the row that it deserves now, or
        none where its agency handed it back; all others stay. The file changes whole or not.

        Raises:
            BadRow: the file is there and was not made by this.
            OSError: it cannot be read or written.
        """
        done = Collected()
        seen: set[int] = set()
        with replaced(file, keeps_mode=True) as outgoing:
            outgoing.write(HEADER)
            async for row in self.rows():
                seen.add(_key(row.id))
                self._put(row, outgoing.write, done)
            if file.exists():
                self._keep(file, outgoing, seen, done)
        return done

    def _asked_for(self, case: Case) -> bool:
        day = self.calendar.local_day(case.received_at)
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )

    def _put(
        self, row: Labelled | Unlabelled, write: Callable[[str], object], done: Collected
    ) -> None:
        if isinstance(row, Unlabelled):
            done.left_out[row.why] += 1
        else:
            write(csv_line(self.guard.row(row)))
            done.sources[row.source] += 1

    def _keep(self, file: Path, outgoing: TextIO, seen: set[int], done: Collected) -> None:
        with file.open("rb") as incoming:
            rows = CsvRows(incoming)
            if tuple(rows.header) != COLUMNS:
                raise BadRow(
                    worded(
                        "has not the columns {columns}: choose another file",
                        columns=", ".join(COLUMNS),
                    )
                )
            for row in rows:
                if _key(row.cells[-1]) not in seen:
                    cells = [restored(cell) for cell in row.cells]
                    outgoing.write(csv_line(self.guard.row(cells)))
                    done.kept += 1


def forget_row(file: Path, id: str) -> bool:
    """Take a case's row out of such a file; whether there was one. The file changes whole.

    Raises:
        BadRow, OSError: it cannot be read or written; it is as it was.
    """
    with file.open("rb") as incoming:
        rows = CsvRows(incoming)
        at = rows.columns(("id",), ("id",))["id"]
        lines = [row.cells for row in rows]
        header = csv_line(tuple(rows.header))
    kept = [cells for cells in lines if _key(cells[at]) != _key(id)]
    if len(kept) == len(lines):
        return False
    with replaced(file, keeps_mode=True) as outgoing:
        outgoing.write(header)
        outgoing.writelines(csv_line(cells) for cells in kept)
    return True


def _key(id: str) -> int:
    """Small: there may be hundreds of thousands."""
    try:
        return int(id, 16)
    except ValueError:
        return -1

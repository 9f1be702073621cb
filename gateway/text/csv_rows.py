"""The rows of a CSV file of complaints, strictly: what is wrong with one is said with its number.

In UTF-8, with or without a byte order mark; comma, semicolon or tab, whichever the header has most
of. For whoever wants the whole file or none of it, or, with `lenient`, what can be read of it.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from config.csv_file import BadFile, BrokenRow, CsvReader, CsvRow, lines_of
from config.language import gettext, worded
from gateway.text.header import names_told
from schemas.limits import CELL_CHARACTERS, COLUMNS, LINE_BYTES


def csv_line(cells: Iterable[str], delimiter: str = ",") -> str:
    """One row as it is written, with a line feed at its end."""
    row = io.StringIO(newline="")
    # With a line feed alone as the end of lines, the csv module does not quote carriage returns.
    csv.writer(row, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return row.getvalue()[:-2] + "\n"


class BadRow(BadFile):
    """The file cannot be read as asked; the message says where (the header is row 1)."""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts the rows, the header being 1; ``line`` is the last line of the row."""

    number: int
    line: int
    cells: list[str]


class CsvRows:
    """The rows after the header, which is read at once; empty ones are passed over.

    ``lenient``: rows with more or fewer columns than the header are given as they are, and a stray
    quotation mark is no error.

    Raises:
        BadRow: on making it, the file is empty; on reading, a row is not UTF-8, not CSV, or has
            not as many columns as the header.
    """

    def __init__(self, incoming: BinaryIO, *, lenient: bool = False) -> None:
        self._lenient = lenient
        try:
            reader = CsvReader(
                lines_of(incoming, LINE_BYTES), longest_cell=CELL_CHARACTERS, strict=not lenient
            )
            self._rows = _readable(reader)
            header = next(self._rows, None)
        except BadRow:
            raise
        except BadFile as error:
            raise BadRow(str(error)) from None
        self.delimiter = reader.delimiter
        if header is None:
            raise BadRow(gettext("is empty; the first row names the columns, one of them text"))
        if len(header.cells) > COLUMNS:
            what = worded(
                "has {cells:,} columns, more than {columns:,}: is it the header?",
                cells=len(header.cells),
                columns=COLUMNS,
            )
            raise BadRow(worded("row 1 (line {line}) {what}", line=header.line, what=what))
        self.header = header.cells

    def columns(self, known: Collection[str], required: Sequence[str]) -> dict[str, int]:
        """Where each known column is; names count without regard to case.

        Raises:
            BadRow: a required one is not there.
        """
        names = [name.strip().lower() for name in self.header]
        for name in required:
            if name not in names:
                raise BadRow(
                    worded(
                        "row 1 has no column {name}, only {names_told}",
                        name=name,
                        names_told=names_told(self.header),
                    )
                )
        return {name: names.index(name) for name in known if name in names}

    def __iter__(self) -> Iterator[Row]:
        try:
            for row in self._rows:
                if len(row.cells) != len(self.header) and not self._lenient:
                    what = worded(
                        "has {cells} columns, the header {header}",
                        cells=len(row.cells),
                        header=len(self.header),
                    )
                    raise BadRow(
                        worded(
                            "row {number} (line {line}) {what}",
                            number=row.number,
                            line=row.line,
                            what=what,
                        )
                    )
                yield row
        except BadRow:
            raise
        except BadFile as error:
            raise BadRow(str(error)) from None


def _readable(rows: Iterable[CsvRow | BrokenRow]) -> Iterator[Row]:
    """Raises BadRow at the first row that cannot be read."""
    for row in rows:
        if row.not_utf8:
            raise BadRow(
                worded(
                    "row {number} (line {not_utf8}) is not UTF-8",
                    number=row.number,
                    not_utf8=row.not_utf8,
                )
            )
        if isinstance(row, BrokenRow):
            raise BadRow(
                worded(
                    "row {number} (line {last}) is not CSV: {why}",
                    number=row.number,
                    last=row.last,
                    why=row.why,
                )
            )
        yield Row(row.number, row.last, row.cells)

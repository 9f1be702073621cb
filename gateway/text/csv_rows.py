"""A CSV file row by row, strictly: what is wrong with one is said with its number.

RFC 4180 in UTF-8, with or without a byte order mark; comma, semicolon or tab, whichever the
header has most of. For whoever wants the whole file or none of it, or, with `lenient`, what can
be read of it; what is published is read by `pintu.publishing`, which goes on after a bad row.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

from schemas.limits import CELL_CHARACTERS, COLUMNS, LINE_BYTES

DELIMITERS: Final = ",;\t"
_BLANK_LINES: Final = 10_000  # before the header; memory for them is not without end


def csv_line(cells: Iterable[str], delimiter: str = ",") -> str:
    """One row as it is written, with a line feed at its end."""
    row = io.StringIO(newline="")
    # With a line feed alone as the end of lines, the csv module does not quote carriage returns.
    csv.writer(row, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return row.getvalue()[:-2] + "\n"


class BadRow(Exception):
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
        csv.field_size_limit(CELL_CHARACTERS)
        self._lines = incoming
        head: list[bytes] = []
        while line := self._line():
            head.append(line)
            if line.strip() or len(head) > _BLANK_LINES:
                break
        shown = head[-1].decode("utf-8", "replace") if head else ""
        self.delimiter = max(DELIMITERS, key=shown.count)
        self._lenient = lenient
        self._reader = csv.reader(self._texts(head), delimiter=self.delimiter, strict=not lenient)
        self._number = 0
        self.header: list[str] = []
        header = self._next()
        if header is None:
            raise BadRow("is empty; the first row names the columns, one of them text")
        if len(header.cells) > COLUMNS:
            what = f"has {len(header.cells):,} columns, more than {COLUMNS:,}: is it the header?"
            raise BadRow(f"row 1 (line {header.line}) {what}")
        self.header = header.cells

    def columns(self, known: Collection[str], required: Sequence[str]) -> dict[str, int]:
        """Where each known column is; names count without regard to case.

        Raises:
            BadRow: a required one is not there.
        """
        names = [name.strip().lower() for name in self.header]
        for name in required:
            if name not in names:
                raise BadRow(f"row 1 has no column {name}, only {', '.join(self.header)[:200]}")
        return {name: names.index(name) for name in known if name in names}

    def __iter__(self) -> Iterator[Row]:
        while (row := self._next()) is not None:
            yield row

    def _next(self) -> Row | None:
        reader = self._reader
        while True:
            self._number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return None
            except UnicodeDecodeError:
                raise BadRow(
                    f"row {self._number} (line {reader.line_num + 1}) is not UTF-8"
                ) from None
            except csv.Error as error:
                where = f"row {self._number} (line {reader.line_num})"
                raise BadRow(f"{where} is not CSV: {error}") from None
            if not cells:
                continue
            row = Row(self._number, reader.line_num, cells)
            if self.header and len(cells) != len(self.header) and not self._lenient:
                what = f"has {len(cells)} columns, the header {len(self.header)}"
                raise BadRow(f"row {row.number} (line {row.line}) {what}")
            return row

    def _line(self) -> bytes:
        line = self._lines.readline(LINE_BYTES + 1)
        if len(line) > LINE_BYTES:
            raise BadRow(f"has a line of more than {LINE_BYTES:,} bytes: is it a CSV file?")
        return line

    def _texts(self, head: Sequence[bytes]) -> Iterator[str]:
        for number, line in enumerate(chain(head, iter(self._line, b""))):
            yield line.decode("utf-8" if number else "utf-8-sig")

"""CSV (RFC 4180) row by row, each row with its place: the one reader of every CSV file.

A row that cannot be read is a value too, and what follows it is read on. Whoever wants the whole
file or none of it stops there; whoever publishes a file tells of it and goes on.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

from config.language import gettext, worded

DELIMITERS: Final = ",;\t"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadFile(Exception):
    """The file as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` counts from 1; ``end`` is the offset in bytes of what follows the line."""

    number: int
    raw: bytes
    end: int


@dataclass(frozen=True, slots=True)
class CsvRow:
    """Cells, and where they stand.

    ``number`` counts the rows, empty ones too, the header being 1; ``first`` and ``last`` are the
    lines that it goes over, ``end`` the offset in bytes of what follows. ``not_utf8`` is the first
    of these lines that is not UTF-8 (the cells are then as they came, as surrogates), 0 where all
    are.
    """

    number: int
    first: int
    last: int
    end: int
    cells: list[str]
    not_utf8: int


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """Lines that are no row of CSV, and why."""

    number: int
    first: int
    last: int
    end: int
    why: str
    not_utf8: int


def lines_of(stream: BinaryIO, longest: int, *, cut: bool = False) -> Iterator[Line]:
    """The lines with their ends, the byte order mark taken off.

    Args:
        stream: from its beginning.
        longest: bytes of a line that are held.
        cut: of a longer line so many bytes are given and the others passed over; else it is an
            error.

    Raises:
        BadFile: the file is UTF-16, or a line is too long.
    """
    number = end = 0
    while raw := stream.readline(longest if cut else longest + 1):
        number += 1
        end += len(raw)
        if number == 1:
            if raw.startswith(_WIDE):
                raise BadFile(gettext("is UTF-16; save it as UTF-8"))
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) > longest:
            raise BadFile(
                worded(
                    "has a line of more than {longest:,} bytes: is it a CSV file?", longest=longest
                )
            )
        rest = raw
        while cut and len(rest) == longest and not rest.endswith(b"\n"):
            rest = stream.readline(longest)
            end += len(rest)
        yield Line(number, raw, end)


class CsvReader:
    """The rows of a file, empty ones passed over; the first is the header.

    Args:
        lines: of the file; memory is bounded by what they are.
        longest_cell: characters; a longer cell breaks its row, so that a quotation mark that is
            not closed does not swallow the file.
        delimiters: the one is taken that the first line has most of.
        strict: a stray quotation mark breaks its row.
    """

    def __init__(
        self,
        lines: Iterator[Line],
        *,
        longest_cell: int,
        delimiters: str = DELIMITERS,
        strict: bool = True,
    ) -> None:
        self._longest_cell = longest_cell
        self._not_utf8 = self._first = 0
        first = next((line for line in lines if line.raw.strip()), None)
        self.delimiter = delimiters[0]
        if first is not None:
            lines = chain([first], lines)
            self.delimiter = max(delimiters, key=first.raw.decode("utf-8", "replace").count)
        self._now = first or Line(1, b"", 0)
        self._reader = csv.reader(self._texts(lines), delimiter=self.delimiter, strict=strict)

    def __iter__(self) -> Iterator[CsvRow | BrokenRow]:
        number = self._now.number - 1
        while True:
            number += 1
            self._not_utf8 = self._first = 0
            # Of the whole process: another file may be read between two rows.
            csv.field_size_limit(self._longest_cell)
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as why:
                yield BrokenRow(number, self._first, *self._place, str(why), self._not_utf8)
            else:
                if cells:
                    yield CsvRow(number, self._first, *self._place, cells, self._not_utf8)

    @property
    def _place(self) -> tuple[int, int]:
        return self._now.number, self._now.end

    def _texts(self, lines: Iterator[Line]) -> Iterator[str]:
        for line in lines:
            self._now = line
            # Asked of each row's first line: lines may come once more (pintu.publishing.lines).
            self._first = self._first or line.number
            try:
                text = line.raw.decode()
            except UnicodeDecodeError:
                # Carried along, so that the rows do not fall apart.
                text = line.raw.decode("utf-8", "surrogateescape")
                self._not_utf8 = self._not_utf8 or line.number
            yield text

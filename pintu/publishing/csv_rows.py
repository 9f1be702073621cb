"""The rows of a CSV file (RFC 4180; comma, semicolon or tab) as records."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

from pintu.publishing.columns import Columns
from pintu.publishing.lines import BadFile, Line
from pintu.publishing.records import Place, Record, Skipped
from schemas.limits import COLUMNS, MAX_BODY

_DELIMITERS: Final = ",;\t"
_BETWEEN: Final = "\x1f"

Row = tuple[Place, list[str]]


def csv_records(
    lines: Iterator[Line], columns_of: Callable[[Sequence[str]], Columns]
) -> Iterator[Record | Skipped]:
    """One for each row after the header, which is read at once; a row may go over several lines.

    Raises:
        BadFile: there is no header, or ``columns_of`` refuses it.
    """
    first = next((line for line in lines if line.raw.strip()), None)
    if first is None:
        raise BadFile("is empty; the first line names the columns, one of them text")
    rows = _rows(first, lines)
    header = next(rows, None)
    if header is None:
        raise BadFile("is empty; the first line names the columns, one of them text")
    if isinstance(header, Skipped):
        raise BadFile(f"line {header.place.line}, the header: {header.detail}")
    if len(header[1]) > COLUMNS:
        what = f"{len(header[1]):,} columns, more than {COLUMNS:,}; is it the header?"
        raise BadFile(f"line {header[0].line}, the header: {what}")
    if not _is_text(header[1]):
        raise BadFile(f"line {header[0].line}, the header: not UTF-8; save the file as UTF-8")
    columns = columns_of(header[1])
    return (row if isinstance(row, Skipped) else _record(*row, columns) for row in rows)


def _rows(first: Line, lines: Iterator[Line]) -> Iterator[Row | Skipped]:
    # A field larger than a message ends the row: an unclosed quote must not swallow the file.
    csv.field_size_limit(MAX_BODY)
    now = first

    def texts() -> Iterator[str]:
        nonlocal now
        for now in chain([first], lines):
            # What is no UTF-8 is carried along, so that the rows do not fall apart.
            yield now.raw.decode("utf-8", "surrogateescape")

    delimiter = max(_DELIMITERS, key=first.raw.decode("utf-8", "replace").count)
    reader = csv.reader(texts(), delimiter=delimiter, strict=True)
    begin = first.number
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            where = f", from here to line {now.number}" if now.number > begin else ""
            yield Skipped(Place(begin, now.number, now.end), "broken-csv", f"{why}{where}")
        else:
            if row:
                yield Place(begin, now.number, now.end), row
        begin = now.number + 1


def _is_text(cells: list[str]) -> bool:
    try:
        _BETWEEN.join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True


def _record(place: Place, cells: list[str], columns: Columns) -> Record | Skipped:
    if len(cells) != len(columns.paths):
        detail = f"{len(cells)} cells, but {len(columns.paths)} columns"
        return Skipped(place, "broken-csv", detail)
    if not _is_text(cells):
        return Skipped(place, "not-utf8", "not UTF-8; save the file as UTF-8")
    return columns.record(place, cells, _BETWEEN.join(cells).encode())

"""The rows of a CSV file as records: a row that cannot be used is told, and the next one read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from config.csv_file import BadFile, BrokenRow, CsvReader, CsvRow, Line
from pintu.publishing.columns import Columns
from pintu.publishing.records import Place, Record, Skipped
from schemas.limits import COLUMNS, MAX_BODY

_BETWEEN: Final = "\x1f"
_NOT_UTF8: Final = "not UTF-8; save the file as UTF-8"


def csv_records(
    lines: Iterator[Line], columns_of: Callable[[Sequence[str]], Columns]
) -> Iterator[Record | Skipped]:
    """One for each row after the header, which is read at once; a row may go over several lines.

    Raises:
        BadFile: there is no header, or ``columns_of`` refuses it.
    """
    # A cell larger than a message ends the row.
    rows = iter(CsvReader(lines, longest_cell=MAX_BODY))
    header = next(rows, None)
    if header is None:
        raise BadFile("is empty; the first line names the columns, one of them text")
    columns = columns_of(_header(header))
    return (_record(row, columns) for row in rows)


def _header(row: CsvRow | BrokenRow) -> list[str]:
    """Raises BadFile where it cannot be used."""
    where = f"line {row.first}, the header"
    if isinstance(row, BrokenRow):
        raise BadFile(f"{where}: {_broken(row)}")
    if len(row.cells) > COLUMNS:
        what = f"{len(row.cells):,} columns, more than {COLUMNS:,}; is it the header?"
        raise BadFile(f"{where}: {what}")
    if row.not_utf8:
        raise BadFile(f"{where}: {_NOT_UTF8}")
    return row.cells


def _broken(row: BrokenRow) -> str:
    return row.why + (f", from here to line {row.last}" if row.last > row.first else "")


def _record(row: CsvRow | BrokenRow, columns: Columns) -> Record | Skipped:
    place = Place(row.first, row.last, row.end)
    if isinstance(row, BrokenRow):
        return Skipped(place, "broken-csv", _broken(row))
    if len(row.cells) != len(columns.paths):
        detail = f"{len(row.cells)} cells, but {len(columns.paths)} columns"
        return Skipped(place, "broken-csv", detail)
    if row.not_utf8:
        return Skipped(place, "not-utf8", _NOT_UTF8)
    return columns.record(place, row.cells, _BETWEEN.join(row.cells).encode())

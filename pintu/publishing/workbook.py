"""An Excel workbook (.xlsx) as records, row by row: the same as of a CSV file."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from config.csv_file import BadFile
from config.language import gettext, marked, worded
from pintu.publishing.columns import Columns
from pintu.publishing.csv_rows import PREAMBLE, IsHeader
from pintu.publishing.json_fields import digits
from pintu.publishing.records import Place, Record
from schemas.limits import COLUMNS, WORKBOOK_BYTES, WORKBOOK_TEXTS

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_TEXTS: Final = "xl/sharedStrings.xml"
_DIGITS: Final = 15
"""A spreadsheet keeps so many of a number."""
_BROKEN: Final = marked("is no Excel workbook that can be read; save it as .xlsx again, or as CSV")


class Workbook:
    """One sheet of a workbook: the one that is named, else the first with a column of the text.

    Args:
        stream: of the file, from which it is read piece by piece.

    Raises:
        BadFile: it is no workbook, is too large, or has no such sheet.
    """

    def __init__(self, stream: BinaryIO, is_header: IsHeader, sheet: str | None = None) -> None:
        _is_sound(stream)
        # Late: it is large, and most files are none.
        import openpyxl

        with _read():
            self._book = openpyxl.load_workbook(
                stream, read_only=True, data_only=True, keep_links=False
            )
        names = [one.title for one in self._book.worksheets]
        if sheet is not None and sheet not in names:
            raise BadFile(
                worded(
                    "has no sheet {sheet}; there are {names}",
                    sheet=sheet,
                    names=", ".join(names)[:200],
                )
            )
        # What a file says of its sizes is for the progress bar alone.
        sizes = {one.title: one.max_row for one in self._book.worksheets}
        wanted = [one for one in self._book.worksheets if sheet in (None, one.title)]
        found = ((one, _header_row(one, is_header)) for one in wanted)
        sheet_and_row = next(((one, number) for one, number in found if number), None)
        if sheet_and_row is None:
            raise BadFile(
                worded(
                    'has no column text in its sheets ({names}); name one with --map "COLUMN=text"',
                    names=", ".join(names)[:200],
                )
            )
        self._sheet, self._header = sheet_and_row
        self.name: str = self._sheet.title
        self.rows: int | None = sizes[self.name]

    def records(self, columns_of: Callable[[Sequence[str]], Columns]) -> Iterator[Record]:
        """One for each row after the header, which is read at once; blank ones are passed over."""
        rows = _rows(self._sheet, self._header)
        _, header = next(rows)
        while header and not header[-1].strip():
            header.pop()
        if len(header) > COLUMNS:
            raise BadFile(
                worded(
                    "row {header}, the header: more than {columns:,} columns",
                    header=self._header,
                    columns=COLUMNS,
                )
            )
        columns = columns_of(header)
        return _records(rows, columns, len(header))


def _records(
    rows: Iterator[tuple[int, list[str]]], columns: Columns, width: int
) -> Iterator[Record]:
    for number, row in rows:
        beside = any(cell.strip() for cell in row[width:])
        cells = row[:width] + [""] * (width - len(row))
        if any(cell.strip() for cell in cells) or beside:
            warnings = (
                [gettext("cells beside the columns of the header; left out")] if beside else []
            )
            yield columns.record(Place(number, number, number), cells, warnings)


def _header_row(sheet: "ReadOnlyWorksheet", is_header: IsHeader) -> int:
    """The number of the row with a column of the text; 0 where there is none."""
    for number, cells in _rows(sheet, 1, PREAMBLE):
        if is_header(cells):
            return number
    return 0


def _rows(
    sheet: "ReadOnlyWorksheet", first: int, last: int | None = None
) -> Iterator[tuple[int, list[str]]]:
    with _read():
        # What a file says of its size is often wrong; without it the rows are as long as they are.
        sheet.reset_dimensions()
        read: Any = sheet  # its stubs are those of another class
        rows = read.iter_rows(min_row=first, max_row=last, values_only=True)
        for number, row in enumerate(rows, first):
            yield number, [_text(value) for value in row]


def _text(value: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _rounded(value) if abs(value) >= 10**_DIGITS else digits(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds() / 86_400)
    return str(value)


def _rounded(number: float) -> str:
    """As a spreadsheet shows it: it has not kept the digits after the 15th."""
    return f"{number:.5E}"


class _read:
    """Whatever a workbook that is none makes its library raise is BadFile."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, why: BaseException | None, trace: object) -> None:
        known = (zipfile.BadZipFile, KeyError, ValueError, ParseError, OSError, EOFError)
        more = (TypeError, AttributeError, IndexError, NotImplementedError)
        if isinstance(why, (*known, *more)):
            raise BadFile(gettext(_BROKEN)) from None


def _is_sound(stream: BinaryIO) -> None:
    """Raises BadFile for what would take the memory, and for no archive at all."""
    with _read(), zipfile.ZipFile(stream) as archive:
        sizes = {part.filename: part.file_size for part in archive.infolist()}
    if sum(sizes.values()) > WORKBOOK_BYTES or sizes.get(_TEXTS, 0) > WORKBOOK_TEXTS:
        raise BadFile(gettext("is larger than a workbook may be here, unpacked; save it as CSV"))
    stream.seek(0)

"""A spreadsheet that comes back: read as text, within limits, nothing in it is ever computed."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from config.language import gettext
from gateway.staff.inbox.sheet import ACTION, ANSWER, COLUMNS, INSIDE, SUGGEST, TRACKING
from gateway.text.csv_rows import BadRow, CsvRows
from gateway.text.formulas import restored

LARGEST: Final = 5_000_000
"""Bytes of a file."""
_UNPACKED: Final = 12_000_000
"""Bytes that it unpacks to: read in a few seconds."""
_LAST_ROW: Final = 20_000
"""Spreadsheets keep rows that nobody sees; a thousand go out."""
_PARTS: Final = 200
_ELEMENTS: Final = 600_000
"""Signs that begin one, ends included: a thousand rows have some seventy thousand, and each cell
takes 300 bytes of memory while its row is read, however empty."""
FILLED: Final = 100
"""Rows that are filled in: all of them are shown on one page first."""
_MOST_COLUMNS: Final = 40
_NEEDED: Final = (TRACKING, ACTION)
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_DECLARES: Final = tuple(
    word.encode(form)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for form in ("utf-8", "utf-16-le", "utf-16-be")
)
"""In every form in which an XML reader knows them."""
_LONGEST: Final = max(map(len, _DECLARES)) - 1


class BadSheet(Exception):
    """The file cannot be taken at all; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """``number``: as the spreadsheet counts them; ``cells``: by the name of their column;
    ``formulas``: columns in which a formula stands in place of text."""

    number: int
    cells: dict[str, str]
    formulas: tuple[str, ...] = ()

    def get(self, column: str) -> str:
        """The text of a cell, trimmed; empty where there is none."""
        return self.cells.get(column, "").strip()

    @property
    def filled_in(self) -> bool:
        """Whether the officer wrote anything, or something stands there that is no text."""
        own = (ACTION, ANSWER, INSIDE, SUGGEST)
        return any(self.get(one) for one in own) or any(one in own for one in self.formulas)


def read_sheet(file: BinaryIO, size: int) -> list[SheetRow]:
    """The rows in which something was filled in; runs for seconds at most.

    Raises:
        BadSheet: it is no such file, too large, or has macros; or a column is missing.
    """
    if size > LARGEST:
        told = gettext("The file is too large: at most {n} MB.")
        raise BadSheet(told.format(n=LARGEST // 1_000_000))
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(_OLD_EXCEL):
        raise BadSheet(
            gettext("This is an old or locked Excel file. Save it as .xlsx without a password.")
        )
    if head.startswith(_ZIP):
        return _xlsx(file)
    return _csv(file)


def _csv(file: BinaryIO) -> list[SheetRow]:
    if b"\0" in file.read(LARGEST):
        raise BadSheet(gettext("This is no spreadsheet: send .xlsx or .csv."))
    file.seek(0)
    try:
        rows = CsvRows(file, lenient=True)
        header = [restored(name).strip() for name in rows.header]
        places = _places(header)
        found = list[SheetRow]()
        for row in rows:
            cells = {
                name: restored(row.cells[at]) for name, at in places.items() if at < len(row.cells)
            }
            _add(found, SheetRow(row.number, cells))
    except BadRow as why:
        told = gettext("This file cannot be read: send .xlsx, or .csv in UTF-8.")
        raise BadSheet(f"{told} ({why})") from None
    return found


def _xlsx(file: BinaryIO) -> list[SheetRow]:
    _examined(file)
    import openpyxl

    try:
        file.seek(0)
        book = openpyxl.load_workbook(
            file, read_only=True, data_only=False, keep_vba=False, keep_links=False, rich_text=False
        )
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is often wrong
        return _rows_of(sheet.iter_rows(max_col=_MOST_COLUMNS))
    except BadSheet:
        raise
    except Exception as why:  # whatever a library makes of a broken file
        raise BadSheet(gettext("This workbook is damaged: save it again as .xlsx.")) from why


def _rows_of(table: Iterable[Sequence[Any]]) -> list[SheetRow]:
    found, places = list[SheetRow](), dict[str, int]()
    for number, row in enumerate(table, 1):
        if not places:
            places = _places([_text(cell) for cell in row])
            continue
        if number > _LAST_ROW:
            raise BadSheet(gettext("The sheet has too many rows: delete the empty ones below."))
        cells = {name: _text(row[at]) for name, at in places.items() if at < len(row)}
        formulas = tuple(
            name for name, at in places.items() if at < len(row) and row[at].data_type == "f"
        )
        _add(found, SheetRow(number, cells, formulas))
    if not places:
        raise BadSheet(gettext("The sheet is empty."))
    return found


def _add(found: list[SheetRow], row: SheetRow) -> None:
    if row.filled_in:
        found.append(row)
    if len(found) > FILLED:
        told = gettext("Too many rows are filled in: at most {n} at once. Send the file in parts.")
        raise BadSheet(told.format(n=FILLED))


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _places(header: Sequence[str]) -> dict[str, int]:
    named = {name.strip().casefold(): at for at, name in reversed(list(enumerate(header)))}
    for name in _NEEDED:
        if name.casefold() not in named:
            told = gettext('The first row has no column "{name}": use the file of this page.')
            raise BadSheet(told.format(name=name))
    return {name: named[name.casefold()] for name in COLUMNS if name.casefold() in named}


def _examined(file: BinaryIO) -> None:
    """Before anything is unpacked. Raises BadSheet."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if "mimetype" in names and "content.xml" in names:
                told = gettext("This is an OpenDocument file: save it as .xlsx or .csv.")
                raise BadSheet(told)
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise BadSheet(gettext("This is no spreadsheet: send .xlsx or .csv."))
            if any("vba" in name.lower() for name in names):
                raise BadSheet(
                    gettext("This workbook has macros, and is not taken: save it as .xlsx.")
                )
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise BadSheet(gettext("This workbook unpacks to far too much, and is not taken."))
            for told in _declares(package, parts):
                raise BadSheet(told)
    except BadSheet:
        raise
    except Exception as why:  # a broken or encrypted package
        raise BadSheet(gettext("This workbook is damaged: save it again as .xlsx.")) from why


def _declares(package: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """No spreadsheet program writes a document type; who does wants an XML reader to explode. A
    sheet may lie under any name."""
    elements = 0
    for part in parts:
        with package.open(part) as content:
            before = b""
            while chunk := content.read(1 << 20):
                if any(word in before + chunk for word in _DECLARES):
                    yield gettext("This workbook is damaged: save it again as .xlsx.")
                before = chunk[-_LONGEST:]
                elements += chunk.count(b"<")
                if elements > _ELEMENTS:
                    yield gettext("This workbook unpacks to far too much, and is not taken.")

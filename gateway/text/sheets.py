"""Tables as people open them in a spreadsheet: CSV, tab-separated text to paste, workbooks.

Whatever a cell holds, no program takes it for a formula (OWASP, "CSV Injection"): in CSV and pasted
text an apostrophe stands before it (``formulas``), in a workbook the cell is typed as text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final

from gateway.text.csv_rows import csv_line
from gateway.text.formulas import guarded
from gateway.text.workbook import Workbook

BOM: Final = "\ufeff"
"""By it spreadsheets know UTF-8."""
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ELSEWHERE: Final = re.compile(
    "([;\t\r\n])(?=[\\s\"']*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212])"
)
"""Where another delimiter than the file's would begin a cell: Excel takes that of the country,
which is a semicolon in Indonesia."""
_QUOTE: Final = re.compile('[\\s\u200b\ufeff]*"')
"""Spreadsheets take quotation marks round a pasted cell off, and look then for a formula; one that
is left open takes the cells and rows behind it along."""
_BREAKS: Final = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def csv_rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, the byte order mark before the first."""
    before = BOM
    for cells in rows:
        yield before + csv_line([_csv_cell(cell) for cell in cells])
        before = ""


def tab_rows(rows: Iterable[Sequence[str]]) -> str:
    """Text to paste into a table: a tab between cells, a row on each line, none within a cell."""
    return "\n".join("\t".join(map(_pasted_cell, row)) for row in rows)


def workbook(title: str, rows: Iterable[Sequence[str]], outgoing: BinaryIO) -> None:
    """Write a workbook of one sheet; its first row is the header."""
    book = Workbook(title)
    for cells in rows:
        book.row(cells)
    book.save(outgoing)


def _pasted_cell(cell: str) -> str:
    text = _BREAKS.sub(" ", cell.replace("\0", ""))
    return f"'{text}" if _QUOTE.match(text) else guarded(text)


def _csv_cell(cell: str) -> str:
    return guarded(_ELSEWHERE.sub(r"\1'", cell.replace("\0", "")))

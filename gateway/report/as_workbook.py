"""A report as a workbook: a sheet for each section. Text is text, whatever it looks like."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, tzinfo
from typing import TYPE_CHECKING, BinaryIO, Final

from config.language import gettext
from gateway.report.definitions import DEFINITIONS
from gateway.report.model import Cell, Days, Report, Share, Table
from gateway.report.texts import FIELDS, Texts
from gateway.report.wording import moment, period_name, said

if TYPE_CHECKING:  # a third of a second, where somebody wants a workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_LONGEST: Final = 32_767
_SHEET: Final = 31
"""Characters of a sheet's name, by Excel's specification."""
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
Row = Sequence[str | int | float | None]


def as_workbook(
    report: Report,
    texts: Texts,
    zone: tzinfo,
    recap: Sequence[Sequence[str]],
    outgoing: BinaryIO,
) -> None:
    """Write it. A share is three cells: part, of, percent. ``recap``: the rows of the annex."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    head = [
        [gettext("Evaluation of complaints"), report.region],
        [gettext("Period"), period_name(report.period), report.period.key],
        [gettext("As of"), moment(report.as_of, zone)],
        [],
    ]
    for section in report.sections:
        sheet = book.create_sheet(_name(section.number, gettext(section.title)))
        for row in head:
            _add(sheet, row)
        for figure in section.figures:
            meaning = gettext(DEFINITIONS[figure.id]) if figure.id in DEFINITIONS else ""
            _add(sheet, [gettext(figure.title), *_cells(figure.value), meaning])
        for table in section.tables:
            _add(sheet, [])
            _add(sheet, [gettext(table.title)])
            for cells in _lines(table):
                _add(sheet, cells)
            if table.note:
                _add(sheet, [gettext(table.note)])
    _written(book.create_sheet(_name(12, gettext("Findings and action plan"))), texts)
    sheet = book.create_sheet(_name(13, gettext("Annex")))
    for line in recap:
        _add(sheet, line)
    book.save(outgoing)


def _written(sheet: "WriteOnlyWorksheet", texts: Texts) -> None:
    for field, title in FIELDS.items():
        text = texts[field]
        _add(sheet, [gettext(title), text.text, text.by or ""])
        for item in text.items:
            _add(sheet, ["", item.what, item.who, item.by_when, item.state])


def _lines(table: Table) -> Iterator[Row]:
    """The header and the rows. A share has three columns, wherever one stands."""
    wide = [any(isinstance(row[n], Share) for row in table.rows) for n in range(len(table.columns))]
    head: list[str] = []
    for column, three in zip(table.columns, wide, strict=True):
        head += [gettext(column.title), *([gettext("of"), "%"] if three else ())]
    yield head
    for row in table.rows:
        line: list[str | int | float | None] = []
        for cell, three in zip(row, wide, strict=True):
            cells = list(_cells(cell))
            line += cells if not three or len(cells) == 3 else [*cells, None, None]
        yield line


def _cells(cell: Cell) -> Row:
    match cell:
        case None:
            return [None]
        case Share():
            return [cell.part, cell.of, None if cell.share is None else round(cell.share * 100, 1)]
        case Days():
            return [cell.mean, cell.median, cell.count]
        case bool() | date():
            return [said(cell)]
        case int() | float():
            return [cell]
        case _:
            return [said(cell)]


def _add(sheet: "WriteOnlyWorksheet", cells: Row) -> None:
    from openpyxl.cell import WriteOnlyCell

    made: list[object] = []
    for value in cells:
        if isinstance(value, str):
            cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("", value)[:_LONGEST])
            cell.data_type = "s"  # else "=…" is a formula
            made.append(cell)
        else:
            made.append(value)
    sheet.append(made)


def _name(number: int, title: str) -> str:
    return f"{number} {_NOT_IN_NAMES.sub(' ', title)}"[:_SHEET].strip()

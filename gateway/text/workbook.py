"""Tables as Excel workbooks: every cell is text, and no formula."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:  # a third of a second, where somebody wants a workbook
    from openpyxl.cell.cell import Cell

_LONGEST: Final = 32_767
"""Characters that a cell may have, by Excel's specification."""
_TEXT: Final = "@"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Workbook:
    """One sheet, row by row; what it holds lies in a file of its own until it is saved."""

    def __init__(self, title: str) -> None:
        import openpyxl

        self._book = openpyxl.Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)

    def columns(self, widths: Sequence[int]) -> None:
        """How wide they are, in characters; before the first row, which stays in sight."""
        from openpyxl.utils import get_column_letter

        for n, width in enumerate(widths, 1):
            self._sheet.column_dimensions[get_column_letter(n)].width = width
        self._sheet.freeze_panes = "A2"

    def choices(self, column: int, words: Sequence[str], rows: int) -> None:
        """Only these words, without commas, may be typed into a column of so many rows."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        letter = get_column_letter(column)
        told = DataValidation(
            type="list",
            formula1='"' + ",".join(words) + '"',
            allow_blank=True,
            showErrorMessage=True,
        )
        told.add(f"{letter}2:{letter}{rows + 1}")
        self._sheet.data_validations.append(told)

    def row(self, cells: Sequence[str]) -> None:
        """A row; signs that no workbook can hold are left out."""
        self._sheet.append([self._cell(cell) for cell in cells])

    def save(self, outgoing: BinaryIO) -> None:
        """Write it; nothing can be added then."""
        self._book.save(outgoing)

    def _cell(self, text: str) -> "Cell":
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._sheet, _NOT_IN_XML.sub("", text)[:_LONGEST])
        cell.data_type = "s"  # else "=…" is a formula
        cell.number_format = _TEXT  # and would be one again as soon as somebody edits the cell
        return cell

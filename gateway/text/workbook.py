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

"""Cells that a spreadsheet would take for a formula, in CSV files that people open with one.

Such a cell gets an apostrophe in front, as OWASP advises ("CSV Injection"); whoever reads the
file back takes it off again. A plain number such as -5 or -2.98 is no formula.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.language import worded_many

_FORMULA: Final = re.compile(
    "'*[ \u00a0\u2000-\u200b\u3000\ufeff]*"
    "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
)
"""As spreadsheets do, with blanks before it and in the full-width and small forms as well."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_SIGN: Final = "'"


@dataclass(slots=True)
class Guard:
    """Guards rows, and counts the cells that it changed. ``raw``: leaves all as they are."""

    raw: bool = False
    guarded: int = 0

    def row(self, cells: Sequence[str]) -> list[str]:
        if self.raw:
            return list(cells)
        safe = [guarded(cell) for cell in cells]
        self.guarded += sum(one != other for one, other in zip(safe, cells, strict=True))
        return safe

    def told(self) -> str | None:
        """A sentence about it, None where nothing was changed."""
        if not self.guarded:
            return None
        return worded_many(
            "{n:,} cell that a spreadsheet would take for a formula got an apostrophe in front"
            " (--raw leaves cells as they are)",
            "{n:,} cells that a spreadsheet would take for a formula got an apostrophe in front"
            " (--raw leaves cells as they are)",
            self.guarded,
        )


def guarded(cell: str) -> str:
    """The cell as it may stand in a spreadsheet; ``restored`` gives back what it was."""
    return _SIGN + cell if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before ``guarded``."""
    return cell[1:] if cell.startswith(_SIGN) and _FORMULA.match(cell) else cell

"""Quotation marks that do not belong there: a row of CSV that has swallowed its neighbours.

A mark that nobody closed opens a cell that goes on to the next one, maybe hundreds of rows later,
and what comes out may have the right number of cells. It is told by its lines: each of them is a
row by itself.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from config.csv_file import Line
from schemas.limits import COLUMNS

_LONGEST: Final = 1024 * 1024
_REMEMBERED: Final = 500
"""Different cells of a column that are kept."""
_MANY: Final = 5
"""Lines from which on it is enough that the cells beside the text are short."""
_SHORT: Final = 40
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=8)
def _cell(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"((?:[^"]|"")*)"|([^{mark}]*))(?:{mark}|$)')


def split_leniently(line: str, delimiter: str, most: int = COLUMNS) -> list[str]:
    """The cells of one line, and one over ``most`` where there are more.

    A quotation mark that is not closed in it is a character, and taken off where it stands at the
    beginning of a cell.
    """
    text = line.rstrip("\r\n")
    cells: list[str] = []
    at, pattern = 0, _cell(delimiter)
    while len(cells) <= most:
        found = pattern.match(text, at)
        if found is None:  # never: the second way matches anything
            return cells
        quoted, bare = found.groups()
        if quoted is not None:
            cells.append(quoted.replace('""', '"'))
        else:
            cells.append(bare[1:] if bare.startswith('"') and bare.count('"') == 1 else bare)
        if found.end() >= len(text) and not text[: found.end()].endswith(delimiter):
            return cells
        if found.end() == len(text):
            return [*cells, ""] if found.end() > found.start() else cells
        at = found.end()
    return cells


class Swallowing:
    """Knows a row that has swallowed others; for one file.

    Args:
        width: columns.
        text: the column of the complaint's text, which says nothing about rows.
    """

    def __init__(self, width: int, text: int, delimiter: str) -> None:
        self._width = width
        self._beside = [n for n in range(width) if n != text]
        self._delimiter = delimiter
        self._known: list[set[str]] = [set() for _ in range(width)]

    def learn(self, cells: Sequence[str]) -> None:
        """A row that stands on one line and has a cell for each column."""
        for number in self._beside:
            known = self._known[number]
            if len(known) < _REMEMBERED and len(cells[number]) <= _SHORT:
                known.add(cells[number])

    def own_row(self, line: Line) -> list[str] | None:
        """The cells of a line read by itself, if they are as many as the columns."""
        if self._width < 2 or len(line.raw) > _LONGEST:
            return None
        cells = split_leniently(line.raw.decode("utf-8", "replace"), self._delimiter, self._width)
        return cells if len(cells) == self._width else None

    def has_swallowed(self, lines: Sequence[Line]) -> bool:
        """Whether the lines of one row are rows by themselves, and not a letter in a cell."""
        if len(lines) < 2 or self._width < 2:
            return False
        rows = [self.own_row(line) for line in lines]
        there = [cells for cells in rows if cells is not None]
        wanted = len(rows) if len(rows) < 10 else len(rows) * 9 // 10
        if rows[0] is None or rows[-1] is None or len(there) < wanted:
            return False
        return any(self._alike(number, there) for number in self._beside) or (
            len(there) >= (_MANY if self._width > 2 else 2 * _MANY)
            and all(self._short(number, there) for number in self._beside)
        )

    def _alike(self, number: int, rows: Sequence[Sequence[str]]) -> bool:
        """Whether a column has in all rows what only a column has: numbers or dates of one form,
        or values that it had before."""
        cells = [cells[number].strip() for cells in rows]
        shapes = {_shape(cell) for cell in cells}
        shape = shapes.pop() if len(shapes) == 1 else ""
        if "9" in shape and (self._width > 2 or len(rows) > 3 or "a" in shape or _counting(cells)):
            return True
        return all(cell and cell in self._known[number] for cell in cells)

    def _short(self, number: int, rows: Sequence[Sequence[str]]) -> bool:
        return all(len(cells[number]) <= _SHORT for cells in rows)


def _counting(cells: Sequence[str]) -> bool:
    """Whether they are 7, 8, 9."""
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    return numbers == [*range(numbers[0], numbers[0] + len(cells))] if numbers else False


def _shape(cell: str) -> str:
    """V17 and V3 have one shape, and so have two dates."""
    return _LETTERS.sub("a", _DIGITS.sub("9", cell)) if len(cell) <= _SHORT else ""

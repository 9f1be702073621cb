"""The rows of a CSV file as records: a row that cannot be used is told, and the next one read."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from config.csv_file import DELIMITERS, BadFile, BrokenRow, CsvReader, CsvRow, Line
from config.language import gettext, marked, worded
from pintu.publishing.columns import Columns
from pintu.publishing.lines import OfficeLines
from pintu.publishing.quotes import Swallowing, split_leniently
from pintu.publishing.records import Place, Record, Skipped
from schemas.limits import COLUMNS, MAX_BODY

PREAMBLE: Final = 100
"""Lines in which the header is looked for."""
_DELIMITERS: Final = DELIMITERS + "|"
_NAMED_DELIMITER: Final = re.compile(rb"\"?sep=(.)\"?\s*", re.IGNORECASE)
_NOT_UTF8: Final = marked("not UTF-8; save the file as UTF-8, or name its --encoding")
_GUESSED: Final = marked("not UTF-8; read as Windows-1252 (--encoding names another)")
_UNCLOSED: Final = marked("a quotation mark that nobody closes; read as a row of its own")

IsHeader = Callable[[Sequence[str]], bool]


class _Found(NamedTuple):
    """Where the header is, and what stands between the cells."""

    at: int
    delimiter: str


def csv_records(
    lines: OfficeLines, columns_of: Callable[[Sequence[str]], Columns], is_header: IsHeader
) -> Iterator[Record | Skipped]:
    """One for each row after the header, which is read at once; a row may go over several lines.

    Args:
        lines: of the file; those before the header are passed over.
        columns_of: raises BadFile where it has no use for a header.
        is_header: whether cells may be one.

    Raises:
        BadFile: there is no header, or ``columns_of`` refuses it.
    """
    lines.recording = True
    before, named = _beginning(lines, is_header)
    found = _header_of(before, named, is_header)
    lines.give_back(before[found.at :])
    lines.taken.clear()
    header = next(_rows_of(lines, found.delimiter), None)
    if header is None:
        raise BadFile(gettext("is empty; the first line names the columns, one of them text"))
    columns = columns_of(_header(header))
    return _Rows(lines, columns, found.delimiter).records()


def _rows_of(lines: OfficeLines, delimiter: str) -> Iterator[CsvRow | BrokenRow]:
    """The rows of what has not been read yet; a cell larger than a message ends its row."""
    return iter(CsvReader(lines, longest_cell=MAX_BODY, delimiters=delimiter))


def _beginning(lines: OfficeLines, is_header: IsHeader) -> tuple[list[Line], str | None]:
    """The lines up to the header, and the delimiter that the first of all may name."""
    before: list[Line] = []
    named = None
    for line in lines:
        if not before and (found := _NAMED_DELIMITER.fullmatch(line.raw.rstrip(b"\r\n"))):
            named = found[1].decode("latin-1")
            continue
        before.append(line)
        text = line.raw.decode("utf-8", "replace")
        if len(before) >= PREAMBLE or any(
            is_header(split_leniently(text, mark)) for mark in named or _DELIMITERS
        ):
            break
    return before, named


def _header_of(before: list[Line], named: str | None, is_header: IsHeader) -> _Found:
    """The first row with a column of the text; else the first line that is not blank."""
    found = []
    for mark in named or _DELIMITERS:
        for row in CsvReader(iter(before), longest_cell=MAX_BODY, delimiters=mark):
            if isinstance(row, CsvRow) and is_header(row.cells):
                at = next(n for n, line in enumerate(before) if line.number == row.first)
                found.append((at, -len(row.cells), mark))
                break
    texts = [line.raw.decode("utf-8", "replace") for line in before]
    if found:
        return _Found(min(found)[0], min(found)[2])
    for at, text in enumerate(texts):
        for mark in named or _DELIMITERS:
            if is_header(split_leniently(text, mark)):
                return _Found(at, mark)
    first = next((n for n, text in enumerate(texts) if text.strip()), 0)
    counted = texts[first].count if texts else "".count
    return _Found(first, named or max(_DELIMITERS, key=counted))


def _header(row: CsvRow | BrokenRow) -> list[str]:
    """Raises BadFile where it cannot be used."""
    where = worded("line {first}, the header", first=row.first)
    if isinstance(row, BrokenRow):
        raise BadFile(f"{where}: {_broken(row)}")
    if len(row.cells) > COLUMNS:
        what = worded(
            "{cells:,} columns, more than {columns:,}; is it the header?",
            cells=len(row.cells),
            columns=COLUMNS,
        )
        raise BadFile(f"{where}: {what}")
    if row.not_utf8:
        raise BadFile(f"{where}: {gettext(_NOT_UTF8)}")
    return row.cells


def _broken(row: BrokenRow) -> str:
    return row.why + (
        worded(", from here to line {last}", last=row.last) if row.last > row.first else ""
    )


class _Rows:
    def __init__(self, lines: OfficeLines, columns: Columns, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._columns = columns
        self._width = len(columns.names)
        named = [number for number, name in enumerate(columns.names, 1) if name]
        self._least = named[-1]
        text = next(number for number, path in columns.used if path == ("text",))
        self._swallowing = Swallowing(self._width, text, delimiter)

    def records(self) -> Iterator[Record | Skipped]:
        self._lines.taken.clear()
        more = True
        while more:
            for row in _rows_of(self._lines, self._delimiter):
                lines = [line for line in self._lines.taken if line.number >= row.first]
                self._lines.taken.clear()
                yield self._alone(lines) if self._is_no_row(row, lines) else self._record(row)
            # Lines that a row at the end of the file gave back need a reader that has not ended.
            more = self._lines.has_back

    def _is_no_row(self, row: CsvRow | BrokenRow, lines: list[Line]) -> bool:
        """Whether its lines have to be read one by one."""
        if isinstance(row, BrokenRow):
            return len(lines) > 1 or (bool(lines) and lines[0].raw.count(b'"') % 2 == 1)
        if len(lines) < 2:
            return False
        if len(row.cells) != self._width and self._swallowing.own_row(lines[0]) is not None:
            return True
        return self._swallowing.has_swallowed(lines)

    def _alone(self, lines: list[Line]) -> Record | Skipped:
        """The first line as a row of its own; the others are read anew."""
        line = lines[0]
        self._lines.give_back(lines[1:])
        place = Place(line.number, line.number, line.end)
        cells = self._swallowing.own_row(line)
        if cells is None:
            return Skipped(place, "broken-csv", gettext("a quotation mark that nobody closes"))
        return self._made(place, cells, [gettext(_UNCLOSED)])

    def _record(self, row: CsvRow | BrokenRow) -> Record | Skipped:
        place = Place(row.first, row.last, row.end)
        if isinstance(row, BrokenRow):
            return Skipped(place, "broken-csv", _broken(row))
        cells = row.cells
        while len(cells) > self._width and not cells[-1].strip():
            cells.pop()
        if self._least <= len(cells) < self._width:
            cells += [""] * (self._width - len(cells))
        if len(cells) != self._width:
            detail = worded(
                "{cells} cells, but {width} columns", cells=len(cells), width=self._width
            )
            return Skipped(place, "broken-csv", detail)
        if row.not_utf8:
            return Skipped(place, "not-utf8", gettext(_NOT_UTF8))
        if row.first == row.last:
            self._swallowing.learn(cells)
        return self._made(place, cells, [])

    def _made(self, place: Place, cells: list[str], warnings: list[str]) -> Record:
        numbers = self._lines.guessed
        if guessed := [n for n in range(place.line, place.last + 1) if n in numbers]:
            numbers.difference_update(guessed)
            warnings.append(gettext(_GUESSED))
        return self._columns.record(place, cells, warnings)

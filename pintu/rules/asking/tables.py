"""A CSV table that a person made, row by row: cells by the names of their columns."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from config.csv_file import BadFile, BrokenRow, CsvReader, CsvRow, lines_of
from config.files import open_rows
from config.foreign import told
from config.language import worded
from config.loading.problems import Findings, nearest
from schemas.limits import CONFIGURATION_CELL

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def rows_of(
    file: Path,
    columns: Sequence[str],
    required: Sequence[str],
    findings: Findings,
    called: Mapping[str, str] = _NONE,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line; required columns are there, if empty. ``called``: other names of
    columns. What cannot be read is noted with file and line."""
    try:
        with open_rows(file) as stream:
            reader = iter(
                CsvReader(lines_of(stream, CONFIGURATION_CELL), longest_cell=CONFIGURATION_CELL)
            )
            header = _header(next(reader, None), file, columns, required, called, findings)
            for row in reader if header else ():
                if isinstance(row, BrokenRow) or row.not_utf8:
                    why = row.why if isinstance(row, BrokenRow) else "UTF-8"
                    findings.error(str(file), row.last, "", worded("is not CSV: {why}", why=why))
                    return
                cells = [cell.strip() for cell in row.cells]
                yield row.last, {n: (cells[i : i + 1] or [""])[0] for i, n in enumerate(header)}
    except BadFile as error:
        findings.error(str(file), 0, "", str(error))
    except OSError as error:
        what = worded("cannot be read: {value}", value=told(error.strerror or error))
        findings.error(str(file), 0, "", what)


def _header(
    first: CsvRow | BrokenRow | None,
    file: Path,
    columns: Sequence[str],
    required: Sequence[str],
    called: Mapping[str, str],
    findings: Findings,
) -> Sequence[str]:
    """The names of the columns; none, and errors noted, where they are not as wanted."""
    cells = [cell.strip().lower() for cell in first.cells] if isinstance(first, CsvRow) else []
    header = [called.get(cell, cell) for cell in cells]
    strange = [cell for cell in header if cell not in columns]
    for cell in strange:
        what = worded(
            "unknown column {column!r}{nearest}",
            column=cell[:200],
            nearest=nearest(cell, list(columns)),
        )
        findings.error(str(file), 1, "", what)
    lacking = [name for name in required if name not in header]
    for name in lacking:
        what = worded("the column {column!r} is missing; add it to the header", column=name)
        findings.error(str(file), 1, "", what)
    return [] if strange or lacking else header

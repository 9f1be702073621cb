"""From files to entries: TOML and CSV into the models of `rules_format`, errors with lines."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.csv_file import BrokenRow, CsvReader, CsvRow, Line
from config.foreign import told
from config.language import gettext, worded
from config.loading.documents import Unusable, table_of, text_of
from config.loading.problems import Findings, nearest
from schemas.limits import COLUMNS, CONFIGURATION_CELL, FILE_PROBLEMS

LONGEST_SHOWN: Final = 200
"""Characters of what a file holds, where it is quoted."""
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Placed(Generic[M]):
    """An entry and where it stands."""

    entry: M
    file: str
    line: int
    place: str


def read_text(folder: Traversable, name: str, findings: Findings) -> str | None:
    """The text of a file; None, with an error noted, where it cannot be read."""
    file = folder
    for part in name.split("/"):
        file = file.joinpath(part)
    try:
        return text_of(file)
    except Unusable as error:
        findings.unreadable(name, error.line, error.what)
    return None


def read_toml(folder: Traversable, name: str, findings: Findings) -> tuple[str, dict[str, object]]:
    """A TOML file as text and table; empty, with an error noted, where it is broken."""
    text = read_text(folder, name, findings)
    if text is None:
        return "", {}
    try:
        return text, table_of(text)
    except Unusable as error:
        findings.unreadable(name, error.line, error.what)
    return "", {}


def toml_entries(
    folder: Traversable, name: str, key: str, label: str, model: type[M], findings: Findings
) -> Iterator[Placed[M]]:
    """The entries `[[key]]` of a TOML file; `label` is the field by which people know an entry."""
    text, table = read_toml(folder, name, findings)
    for other in sorted(table.keys() - {key})[:FILE_PROBLEMS]:
        line = _line_of(text, other)
        findings.unreadable(
            name,
            line,
            worded("unknown key {other!r}{nearest}", other=other, nearest=nearest(other, [key])),
        )
    entries = table.get(key, [])
    if not isinstance(entries, list):
        what = worded("write each entry under a heading [[{key}]]", key=key)
        findings.error(name, 0, key, what)
        return
    lines = _lines_of_entries(text, key)
    for number, entry in enumerate(entries):
        line = lines[number] if len(lines) == len(entries) else 0
        called = entry.get(label) if isinstance(entry, dict) else None
        place = f"{key} {called}" if isinstance(called, str) else f"{key} {number + 1}"
        findings.name(name, called)
        checked = check(entry, model, name, line, place, findings)
        if checked is not None:
            yield Placed(checked, name, line, place)


def _lines_of_entries(text: str, key: str) -> list[int]:
    header = re.compile(rf"^[ \t]*\[\[[ \t]*{re.escape(key)}[ \t]*\]\]", re.MULTILINE)
    lines: list[int] = []
    line, at = 1, 0
    for found in header.finditer(text):
        line, at = line + text.count("\n", at, found.end()), found.end()
        lines.append(line)
    return lines


def toml_file(folder: Traversable, name: str, model: type[M], findings: Findings) -> M | None:
    """A TOML file that is one entry as a whole."""
    _, table = read_toml(folder, name, findings)
    return None if name in findings.unread else check(table, model, name, 0, "", findings)


def csv_rows(
    folder: Traversable,
    name: str,
    model: type[M],
    findings: Findings,
    lists: frozenset[str] = frozenset(),
    flags: frozenset[str] = frozenset(),
) -> Iterator[Placed[M]]:
    """The rows of a CSV file with a header; `lists`: columns split at `;`, `flags`: booleans."""
    text = read_text(folder, name, findings)
    if text is None:
        return
    lines = (
        Line(number, line.encode(), 0)
        for number, line in enumerate(io.StringIO(text, newline=""), 1)
    )
    rows = iter(CsvReader(lines, longest_cell=CONFIGURATION_CELL, delimiters=","))
    known = [f.alias or n for n, f in model.model_fields.items()]
    header = _header(next(rows, None), name, known, findings)
    if header is None:
        return
    for row in rows:
        if isinstance(row, BrokenRow):
            findings.unreadable(name, row.last, worded("is not CSV: {why}", why=row.why))
            return
        named = dict(zip(header, row.cells, strict=False))
        place = f"row {named.get('code') or named.get('name')}"
        findings.name(name, named.get("code"), named.get("office"))
        if len(row.cells) != len(header):
            what = worded("write {n} columns in each row", n=len(header))
            findings.error(name, row.last, place, what)
            continue
        cells = {c: _cell(c, v.strip(), lists, flags) for c, v in named.items()}
        given = {c: v for c, v in cells.items() if v is not None}
        checked = check(given, model, name, row.last, place, findings)
        if checked is not None:
            yield Placed(checked, name, row.last, place)


def _header(
    row: CsvRow | BrokenRow | None, name: str, known: list[str], findings: Findings
) -> Sequence[str] | None:
    """The names of the columns; None, with an error noted, where they are not those that are
    known."""
    if isinstance(row, BrokenRow):
        findings.unreadable(name, 1, worded("the header is not CSV: {why}; mend it", why=row.why))
        return None
    header = row.cells if row else []
    if len(header) > COLUMNS:
        what = worded(
            "has {header:,} columns; known are {known}", header=len(header), known=", ".join(known)
        )
        findings.unreadable(name, 1, what)
        return None
    right = True
    for column in header:
        if column not in known:
            right = False
            what = worded(
                "unknown column {column!r}{nearest}",
                column=column[:LONGEST_SHOWN],
                nearest=nearest(column, known),
            )
            findings.unreadable(name, 1, what)
    for column in header if right else ():
        if header.count(column) > 1:
            right = False
            findings.unreadable(
                name, 1, worded("the column {column!r} is there twice; remove one", column=column)
            )
            break
    missing = [column for column in known if column not in header]
    for column in missing:
        findings.unreadable(
            name, 1, worded("the column {column!r} is missing; add it to the header", column=column)
        )
    return header if right and not missing else None


def _cell(
    column: str, value: str, lists: frozenset[str], flags: frozenset[str]
) -> str | bool | list[str] | None:
    if column in lists:
        return [part.strip() for part in value.split(";") if part.strip()]
    if column in flags and value in ("true", "false"):
        return value == "true"
    return value or None


def line_of(text: str, key: str) -> int:
    """The line of a key, from 1; 0 where it is not found."""
    found = re.search(rf"^[ \t]*\"?{re.escape(key)}\"?[ \t]*=", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def check(
    entry: Mapping[str, object] | Any,
    model: type[M],
    file: str,
    line: int,
    place: str,
    findings: Findings,
) -> M | None:
    """An entry as its model; None, with every error noted, where it does not fit."""
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        for detail in error.errors(include_url=False)[:FILE_PROBLEMS]:
            where = ", ".join(part for part in (place, _path(detail)) if part)
            findings.error(file, line, where, _explained(detail, model))
    return None


def _path(detail: ErrorDetails) -> str:
    """`when 2, agency`: counted from one, as people do."""
    words: list[str] = []
    for step in detail["loc"]:
        if isinstance(step, int) and words:
            words[-1] += f" {step + 1}"
        else:
            words.append(str(step))
    return ", ".join(words)


def _explained(detail: ErrorDetails, model: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden":
        known = [f.alias or n for n, f in model.model_fields.items()]
        deeper = len(detail["loc"]) > 1
        return gettext("unknown key") + ("" if deeper else nearest(str(detail["loc"][-1]), known))
    if detail["type"] == "missing":
        return gettext("is missing; it is required")
    shown = _shown(detail.get("input"))
    return f"{told(detail['msg'])}{shown}"


def _shown(given: object) -> str:
    if not isinstance(given, str | int | float | bool):
        return ""
    if isinstance(given, int) and given.bit_length() > 4 * LONGEST_SHOWN:
        return gettext(" (given: a number of many digits)")  # Python refuses to write it out
    text = repr(given[:LONGEST_SHOWN] if isinstance(given, str) else given)
    more = "…" if isinstance(given, str) and len(given) > LONGEST_SHOWN else ""
    return worded(" (given: {text}{more})", text=text, more=more)


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*\[*[ \t]*{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 0

"""A file of complaints, opened as what it is."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import BinaryIO, Final

from config.csv_file import BadFile, Line
from config.language import gettext, worded
from pintu.publishing.columns import Choice, Columns, columns_of
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.json_fields import JsonFields
from pintu.publishing.json_items import json_items
from pintu.publishing.json_lines import json_records
from pintu.publishing.lines import GUESSED, OfficeLines
from pintu.publishing.records import Record, Skipped
from pintu.publishing.understanding import Topics
from pintu.publishing.workbook import Workbook
from schemas.limits import PUBLISHED_LINE_BYTES


class Format(StrEnum):
    """How the file is written down."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    XLSX = "xlsx"


SUFFIXES: Final = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSON,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
}
UNITS: Final[Mapping[Format, str]] = {Format.JSON: "item", Format.XLSX: "row"}
"""What the numbers of lines count, where these are no lines."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read.

    Args:
        kind: how it is written down.
        zone: of a moment without an offset.
        choice: of columns.
        topics: ids and names of topics, asked for where a category is to be understood.
        encoding: of the text; None: UTF-8, and a guess for what is not.
        sheet: of a workbook; None: the first that has a column of the text.
        say: hears sentences about the file as a whole.
    """

    kind: Format
    zone: tzinfo
    choice: Choice
    topics: Topics
    say: Callable[[str], None]
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The records, and how many bytes (of a workbook: rows) there are where that is known."""

    records: Iterator[Record | Skipped]
    size: int | None


def opened_records(stream: BinaryIO, size: int | None, reading: Reading) -> Opened:
    """The records of a file; its header is read at once.

    Args:
        stream: from its beginning.
        size: of it in bytes, None where that is not known.

    Raises:
        BadFile: it cannot be used.
    """
    if reading.kind is Format.XLSX:
        return _of_workbook(stream, reading)
    if reading.kind is Format.JSON:
        fields = JsonFields(reading.choice, reading.zone, reading.topics)
        items = json_items(_as_buffer(stream), PUBLISHED_LINE_BYTES)
        return Opened(json_records(_in_utf8(items, reading.encoding), fields), size)
    lines = OfficeLines(_as_buffer(stream), PUBLISHED_LINE_BYTES, reading.encoding)
    if reading.kind is Format.JSONL:
        fields = JsonFields(reading.choice, reading.zone, reading.topics)
        return Opened(json_records(lines, fields), size)
    records = csv_records(lines, lambda header: _columns(header, reading), _is_header(reading))
    return Opened(records, size)


def _of_workbook(stream: BinaryIO, reading: Reading) -> Opened:
    if not stream.seekable():
        # Its table of contents stands at the end.
        whole = tempfile.TemporaryFile()  # noqa: SIM115 -- read to the end of the program
        shutil.copyfileobj(stream, whole)
        whole.seek(0)
        stream = whole
    book = Workbook(stream, _is_header(reading), reading.sheet)
    records = book.records(lambda header: _columns(header, reading))
    reading.say(worded("sheet {name}", name=book.name))
    return Opened(records, book.rows)


def _is_header(reading: Reading) -> Callable[[Sequence[str]], bool]:
    return reading.choice.knows_text


def _columns(header: Sequence[str], reading: Reading) -> Columns:
    found = columns_of(header, zone=reading.zone, choice=reading.choice, topics=reading.topics)
    if found.passed_on:
        reading.say(worded("passed on in extra: {passed_on}", passed_on=", ".join(found.passed_on)))
    if found.left_out:
        names = ", ".join(found.left_out)
        reading.say(
            worded(
                'left out: {names} (--extra COLUMN passes one on, --map "COLUMN=field" uses it)',
                names=names,
            )
        )
    if found.made_by_route:
        reading.say(gettext("left out: agency, confidence, auto, which `pintu route --file` added"))
    if not found.tells_apart:
        reading.say(
            gettext(
                "no column id or time: what says the same as a row published before is taken for"
                " the same complaint (--name keeps files apart)"
            )
        )
    return found


def _as_buffer(stream: BinaryIO) -> io.BufferedIOBase:
    if isinstance(stream, io.BufferedIOBase):
        return stream
    raise BadFile(gettext("is no stream of bytes"))  # never: what was opened in binary is one


def _in_utf8(items: Iterator[Line], encoding: str | None) -> Iterator[Line]:
    """Items in the encoding that somebody names, or a guess for those that are not UTF-8."""
    for item in items:
        raw = item.raw
        for name in (encoding,) if encoding else ("utf-8", GUESSED):
            with suppress(UnicodeError):
                raw = item.raw.decode(name).encode()
                break
        yield Line(item.number, raw, item.end)

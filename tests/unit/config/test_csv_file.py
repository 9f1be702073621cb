"""One reader of CSV: rows with their place, also those that cannot be read."""

import csv
import io
import re
from pathlib import Path

import pytest

from config.csv_file import BadFile, BrokenRow, CsvReader, CsvRow, lines_of
from gateway.text.csv_rows import BadRow, CsvRows

PRODUCT = ("pintu", "gateway", "consumers", "config", "broker", "schemas")


def read(raw: bytes, *, strict: bool = True) -> list[CsvRow | BrokenRow]:
    return [*CsvReader(lines_of(io.BytesIO(raw), 1000), longest_cell=100, strict=strict)]


def test_a_row_knows_its_number_its_lines_and_where_it_ends() -> None:
    raw = b'\xef\xbb\xbfa;b\n\n"x\ny";2\n'
    assert read(raw) == [
        CsvRow(1, 1, 1, 7, ["a", "b"], 0),
        CsvRow(3, 3, 4, len(raw), ["x\ny", "2"], 0),
    ]


def test_what_cannot_be_read_is_a_value_and_the_next_row_is_read() -> None:
    rows = read(b'a,b\n"x"y,1\n\xff,2\n"' + b"z" * 200 + b'",3\nlast,4\n')
    kinds = [(type(row), row.first, row.not_utf8) for row in rows]
    assert kinds == [
        (CsvRow, 1, 0),
        (BrokenRow, 2, 0),
        (CsvRow, 3, 3),
        (BrokenRow, 4, 0),
        (CsvRow, 5, 0),
    ]


def test_a_stray_quotation_mark_breaks_a_row_only_where_that_is_asked() -> None:
    assert isinstance(read(b'a\n"x"y\n')[1], BrokenRow)
    assert isinstance(read(b'a\n"x"y\n', strict=False)[1], CsvRow)


def test_a_long_line_is_an_error_or_is_cut() -> None:
    raw = b"a" * 50 + b"\nb\n"
    with pytest.raises(BadFile, match="a line of more than 10 bytes"):
        list(lines_of(io.BytesIO(raw), 10))
    cut = list(lines_of(io.BytesIO(raw), 10, cut=True))
    assert [(line.number, line.raw, line.end) for line in cut] == [
        (1, b"a" * 10, 51),
        (2, b"b\n", 53),
    ]


def test_two_files_read_at_once_keep_their_own_limits() -> None:
    """The library's limit is one for the whole process."""
    raw = b"text\n" + b"x" * 150 + b"\n" + b"x" * 150 + b"\n"
    strict = iter(CsvReader(lines_of(io.BytesIO(raw), 1000), longest_cell=100))
    wide = iter(CsvReader(lines_of(io.BytesIO(raw), 1000), longest_cell=1000))
    found = [(next(strict), next(wide)) for _ in range(3)]
    assert [isinstance(one, BrokenRow) for one, _ in found] == [False, True, True]
    assert not [other for _, other in found if isinstance(other, BrokenRow)]


@pytest.mark.parametrize("raw", [b"\xff\xfet\0e\0", b"\xfe\xff\0t\0e"])
def test_a_file_of_another_encoding_is_told_as_what_it_is_by_every_command(raw: bytes) -> None:
    with pytest.raises(BadRow, match="is UTF-16; save it as UTF-8"):
        CsvRows(io.BytesIO(raw))


def test_there_is_one_reader_and_no_other() -> None:
    root = Path(__file__).parents[3]
    files = [file for part in PRODUCT for file in (root / part).rglob("*.py")]
    using = {
        str(file.relative_to(root))
        for file in files
        if re.search(r"csv\.(reader|DictReader|field_size_limit)", file.read_text())
    }
    assert using == {"config/csv_file.py"}
    assert csv.field_size_limit() > 0

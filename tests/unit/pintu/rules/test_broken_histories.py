"""Files of complaints that no program wrote: published, routed, scored or learned from."""

import contextlib
import io
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import config.files
from config.csv_file import BadFile, lines_of
from config.files import open_rows
from gateway.text.csv_rows import BadRow, CsvRows
from pintu.cli.main import app
from pintu.publishing.columns import Choice, columns_of
from pintu.publishing.complaints import complaints
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.json_lines import json_records
from pintu.publishing.lines import OfficeLines
from pintu.rules.evaluating.history import Examples
from pintu.rules.learning.history import BadHistory, read_history
from schemas.limits import COLUMNS, PUBLISHED_LINE_BYTES

WIDE = ",".join(["text", *(f"c{n}" for n in range(20 * COLUMNS))]).encode() + b"\n"


def published(raw: bytes) -> list[object]:
    lines = OfficeLines(io.BytesIO(raw), PUBLISHED_LINE_BYTES)
    records = csv_records(lines, partial(columns_of, zone=UTC), Choice().knows_text)
    return list(complaints(records, batch="test", channel="api"))


def published_lines(raw: bytes) -> list[object]:
    records = json_records(lines_of(io.BytesIO(raw), PUBLISHED_LINE_BYTES, cut=True))
    return list(complaints(records, batch="test", channel="api"))


@pytest.mark.parametrize(
    "raw", [b"text,n\x81me\nlampu,x\n", b'text,"n\x81me\n', b"text,\xe9\x81\nlampu,x\n"]
)
def test_a_header_that_is_not_utf8_is_refused_with_its_line(raw: bytes) -> None:
    with pytest.raises(BadFile, match="line 1, the header: "):
        published(raw)
    with pytest.raises(BadRow, match=r"row 1 \(line 1\)"):
        Examples(io.BytesIO(raw))


def test_a_header_of_very_many_columns_is_refused_at_once() -> None:
    began = time.process_time()
    with pytest.raises(BadFile, match=f"line 1, the header: {20 * COLUMNS + 1:,} columns"):
        published(WIDE)
    with pytest.raises(BadRow, match=r"row 1 .* columns, more than"):
        CsvRows(io.BytesIO(WIDE), lenient=True)
    assert time.process_time() - began < 2


def test_as_many_columns_as_there_may_be_are_looked_at_once_each() -> None:
    names = ["text", *(f"c{n}" for n in range(COLUMNS - 1))]
    assert len(columns_of(names, zone=UTC).names) == COLUMNS


def test_brackets_without_end_in_the_column_extra_stay_text() -> None:
    (item,) = published(b"text,extra\nlampu mati," + b"[" * 50_000 + b"\n")
    assert item


def test_a_file_of_blank_lines_is_told_and_not_kept() -> None:
    with pytest.raises(BadRow, match="is empty"):
        CsvRows(io.BytesIO(b"\n" * 100_000))


def command(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def no_folder(place: Path) -> None:
    place.mkdir()


def no_file(place: Path) -> None:
    pass


def loop(place: Path) -> None:
    place.symlink_to(place.name)


def device(place: Path) -> None:
    link = place.parent / "zero"
    link.symlink_to("/dev/zero")
    place.symlink_to(link.name)


def pipe(place: Path) -> None:
    os.mkfifo(place)


@pytest.mark.parametrize("make", [no_folder, no_file, loop, device, pipe])
@pytest.mark.parametrize("which", ["publish", "route", "evaluate", "diff", "learn"])
def test_what_is_no_file_of_complaints_is_told_with_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str, make: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(config.files, "PIPE_SECONDS", 0.2)
    file = tmp_path / "in.csv"
    make(file)
    words = {
        "publish": ["publish", str(file)],
        "route": ["route", "--file", str(file), "--out", str(tmp_path / "out.csv")],
        "evaluate": ["rules", "evaluate", str(file)],
        "diff": ["rules", "diff", "shipped", "shipped", "--on", str(file)],
        "learn": ["rules", "learn", str(file), "--config", str(tmp_path / "made")],
    }
    code, said = command(*words[which])
    assert (code, str(file) in said) == (2, True), said
    assert not (tmp_path / "out.csv").exists()


def test_a_pipe_is_read_as_soon_as_somebody_writes_into_it(tmp_path: Path) -> None:
    place = tmp_path / "pipe"
    os.mkfifo(place)

    def write() -> None:
        with place.open("wb") as out:
            out.write(b"text\nlampu\n")

    writer = threading.Thread(target=write)
    writer.start()
    with open_rows(place) as incoming:
        assert incoming.read() == b"text\nlampu\n"
    writer.join()


def test_a_file_whose_name_is_no_text_gives_ids_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"laporan\xff.csv")
    file.write_bytes(b"name\nx\n")
    code, said = command("publish", str(file))
    assert (code, "no column text" in said) == (2, True)


PIECES = [
    *("text", "extra", "time", "id", "channel", "latitude", ",", ";", "\t", '"', "\r", "\n", "\0"),
    *("nan", "1e999", "9" * 5_000, "[" * 3_000, "{" * 3_000, "0001-01-01T00:00:00+23:59"),
    *("9999-12-31T23:59:59-23:59", "\ufeff", "\u202e", "a\u0301" * 20, "'=1", '{"text":"x"}'),
    *('"\\ud800"', '{"id":', '"text":"lampu"', "}", ":", '"data":', '"specversion":"1.0",'),
]
RAW = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(lambda parts: "".join(parts).encode()),
    st.lists(st.sampled_from(PIECES), max_size=40).map(
        lambda parts: b"text,extra,id,channel,time,latitude\n" + ",".join(parts).encode()
    ),
)


@settings(max_examples=400, deadline=None)
@given(raw=RAW)
def test_whatever_a_file_holds_is_read_told_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    published_lines(raw)
    with contextlib.suppress(BadFile):
        published(raw)
    with contextlib.suppress(BadRow):
        list(Examples(io.BytesIO(raw)))
    file = tmp_path_factory.getbasetemp() / "history.csv"
    file.write_bytes(raw)
    with contextlib.suppress(BadHistory):
        read_history(file)

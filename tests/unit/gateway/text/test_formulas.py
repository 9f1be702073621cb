"""What a spreadsheet would run as a formula is text in the files that are written."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from gateway.text.formulas import Guard, guarded, restored
from pintu.cli.main import app
from pintu.rules.evaluating.history import Examples
from pintu.rules.learning.history import read_history

FORMULA = '=HYPERLINK("http://evil.example","lampu jalan mati")'
SIGNS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("sign", SIGNS)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert guarded(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"
    assert guarded(f" {sign}SUM(1)")[0] == "'"


@pytest.mark.parametrize("cell", ["-2.98", "+62", "-5", "lampu = mati", "", "0812-3456", "a@b.id"])
def test_numbers_and_plain_words_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.text() | st.text(alphabet="'=-+ 1\t@"))
def test_whatever_was_guarded_comes_back_as_it_was_and_is_no_formula(cell: str) -> None:
    assert restored(guarded(cell)) == cell


def routed(folder: Path, *options: str) -> tuple[str, list[dict[str, str]]]:
    source, target = folder / "in.csv", folder / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text", "=note"], [FORMULA, "-2.98"]])
    words = ["route", "--file", str(source), "--out", str(target), *options]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    with target.open(encoding="utf-8", newline="") as file:
        return result.stderr, list(csv.DictReader(file))


def test_a_routed_file_has_no_formula_and_says_how_many_there_were(tmp_path: Path) -> None:
    said, (row,) = routed(tmp_path)
    assert (row["text"], row["'=note"]) == ("'" + FORMULA, "-2.98")
    assert "2 cells that a spreadsheet would take for a formula" in said
    assert "--raw" in said


def test_raw_leaves_a_routed_file_as_it_came(tmp_path: Path) -> None:
    said, (row,) = routed(tmp_path, "--raw")
    assert (row["text"], "spreadsheet" in said) == (FORMULA, False)


def test_a_guarded_file_is_decided_and_written_as_it_was(tmp_path: Path) -> None:
    _, (first,) = routed(tmp_path)
    once = (tmp_path / "out.csv").read_text("utf-8")
    (tmp_path / "again.csv").write_text(once, "utf-8")
    words = ["route", "--file", str(tmp_path / "again.csv"), "--out", str(tmp_path / "twice.csv")]
    assert CliRunner().invoke(app, words).exit_code == 0
    with (tmp_path / "twice.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.reader(list(file)[1:])
    assert row[0] == "'" + FORMULA
    assert row[-3:] == [first["agency"], first["confidence"], first["auto"]]


def test_a_guarded_history_is_learned_from_and_scored_as_what_was_written(tmp_path: Path) -> None:
    rows = io.StringIO(newline="")
    guard = Guard()
    writer = csv.writer(rows)
    writer.writerow(["text", "agency"])
    writer.writerow(guard.row([FORMULA, "dishub"]))
    file = tmp_path / "history.csv"
    file.write_text(rows.getvalue(), "utf-8")
    assert guard.guarded == 1
    assert [row.text for row in read_history(file).rows] == [FORMULA]
    (example,) = Examples(io.BytesIO(file.read_bytes()))
    assert example.query.text == FORMULA

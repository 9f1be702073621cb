"""No cell of any table that people open in a spreadsheet is a formula, whatever strangers wrote."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest

from gateway.report.written import tab_separated
from gateway.text.sheets import csv_rows, tab_rows, workbook

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b"
BEFORE = ("", " ", "\u00a0", "\u200b", "\ufeff")
ATTACKS = [f"{before}{sign}cmd|' /C calc'!A0" for sign in SIGNS for before in BEFORE]


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_a_cell_of_csv_and_of_pasted_text_begins_with_an_apostrophe(attack: str) -> None:
    [line] = csv_rows([[attack, "x"]])
    [cells] = csv.reader(io.StringIO(line.removeprefix("\ufeff"), newline=""))
    assert cells == ["'" + attack, "x"]
    [pasted, last] = tab_rows([[attack, "x"]]).split("\t")
    assert (pasted.lstrip("'").strip()[:1] not in SIGNS or pasted[0] == "'", last) == (True, "x")


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_a_cell_of_a_workbook_is_text_and_stays_text_when_it_is_edited(attack: str) -> None:
    out = io.BytesIO()
    workbook("Rekap", [["No", "Judul"], ["1", attack]], out)
    cell = openpyxl.load_workbook(out).worksheets[0]["B2"]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.value.lstrip() == attack.lstrip() or "\r" in attack


@pytest.mark.parametrize("inner", ["lampu;=1+1", 'lampu;"=1+1"', "lampu\n=1+1", "lampu; @SUM(1)"])
def test_a_formula_behind_the_delimiter_of_another_country_is_none(inner: str) -> None:
    [line] = csv_rows([[inner]])
    for delimiter in ";\t,":
        for row in csv.reader(io.StringIO(line.removeprefix("\ufeff")), delimiter=delimiter):
            assert not [one for one in row if one.lstrip(' "').startswith(("=", "@"))], row


def test_plain_words_and_prices_stay_as_they_are() -> None:
    cells = ["Rp5.000,-", "lampu = mati", "a@b.id", "-5", "Jl. A; No. 3"]
    [line] = csv_rows([cells])
    assert next(csv.reader([line.removeprefix("\ufeff")])) == cells
    assert tab_rows([cells]) == "\t".join(cells)


def test_a_cell_never_breaks_the_lines_and_columns_of_pasted_text() -> None:
    assert tab_rows([["a\tb\nc\u2028d", "e"], ["f", "g"]]) == "a b c d\te\nf\tg"


@pytest.mark.parametrize(
    "text", ['"=1+1"', ' "=HYPERLINK(""http://e"",""x"")"', '"left open', '"@x"']
)
@pytest.mark.parametrize("written", [tab_rows, tab_separated])
def test_quotation_marks_round_pasted_text_are_signs_like_others(
    written: Callable[[list[list[str]]], str], text: str
) -> None:
    """Spreadsheets take them off, and look for a formula then."""
    first, last = written([[text, "x"]]).rstrip("\n").split("\t")
    assert (first.startswith("'"), last) == (True, "x")
    read = next(csv.reader([written([[text, "x"]])], delimiter="\t"))
    assert len(read) == 2
    assert not read[0].lstrip().startswith(("=", "@"))

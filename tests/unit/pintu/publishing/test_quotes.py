"""Rows of CSV that have swallowed others, and letters of several lines that have not."""

import pytest

from config.csv_file import Line
from pintu.publishing.quotes import Swallowing, split_leniently
from tests.unit.pintu.publishing.office_files import read


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a,b", ["a", "b"]),
        ("a,b,", ["a", "b", ""]),
        ('"a,b",c', ["a,b", "c"]),
        ('1,"lampu,Rias', ["1", "lampu", "Rias"]),
        ('x,"a ""b""",', ["x", 'a "b"', ""]),
        ('pipa 4",b', ['pipa 4"', "b"]),
        ("", [""]),
    ],
)
def test_a_line_is_split_whatever_its_quotation_marks_are(line: str, cells: list[str]) -> None:
    assert split_leniently(line + "\n", ",") == cells


@pytest.mark.parametrize(
    "text",
    [
        'id,text\n7,"Yth Bapak,\nJalan rusak di Rias, mohon dicek\nTerima kasih, Budi"\n',
        'text,village\n"Halo, Pak\nJalan rusak",Rias\n',
        'id,text,village\n7,"jalan rusak\nlampu mati\nair mati",Rias\n',
        'id,text\n7,"Jalan Merdeka nomor\n12, RT 3"\n',
        'id,text,village\n7,"daftar:\n1, jalan, Rias\n2, air, Serdang",Rias\n',
    ],
)
def test_a_letter_of_several_lines_is_one_complaint(text: str) -> None:
    found = read(text)
    assert len(found.items) == 1 and not found.warned
    assert found.texts[0].count("\n") == text.count("\n") - 2


def test_two_rows_that_were_swallowed_are_told_by_their_ids() -> None:
    found = read('id,text,village\n1,"lampu mati,Rias\n2,air mati,Rias\n3,pipa 4",Rias\n')
    assert found.texts == ["lampu mati", "air mati", 'pipa 4"']
    assert [*found.warned] == [2]


def test_rows_are_known_by_values_that_their_column_had_before() -> None:
    before = "lampu mati di jalan besar,Rias\njalan rusak,Serdang\n"
    found = read(f'text,village\n{before}"air mati,Rias\njalan rusak lagi,Serdang\npipa 4",Rias\n')
    assert len(found.texts) == 5 and [*found.warned] == [4]


def test_a_mark_that_a_quoted_cell_ends_leaves_the_quoted_cell_whole() -> None:
    found = read('id,text\n1,"lampu mati\n2,air mati\n3,"jalan rusak, parah\ndi Rias"\n4,x\n')
    assert found.texts == ["lampu mati", "air mati", "jalan rusak, parah\ndi Rias", "x"]
    assert [*found.warned] == [2]


def test_a_mark_in_a_column_alone_costs_its_line_and_no_other() -> None:
    found = read('text\na\n"b\nc\n')
    assert found.texts == ["a", "c"] and found.skipped == [(3, "broken-csv")]


def test_a_large_file_with_one_mark_too_many_loses_nothing() -> None:
    rows = "".join(f"{n},air mati nomor {n},Serdang\n" for n in range(2, 2_001))
    found = read(f'id,text,village\n1,"lampu mati,Rias\n{rows}')
    assert len(found.texts) == 2_000 and [*found.warned] == [2] and not found.skipped


def test_what_is_no_row_is_none() -> None:
    swallowing = Swallowing(3, 1, ",")
    assert swallowing.own_row(Line(1, b"a,b", 3)) is None
    assert not swallowing.has_swallowed([Line(1, b'1,"a,b', 6)])


def test_a_mark_in_the_last_line_is_told_and_the_line_read() -> None:
    found = read('id,text,village\n1,a,Rias\n2,"b,Rias\n')
    assert found.texts == ["a", "b"] and [*found.warned] == [3]

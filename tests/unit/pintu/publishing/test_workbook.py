"""Excel workbooks: the same complaints as of a CSV file."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from config.csv_file import BadFile
from pintu.publishing.columns import Choice
from pintu.publishing.opening import Format
from pintu.publishing.workbook import Workbook
from tests.unit.pintu.publishing.office_files import read


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


HEADER = ["Tracking ID", "Isi Laporan Awal", "Tanggal Laporan Masuk", "Waktu Laporan Masuk"]
ROWS: list[list[Any]] = [
    ["Rekapitulasi Laporan"],
    [],
    [*HEADER, "No HP", "NIK", "Tipe Laporan", "ID Kategori"],
    [9000001.0, "lampu mati", dt.datetime(2026, 1, 3), dt.time(8, 15), 81234567890, 1.9e15,
     "Rahasia", 1398],
    [9000002, "air mati", 46025.5, None, "0812", None, None, "01398"],
    [None, None],
    ["9000003", "jalan", dt.date(2026, 1, 3), "09.15"],
]  # fmt: skip


def test_cells_are_dates_numbers_and_texts_as_they_stand_there() -> None:
    found = read(workbook(Sampul=[["Rekap"]], Data=ROWS), Format.XLSX)
    assert "sheet Data" in found.said
    assert found.ids == ["9000001", "9000002", "9000003"]
    assert [event["time"] for event in found.events] == [
        "2026-01-03T08:15:00+07:00",
        "2026-01-03T12:00:00+07:00",
        "2026-01-03T09:15:00+07:00",
    ]
    first = found.data[0]
    assert (first["confidential"], first["category"]) == (True, "1398")
    assert first["reporter"] == {"phone": "081234567890"}
    assert found.warned == {4: ["reporter.national_id"]}
    assert [item.place.line for item in found.items] == [4, 5, 7]


def test_a_sheet_can_be_named() -> None:
    raw = workbook(Januari=[["text"], ["a"]], Februari=[["text"], ["b"]])
    assert read(raw, Format.XLSX).texts == ["a"]
    assert read(raw, Format.XLSX, sheet="Februari").texts == ["b"]
    with pytest.raises(BadFile, match="no sheet Maret; there are Januari, Februari"):
        read(raw, Format.XLSX, sheet="Maret")


def test_a_workbook_without_a_text_is_told() -> None:
    with pytest.raises(BadFile, match="no column text in its sheets"):
        read(workbook(A=[["nama"], ["x"]]), Format.XLSX)


@pytest.mark.parametrize("raw", [b"", b"text\na\n", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_workbook_is_told(raw: bytes) -> None:
    with pytest.raises(BadFile, match="no Excel workbook that can be read"):
        read(raw, Format.XLSX)


def test_a_workbook_cut_in_the_middle_is_told(tmp_path: Path) -> None:
    raw = bytearray(workbook(A=[["text"], *([f"lampu {n}"] for n in range(2_000))]))
    raw[200:2_000] = bytes(1_800)
    with pytest.raises(BadFile):
        read(bytes(raw), Format.XLSX)


def test_the_rows_of_the_sheet_are_the_length_of_the_progress_bar() -> None:
    raw = workbook(A=[["nama"]], B=[["text"], ["a"], ["b"]])
    book = Workbook(io.BytesIO(raw), Choice().knows_text)
    assert (book.name, book.rows) == ("B", 3)

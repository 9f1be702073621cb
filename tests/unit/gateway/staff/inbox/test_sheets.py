"""The inbox as a spreadsheet, and back."""

import csv
import io
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from broker.domain.case import Case, State
from gateway.staff.inbox.sheet import COLUMNS
from gateway.text.formulas import guarded
from tests.unit.gateway.door import MemoryDoor, a_receipt
from tests.unit.gateway.staff.inbox.officer import MemoryOfficer, a_report, an_officer

LONG = "Petugas kebersihan mengangkut sampah di pasar Rias pada hari Senin pukul sembilan pagi"
EVIL = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "'=1", " =1", ";=1")


def filled(workbook: bytes, answers: Mapping[str, Sequence[str]]) -> bytes:
    """The same with the last four columns of some rows, by tracking code."""
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook))
    for row in book.active.iter_rows(min_row=2):
        for cell, text in zip(row[8:], answers.get(row[1].value, ()), strict=False):
            cell.value = text
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def sends(officer: MemoryOfficer, body: bytes, name: str = "isi.xlsx") -> Any:
    """A file; the page that shows what it would do."""
    return await officer.post("/opd/dlh/lembar", files={"berkas": (name, body)})


async def agrees(officer: MemoryOfficer, page: str) -> Any:
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found is not None, page[-2000:]
    return await officer.post("/opd/dlh/lembar/kirim", {"rows": found[1]})


async def an_export(officer: MemoryOfficer) -> bytes:
    answer = await officer.get("/opd/dlh/lembar.xlsx")
    assert answer.status_code == 200
    return answer.content


def with_cells(case: Case, *cells: str) -> bytes:
    """A CSV of one row."""
    row = ["1", case.tracking, "", "", "", "", "besok", "", *cells]
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    return f"{','.join(COLUMNS)}\n{quoted}\n".encode()


async def test_what_goes_out_is_text_in_every_cell_and_the_action_one_of_a_list(
    door: MemoryDoor,
) -> None:
    for text in EVIL:
        await door.keep(a_report(text=text, title=text, location={"village": text}))
    officer = await an_officer(door)
    body = await an_export(officer)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(body)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {row[4].value for row in sheet.iter_rows(min_row=2)} >= {"=1+1", "@SUM(A1)"}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml")
    [told] = sheet.data_validations.dataValidation
    assert told.formula1 == '"terima,jawab,selesai,tanya,kembalikan"'
    assert str(told.sqref).startswith("I2")
    answer = await officer.get("/opd/dlh/lembar.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert all(guarded(cell) == cell or cell.startswith("'") for cell in cells)
    assert "'=1+1" in {row[4] for row in rows}


async def test_each_action_of_a_sheet_is_looked_at_first_and_then_said(door: MemoryDoor) -> None:
    cases = [await door.keep(a_report(due_in=n)) for n in range(5)]
    asked = {
        cases[0].tracking: ("terima",),
        cases[1].tracking: ("jawab", LONG, "anggaran ada"),
        cases[2].tracking: ("Selesai", LONG),
        cases[3].tracking: ("tanya", "Pasar yang mana?"),
        cases[4].tracking: ("kembalikan", "jalan nasional", "", "Dinas Perhubungan"),
    }
    officer = await an_officer(door)
    page = (await sends(officer, filled(await an_export(officer), asked))).text
    assert "5 of 5 rows" in page and door.sent.said == []
    done = await agrees(officer, page)
    assert "5 of 5 rows were taken in" in done.text
    said = {one["subject"]: (one["verb"], one["data"]) for one in door.sent.said}
    assert [said[str(case.complaint_id)] for case in cases] == [
        ("acknowledged", {}),
        ("responded", {"note": LONG, "internal_note": "anggaran ada"}),
        ("resolved", {"note": LONG}),
        ("held", {"note": "Pasar yang mana?"}),
        ("returned", {"reason": "jalan nasional", "suggest": "dishub"}),
    ]
    assert {one["person"] for one in door.sent.said} == {"siti"}


async def test_the_same_file_twice_bears_the_same_ids(door: MemoryDoor) -> None:
    case = await door.keep(a_report())
    officer = await an_officer(door)
    body = filled(await an_export(officer), {case.tracking: ("jawab", LONG)})
    for outcome in ("accepted", "repeated"):
        door.sent.receipt = a_receipt(outcome)
        done = await agrees(officer, (await sends(officer, body)).text)
    assert "sent before, nothing was done again" in done.text
    first, second = door.sent.said
    assert first["id"] == second["id"]
    other = filled(await an_export(officer), {case.tracking: ("jawab", f"{LONG} sekali")})
    await agrees(officer, (await sends(officer, other)).text)
    assert door.sent.said[2]["id"] != first["id"]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (("hapus", LONG), "Tindakan"),
        (("", LONG), "Tindakan"),
        (("jawab", ""), "Jawaban"),
        (("jawab", "x" * 10_001), "Jawaban"),
        (("jawab", LONG, "x" * 10_001), "Catatan internal"),
        (("kembalikan", "bukan kami", "", "Dinas Entah"), "OPD yang disarankan"),
        (("kembalikan", "bukan kami", "", "dlh"), "OPD yang disarankan"),
    ],
)
async def test_what_is_wrong_is_said_by_row_and_column_and_nothing_of_it_is_sent(
    door: MemoryDoor, cells: tuple[str, ...], column: str
) -> None:
    officer = await an_officer(door)
    page = (await sends(officer, with_cells(await door.keep(a_report()), *cells), "isi.csv")).text
    assert f"<strong>{column}:</strong>" in page and '<td class="n">2</td>' in page
    assert 'name="rows"' not in page


async def test_rows_of_other_agencies_and_of_none_are_refused_alike(door: MemoryDoor) -> None:
    officer = await an_officer(door)
    other, never = await door.keep(a_report("dishub")), a_report()
    pages = [
        (await sends(officer, with_cells(one, "jawab", LONG), "a.csv")).text.replace(
            one.tracking, ""
        )
        for one in (other, never)
    ]
    assert pages[0] == pages[1] and "Kode pelacakan:" in pages[0]


async def test_what_changed_between_the_two_pages_is_told_in_the_receipt(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    page = (await sends(officer, with_cells(case, "jawab", LONG), "a.csv")).text
    await door.keep(replace(case, agency="dishub"))
    done = await agrees(officer, page)
    assert "0 of 1 rows" in done.text and door.sent.said == []


async def test_rows_of_another_session_or_agency_are_not_taken(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    other = await an_officer(door, "budi", "agency:dlh", "agency:dishub")
    page = (await sends(officer, with_cells(case, "jawab", LONG), "a.csv")).text
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found is not None
    for someone, way in ((other, "dlh"), (other, "dishub"), (officer, "dlh")):
        rows = found[1] if someone is other else "A" + found[1][1:]
        answer = await someone.post(f"/opd/{way}/lembar/kirim", {"rows": rows})
        assert answer.status_code == 422
    for rows in ("", "é", "A" * 100, found[1][:-5]):
        assert (await officer.post("/opd/dlh/lembar/kirim", {"rows": rows})).status_code == 422
    assert door.sent.said == []


async def test_a_formula_that_comes_in_is_refused_and_text_stays_text(door: MemoryDoor) -> None:
    case = await door.keep(a_report())
    officer = await an_officer(door)
    book: Any = openpyxl.load_workbook(io.BytesIO(await an_export(officer)))
    book.active["I2"], book.active["J2"] = "jawab", '=HYPERLINK("http://x","ya")'
    out = io.BytesIO()
    book.save(out)
    page = (await sends(officer, out.getvalue())).text
    assert "<strong>Jawaban:</strong> A formula stands here" in page and 'name="rows"' not in page
    for text in ("=1+1 adalah dua, dan itu jawaban kami untuk Anda semua", f"- {LONG}"):
        body = filled(await an_export(officer), {case.tracking: ("jawab", text)})
        await agrees(officer, (await sends(officer, body)).text)
        assert door.sent.said[-1]["data"] == {"note": text}
        again = with_cells(case, "jawab", f"'{text}")
        await agrees(officer, (await sends(officer, again, "a.csv")).text)
        assert door.sent.said[-1]["data"] == {"note": text}


async def test_stored_markup_of_a_sheet_is_text(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    evil = "<script>alert(1)</script>"
    page = (await sends(officer, with_cells(case, evil, evil, evil, evil), "a.csv")).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def a_package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def _sound() -> dict[str, bytes]:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with zipfile.ZipFile(out) as package:
        return {name: package.read(name) for name in package.namelist()}


FAR = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="str"><v>Kode pelacakan</v></c><c r="B1" t="str"><v>Tindakan</v></c>'
    b'</row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
)
HIDDEN = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>{FAR.decode()}'.encode("utf-16")
CELLS = FAR.replace(b'<row r="1048576">', b'<row r="2">' + 700_000 * b"<c/>")
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "old or locked"),
        (b"%PDF-1.4 \0\0", "no spreadsheet"),
        (b"nama,umur\nbudi,7\n", "no column"),
        (b"\xff\xfe" + "Tindakan".encode("utf-16-le"), "no spreadsheet"),
        (b"Kode pelacakan,Tindakan\n\xe9,jawab\n", "cannot be read"),
        (b"PK\x03\x04 nothing", "damaged"),
        (a_package(mimetype=b"x", **{"content.xml": b"<a/>"}), "OpenDocument"),
        (a_package(**{"word/document.xml": b"<a/>"}), "no spreadsheet"),
        (a_package(**_sound(), **{"xl/vbaProject.bin": b"x"}), "macros"),
        (a_package(**_sound(), **{"xl/more.xml": b"0" * 30_000_000}), "unpacks"),
        (a_package(**_sound(), **{f"xl/a{n}.xml": b"" for n in range(300)}), "unpacks"),
        (a_package(**{**_sound(), "xl/workbook.xml": LAUGHS}), "damaged"),
        (a_package(**{**_sound(), "xl/worksheets/sheet1.xml": b"<a"}), "damaged"),
        (a_package(**_sound()), "empty"),
        (a_package(**{**_sound(), "xl/worksheets/sheet1.xml": FAR}), "too many rows"),
        (a_package(**{**_sound(), "xl/worksheets/sheet1.xml": HIDDEN}), "damaged"),
        (a_package(**{**_sound(), "xl/worksheets/sheet1.xml": CELLS}), "unpacks"),
    ],
)
async def test_what_is_no_sound_spreadsheet_is_refused_with_the_way_on(
    door: MemoryDoor, body: bytes, told: str
) -> None:
    answer = await sends(await an_officer(door), body)
    assert answer.status_code == 422, answer.status_code
    assert told in answer.text, re.findall(r'role="alert".*?</div>', answer.text, re.S)


async def test_too_many_rows_or_too_much_text_are_to_be_sent_in_parts(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    one = with_cells(case, "jawab", LONG).decode()
    header, row = one.splitlines()
    many = "\n".join([header, *[row] * 101]).encode()
    assert "in parts" in (await sends(officer, many, "a.csv")).text
    noise = [with_cells(case, "jawab", random.Random(n).randbytes(4500).hex()) for n in range(9)]
    rows = [line.decode().splitlines()[1] for line in noise]
    large = "\n".join([header, *rows]).encode()
    assert "in parts" in (await sends(officer, large, "a.csv")).text
    assert (await officer.post("/opd/dlh/lembar", {})).status_code == 422


async def test_what_was_not_filled_in_is_not_looked_at(door: MemoryDoor) -> None:
    case = await door.keep(a_report(state=State.HELD))
    officer = await an_officer(door)
    answer = await sends(officer, await an_export(officer))
    assert answer.status_code == 422 and "No row has anything" in answer.text
    assert case.tracking not in answer.text

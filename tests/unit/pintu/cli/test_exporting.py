"""`pintu case export`: the recap table of an office."""

import csv
from dataclasses import replace
from pathlib import Path

import openpyxl

from broker.domain.case import Case, Said
from broker.ports import CaseChange
from tests.contract.keeping import DAY, NOW, a_line
from tests.unit.broker.domain.case.story import BRIBE, NOTHING, ROAD
from tests.unit.pintu.cli.counter import Counter


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as incoming:
        return list(csv.DictReader(incoming))


async def becomes(counter: Counter, case: Case, *said: Said, **complaint: object) -> None:
    """As if it had come with these fields, and this had been said in it."""
    assert case.complaint is not None
    after = replace(case, complaint={**case.complaint, **complaint})  # type: ignore[arg-type]
    lines = tuple(a_line(case, one.verb) for one in said)
    async with counter.office.store.transaction() as transaction:
        await transaction.load([case.complaint_id])
        await transaction.save([CaseChange(after, lines, said=said)])


async def test_open_and_closed_cases_stand_in_the_words_of_officers(
    counter: Counter, tmp_path: Path
) -> None:
    async with counter.office.open():
        road, unclear, bribe = await counter.routes(ROAD, NOTHING, BRIBE)
        answer = Said(
            NOW, "agency.dpupr", "resolved", note="Sudah ditambal.", internal_note="rahasia dinas"
        )
        await becomes(counter, road, answer, title="Jalan berlubang", external_id="LAPOR-77")
        await counter.prints("triage", "dismiss", unclear.tracking, "Bukan.", "--code", "not-ours")
        await counter.does("case", "export", str(tmp_path / "rekap.csv"))
    found = {row["Tracking ID"]: row for row in rows(tmp_path / "rekap.csv")}
    assert found.keys() == {one.tracking for one in (road, unclear, bribe)}
    assert [row["No"] for row in found.values()] == ["1", "2", "3"]
    row = found[road.tracking]
    assert row["Judul"] == "Jalan berlubang"
    assert row["Tanggapan"] == "Sudah ditambal."
    assert "ID lain: LAPOR-77" in row["Keterangan"]
    assert found[unclear.tracking]["Keterangan"] == "Diarsipkan (bukan wewenang)"
    assert found[unclear.tracking]["OPD"] == ""
    assert "rahasia dinas" not in (tmp_path / "rekap.csv").read_text()
    assert (tmp_path / "rekap.csv").stat().st_mode & 0o777 == 0o600


async def test_no_reporter_and_nothing_confidential_stands_in_it(
    counter: Counter, tmp_path: Path
) -> None:
    async with counter.office.open():
        named, secret = await counter.routes(ROAD, ROAD)
        text = "Saya Siti Maryamah, hp 0812-3456-7890: jalan rusak"
        thanks = Said(NOW, "agency.dpupr", "responded", note="Ibu SITI  MARYAMAH, kami cek.")
        await becomes(counter, named, thanks, text=text, reporter={"name": "Siti Maryamah"})
        await becomes(counter, secret, thanks, text="Kepala dinas menyuap", confidential=True)
        await counter.prints("case", "export", str(tmp_path / "rekap.csv"))
    written = (tmp_path / "rekap.csv").read_text()
    assert "maryamah" not in written.lower()
    assert "0812" not in written
    assert "menyuap" not in written
    found = {row["Tracking ID"]: row for row in rows(tmp_path / "rekap.csv")}
    first, second = found[named.tracking], found[secret.tracking]
    assert first["Judul"] == "Saya [nama], hp [telepon]: jalan rusak"
    assert first["Tanggapan"] == "Ibu [nama], kami cek."
    assert (second["Judul"], second["Tanggapan"]) == ("(rahasia)", "(rahasia)")


async def test_formulas_are_defused_and_what_is_forgotten_is_said_to_be(
    counter: Counter, tmp_path: Path
) -> None:
    async with counter.office.open():
        formula, gone = await counter.routes(ROAD, ROAD)
        await becomes(counter, formula, title='=HYPERLINK("http://contoh.id")')
        await counter.prints("triage", "dismiss", gone.tracking, "Sudah.")
        await counter.office.store.forget_words(counter.desk.now() + DAY, 10, NOW)
        await counter.prints("case", "export", str(tmp_path / "rekap.csv"))
        nothing = await counter.does("case", "export", "-", "--until", "2001-01-01")
    found = {row["Tracking ID"]: row for row in rows(tmp_path / "rekap.csv")}
    first, second = found[formula.tracking], found[gone.tracking]
    assert first["Judul"].startswith("'=HYPERLINK")
    assert second["Judul"] == "(sudah dihapus)"
    assert nothing.stdout == "No,Tanggal,Tracking ID,Judul,OPD,Tanggapan,Keterangan\n"
    assert "0 cases" in nothing.stderr


async def test_a_workbook_holds_the_same_as_text_and_no_formula(
    counter: Counter, tmp_path: Path
) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        await becomes(counter, case, title='=HYPERLINK("http://a")\x0b')
        await counter.prints("case", "export", str(tmp_path / "rekap.xlsx"))
        await counter.prints("case", "export", str(tmp_path / "rekap.csv"))
        refused = await counter.does("case", "export", "-", "--xlsx")
    assert refused.exit_code == 2
    header, row = openpyxl.load_workbook(tmp_path / "rekap.xlsx")["Rekap"].iter_rows()
    [wanted] = rows(tmp_path / "rekap.csv")
    assert [cell.value for cell in header] == list(wanted)
    assert "f" not in {cell.data_type for cell in row}
    found = {name.value: cell.value for name, cell in zip(header, row, strict=True)}
    assert found["Judul"] == '=HYPERLINK("http://a")'
    assert (found["No"], found["Tracking ID"]) == ("1", case.tracking)
    assert (tmp_path / "rekap.xlsx").stat().st_mode & 0o777 == 0o600

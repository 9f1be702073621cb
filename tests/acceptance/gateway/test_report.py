"""The report in a browser: who sees it, who writes in it, and that nothing written is lost."""

import json
import re
from io import BytesIO

import openpyxl
import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer

PERIOD = "periode=2026-01"
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture(scope="module")
def lina(door: Door) -> Officer:
    return Officer(door, "lina", "lead")


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


@pytest.fixture(scope="module")
def adi(door: Door) -> Officer:
    return Officer(door, "adi", "auditor")


@pytest.fixture(scope="module")
def budi(door: Door) -> Officer:
    return Officer(door, "budi", "agency:dlh")


def fields(field: str, n: int, text: str, period: str = "2026-01") -> dict[str, str]:
    return {"periode": period, "bidang": field, "n": str(n), "text": text}


def test_every_section_has_a_page_for_leaders_desk_and_auditors(
    lina: Officer, rina: Officer, adi: Officer
) -> None:
    for who in (lina, rina, adi):
        page = who.page(f"/laporan?{PERIOD}&bahasa=id")
        assert "Januari 2026" in page and "Tindak lanjut (TL)" in page
    for part in (*map(str, range(4, 14)), "semua"):
        body = lina.page(f"/laporan?{PERIOD}&bagian={part}")
        assert len(body) < 30_000, (part, len(body))
        assert "style=" not in body and "<script>" not in body


def test_without_a_period_it_is_the_last_month_and_a_bad_one_is_refused(lina: Officer) -> None:
    assert "Evaluasi" in lina.page("/laporan?bahasa=id")
    answer = lina.get("/laporan?periode=2026-99&bahasa=id")
    assert answer.status == 400 and "tulis 2026-10" in answer.body.decode()
    assert "Traceback" not in answer.body.decode()


def test_somebody_of_an_agency_sees_none_of_it_and_nobody_without_a_session(
    budi: Officer, door: Door
) -> None:
    paths = ("/laporan", "/laporan/unduh.json", "/laporan/unduh.tsv", "/laporan/versi?bidang=plan")
    for path in paths:
        assert budi.get(path).status == 403, path
        answer = door.call("GET", path, headers={"Accept": "text/html"})
        assert answer.status == 303 and answer.headers["location"].startswith("/masuk")
    assert budi.post("/laporan/tulis", fields("findings", 0, "x")).status == 403


def test_an_auditor_reads_and_does_not_write(adi: Officer) -> None:
    assert 'action="/laporan/tulis"' not in adi.page(f"/laporan?{PERIOD}&bagian=12")
    assert adi.post("/laporan/tulis", fields("findings", 0, "x")).status == 403


def test_a_form_without_the_token_is_refused(lina: Officer) -> None:
    assert lina.post("/laporan/tulis", fields("findings", 0, "x"), token="0" * 32).status == 403


def test_the_annex_has_titles_and_is_not_for_leaders(lina: Officer, rina: Officer) -> None:
    assert lina.get(f"/laporan/unduh.tsv?{PERIOD}").status == 403
    answer = rina.get(f"/laporan/unduh.tsv?{PERIOD}")
    assert answer.status == 200 and answer.body.startswith(b"No\tTanggal\tTracking ID")


def test_what_is_written_is_kept_shown_as_text_and_in_every_file(
    lina: Officer, rina: Officer
) -> None:
    assert lina.post("/laporan/tulis", fields("findings", 0, HOSTILE)).status == 303
    page = rina.page(f"/laporan?{PERIOD}&bagian=12")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert "lina" in page
    data = json.loads(rina.get(f"/laporan/unduh.json?{PERIOD}").body)
    assert data["texts"]["findings"]["text"] == HOSTILE
    whole = rina.get(f"/laporan/unduh.html?{PERIOD}").body.decode()
    assert "&lt;script&gt;alert(1)" in whole and "<script>alert" not in whole
    assert not re.search(r'(src|href)="', whole)
    book = openpyxl.load_workbook(BytesIO(rina.get(f"/laporan/unduh.xlsx?{PERIOD}").body))
    assert len(book.sheetnames) == 13
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value == HOSTILE]
    assert [cell.data_type for cell in cells] == ["s"]
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


def test_two_who_write_at_once_both_keep_their_text(lina: Officer, rina: Officer) -> None:
    first = fields("problems", 0, "Armada kurang.", "2026-02")
    assert lina.post("/laporan/tulis", first).status == 303
    answer = rina.post("/laporan/tulis", fields("problems", 0, "Petugas kurang.", "2026-02"))
    assert answer.status == 409
    body = answer.body.decode()
    assert "Armada kurang." in body and "Petugas kurang." in body and 'name="n" value="1"' in body
    both = fields("problems", 1, "Armada dan petugas kurang.", "2026-02")
    assert rina.post("/laporan/tulis", both).status == 303
    earlier = lina.page("/laporan/versi?periode=2026-02&bidang=problems")
    assert "Armada kurang." in earlier and "Armada dan petugas kurang." in earlier


def test_the_plan_of_a_period_is_asked_about_in_the_next(lina: Officer) -> None:
    plan = [
        *(("periode", "2026-03"), ("bidang", "plan"), ("n", "0")),
        *(("what", "Tambah armada"), ("who", "DLH"), ("by_when", "Juni 2026"), ("state", "")),
        *(("what", ""), ("who", "siapa"), ("by_when", ""), ("state", "")),
    ]
    assert lina.post("/laporan/tulis", plan).status == 303
    page = lina.page("/laporan?periode=2026-04&bagian=12")
    assert "Tambah armada" in page and "siapa" not in page
    data = json.loads(lina.get("/laporan/unduh.json?periode=2026-04").body)
    assert data["texts"]["last_plan"]["items"] == [
        {"what": "Tambah armada", "who": "DLH", "by_when": "Juni 2026", "state": ""}
    ]
    assert data["texts"]["plan"]["items"] == []


@pytest.mark.parametrize("field", ["", "nothing", "../x"])
def test_a_text_that_there_is_not_is_refused(lina: Officer, field: str) -> None:
    assert lina.post("/laporan/tulis", fields(field, 0, "x")).status == 404
    assert lina.get(f"/laporan/versi?{PERIOD}&bidang={field}").status == 404

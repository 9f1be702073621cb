"""Pages of cases: who may see them, what they show, and that words of strangers stay words."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final

import openpyxl
import pytest

from broker.domain.case import Case, Entry, Said, State
from tests.contract.keeping import DAY, a_case, a_clock, a_line
from tests.unit.gateway.door import NOW, MemoryDoor, a_receipt
from tests.unit.gateway.staff_door import Signed, signed_in, staff_door

HTML: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA: Final = '=HYPERLINK("http://evil.example","klik")'
READ: Final = ("/meja/kasus", "/meja/kasus?q=jembatan", "/meja/lewat", "/meja/lewat/ekspor")
ACT: Final = ("assigned", "dismissed", "held", "resumed", "kirim-ulang")


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with staff_door() as made:
        yield made


@pytest.fixture
async def rina(door: MemoryDoor) -> Signed:
    return await signed_in(door, "rina", "desk")


def having(complaint: dict[str, Any], **more: Any) -> Case:
    late = a_clock(NOW - 10 * DAY, agency="dlh")
    kept: Any = {"text": "bau", **complaint}
    return replace(a_case(agency="dlh", clocks=(late,)), complaint=kept, **more)


async def in_triage(door: MemoryDoor, **more: Any) -> Case:
    waits = replace(a_clock(NOW + DAY, agency=None), name="verification")
    return await door.keep(
        replace(a_case(agency=None, state=State.TRIAGE, clocks=(waits,)), **more)
    )


async def test_only_whoever_works_at_the_desk_or_audits_it_sees_a_case(door: MemoryDoor) -> None:
    case = await door.keep(having({}))
    there, nowhere = f"/meja/kasus/{case.tracking}", "/meja/kasus/0000-0000-0000"
    for roles in (("lead",), ("agency:dlh",), ("agency:dlh", "lead")):
        stranger = await signed_in(door, "-".join(roles).replace(":", "-"), *roles)
        answers = [await stranger.get(path) for path in (there, nowhere)]
        assert [one.status_code for one in answers] == [403, 403]
        bodies = [re.sub("[0-9a-f]{32}", "", one.text) for one in answers]
        assert bodies[0] == bodies[1]  # nobody learns which cases there are
        for path in (*READ, "/meja/kasus/pindah", "/meja/kasus/pilihan/topik"):
            assert (await stranger.get(path)).status_code == 403, path
        for verb in ACT:
            assert (await stranger.post(f"{there}/{verb}")).status_code == 403
    assert (await door.client.get(there, headers={"Accept": "text/html"})).status_code == 303
    assert door.sent.said == []


async def test_an_auditor_reads_and_has_no_button(door: MemoryDoor) -> None:
    case = await door.keep(having({}))
    auditor = await signed_in(door, "sari", "auditor")
    for path in READ:
        assert (await auditor.get(path)).status_code == 200
    page = await auditor.page(f"/meja/kasus/{case.tracking}")
    assert page.count("<button") == 1  # to sign out
    assert "/meja/kasus/pindah" not in await auditor.page("/meja/kasus")
    assert (await auditor.get("/meja/kasus/pindah")).status_code == 403
    for verb in ACT:
        assert (await auditor.post(f"/meja/kasus/{case.tracking}/{verb}")).status_code == 403
    assert door.sent.said == []


async def test_a_form_of_somebody_else_does_nothing(door: MemoryDoor, rina: Signed) -> None:
    case = await door.keep(having({}))
    there = f"/meja/kasus/{case.tracking}/assigned"
    assert (await rina.post(there, {"agency": "dlh"}, token="0" * 32)).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert (await rina.post(there, {"agency": "dlh"}, **cross)).status_code == 403
    begin = {"dari": "dlh", "ke": "dpupr"}
    assert (await rina.post("/meja/kasus/pindah", begin, token="")).status_code == 403
    assert door.sent.said == []


async def test_a_case_that_is_not_there_is_not_found(rina: Signed) -> None:
    for code in ("0000-0000-0000", "x" * 500, "%00", "9KB0-BSXF-M8V4"):
        assert (await rina.get(f"/meja/kasus/{code}")).status_code == 404
    assert (await rina.get("/meja/kasus/pindah/nobody")).status_code == 404
    assert (await rina.get("/meja/lewat/ekspor?bentuk=exe")).status_code == 404


async def test_whatever_strangers_wrote_is_text(door: MemoryDoor, rina: Signed) -> None:
    fields = ("text", "title", "external_id", "category")
    places = ("address", "village", "district")
    case = having(
        {
            **dict.fromkeys(fields, HTML),
            "location": dict.fromkeys(places, HTML),
            "reporter": dict.fromkeys(("name", "phone", "email", "national_id"), HTML),
            "attachments": [{"url": f"javascript:{HTML}"}, {"url": f"https://x.example/{HTML}"}],
        }
    )
    said = Said(NOW, "channel.web", "replied", HTML, HTML, HTML, [{"url": HTML}], HTML)
    line = Entry(
        NOW, NOW, HTML, HTML, None, State.ROUTED, None, "dlh", {"why": HTML, "clock": HTML}
    )
    await door.keep(case, [line], [said])
    for path in (*READ[:3], f"/meja/kasus/{case.tracking}", f"/meja/kasus/{case.tracking}?cetak=1"):
        page = await rina.page(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
        assert 'href="https://x.example' not in page
    page = await rina.page("/meja/kasus?" + f"q={HTML}&tempat={HTML}&telp=1234{HTML}&urut={HTML}")
    assert "<script>alert" not in page


async def test_of_an_anonymous_reporter_nothing_shows(door: MemoryDoor, rina: Signed) -> None:
    reporter = {"name": "Budi Rahasia", "phone": "081277776666", "email": "budi@example.org"}
    case = await door.keep(having({"reporter": reporter}, anonymous=True))
    shown = await rina.page(f"/meja/kasus/{case.tracking}")
    assert "anonymous" in shown
    for path in (*READ[:3], f"/meja/kasus/{case.tracking}", f"/meja/kasus/{case.tracking}?cetak=1"):
        page = await rina.page(path)
        for mark in reporter.values():
            assert mark not in page
    assert case.tracking not in await rina.page("/meja/kasus?telp=6666")
    open_one = await door.keep(having({"reporter": reporter}))
    assert open_one.tracking in await rina.page("/meja/kasus?telp=77776666")
    assert "Budi Rahasia" in await rina.page(f"/meja/kasus/{open_one.tracking}")


async def test_a_code_leads_to_its_case_and_words_to_a_list(door: MemoryDoor, rina: Signed) -> None:
    case = await door.keep(having({"text": "lampu jalan mati", "external_id": "LAPOR-9"}))
    for typed in (case.tracking.lower().replace("-", " "), str(case.complaint_id)):
        answer = await rina.get(f"/meja/kasus?q={typed}")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/meja/kasus/{case.tracking}",
        )
    for query in ("q=mati+lampu", "q=lapor-9", "q=lampu&instansi=DLH&status=routed&kanal=web"):
        assert case.tracking in await rina.page(f"/meja/kasus?{query}")
    for query in ("q=%22mati+lampu%22", "q=lampu&instansi=triage", "q=lampu&status=closed"):
        assert case.tracking not in await rina.page(f"/meja/kasus?{query}")


@pytest.mark.parametrize("query", ["telp=123", "dari=besok", "sampai=2026-99-99", "instansi=xyzzy"])
async def test_what_cannot_be_looked_for_is_said(rina: Signed, query: str) -> None:
    answer = await rina.get(f"/meja/kasus?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "query", ["sesudah=x", "sesudah=2026-01-01T00:00_y", "status=zz", "jenis=%00", "kanal=%27"]
)
async def test_what_no_form_of_ours_sends_does_no_harm(rina: Signed, query: str) -> None:
    assert (await rina.get(f"/meja/kasus?{query}")).status_code == 200
    assert (await rina.get(f"/meja/lewat?{query}&instansi=%27&jam=x")).status_code == 200


async def test_a_list_has_fifty_a_page_and_goes_on(door: MemoryDoor, rina: Signed) -> None:
    cases = [replace(having({}), opened_at=NOW - timedelta(minutes=n)) for n in range(60)]
    for case in cases:
        await door.keep(case)
    for query in ("", "?q=bau", "?urut=lama"):
        first = await rina.page(f"/meja/kasus{query}")
        assert len(first.encode()) < 30_000
        [way] = re.findall('href="([^"]+)" rel="next"', first)
        second = await rina.page(way.replace("&amp;", "&"))
        codes = [
            re.findall('<th scope="row"><a href="/meja/kasus/([^"]+)"', one)
            for one in (first, second)
        ]
        assert [len(one) for one in codes] == [50, 10]
        wanted = [case.tracking for case in cases]
        assert codes[0] + codes[1] == (wanted[::-1] if "lama" in query else wanted)


async def test_a_case_shows_all_that_there_is(door: MemoryDoor, rina: Signed) -> None:
    clock = replace(a_clock(NOW - 10 * DAY, agency="dlh"), fired=("reminder", "breach"))
    earlier = await door.keep(having({}))
    case = replace(
        having({"title": "Lampu", "location": {"latitude": -2.5, "longitude": 106.25}}),
        clocks=(clock.hold(NOW - 12 * DAY).resume(NOW - 11 * DAY),),
        follows=earlier.tracking,
    )
    said = [
        Said(NOW, "agency.dlh", "responded", note="Kami periksa", internal_note="truk rusak"),
        Said(NOW, "desk", "assigned", note="segera"),
    ]
    lines = [
        replace(a_line(case, "responded"), at=NOW, who="agency.dlh"),
        replace(a_line(case, "assigned"), at=NOW, who="desk.rina"),
        replace(
            a_line(case, "escalated", clock="response", start=1, rung="breach"),
            at=NOW - 9 * DAY,
        ),
    ]
    await door.keep(case, lines, said)
    page = await rina.page(f"/meja/kasus/{case.tracking}")
    for words in (
        *(
            "Kami periksa",
            "truk rusak",
            "Internal note:",
            "the desk (rina)",
            "<svg",
            "-2.5, 106.25",
        ),
        *("Reminder", "Deadline passed", "On hold until", earlier.tracking, "working days late"),
    ):
        assert words in page, words
    assert "style=" not in page
    assert "maps" not in page
    paper = await rina.page(f"/meja/kasus/{case.tracking}?cetak=1")
    assert "truk rusak" in paper
    assert "/assigned" not in paper


async def test_much_that_was_said_is_shown_when_asked_for(door: MemoryDoor, rina: Signed) -> None:
    case = having({})
    said = [Said(NOW, "channel.web", "replied", note=f"kata {n}!") for n in range(80)]
    await door.keep(case, [a_line(case)] * 80, said)
    page = await rina.page(f"/meja/kasus/{case.tracking}")
    assert "kata 79!" in page
    assert "kata 3!" not in page
    assert len(page.encode()) < 40_000
    assert "kata 3!" in await rina.page(f"/meja/kasus/{case.tracking}?semua=1")


async def test_the_desk_assigns_with_all_that_it_found_out(door: MemoryDoor, rina: Signed) -> None:
    case = await in_triage(door)
    fields = {
        **{"agency": "Dinas Lingkungan Hidup", "oversight": "1", "title": "Sampah", "id": "a" * 32},
        **{"classification": "aspiration", "note": "n", "internal_note": "i", "code": "abuse"},
    }
    answer = await rina.post(f"/meja/kasus/{case.tracking}/assigned", fields)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/meja/kasus/{case.tracking}?hasil=assigned"
    [said] = door.sent.said
    assert (said["speaker"], said["verb"], said["id"]) == ("desk.rina", "assigned", "a" * 32)
    assert said["subject"] == str(case.complaint_id)
    assert said["data"] == {
        **{"agency": "dlh", "oversight": True, "classification": "aspiration", "title": "Sampah"},
        **{"note": "n", "internal_note": "i"},
    }
    assert "Assigned." in await rina.page(f"/meja/kasus/{case.tracking}?hasil=assigned")
    assert "alert(" not in await rina.page(f"/meja/kasus/{case.tracking}?hasil={HTML}")


async def test_the_desk_asks_goes_on_and_dismisses(door: MemoryDoor, rina: Signed) -> None:
    case = await in_triage(door)
    there = f"/meja/kasus/{case.tracking}"
    other = await door.keep(having({}))
    assert (await rina.post(f"{there}/held", {"note": "Di mana?"})).status_code == 303
    assert (await rina.post(f"{there}/resumed")).status_code == 409
    fields = {"code": "duplicate", "duplicate_of": other.tracking.lower(), "reason": "sama"}
    assert (await rina.post(f"{there}/dismissed", fields)).status_code == 303
    assert [(one["verb"], one["data"]) for one in door.sent.said] == [
        ("held", {"note": "Di mana?"}),
        ("dismissed", {"code": "duplicate", "reason": "sama", "duplicate_of": other.tracking}),
    ]
    held = await in_triage(door, state=State.HELD)
    assert (await rina.post(f"/meja/kasus/{held.tracking}/resumed")).status_code == 303
    assert (await rina.post(f"/meja/kasus/{held.tracking}/held", {"note": "?"})).status_code == 409
    # An agency that has a case asks for itself.
    asked = await rina.post(f"/meja/kasus/{other.tracking}/held", {"note": "?"})
    assert asked.status_code == 409


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("assigned", {}),
        ("assigned", {"agency": "xyzzy", "note": "tetap di sini"}),
        ("dismissed", {"code": "other"}),
        ("dismissed", {"reason": "tetap di sini"}),
        ("dismissed", {"code": "duplicate", "reason": "tetap di sini", "duplicate_of": "salah"}),
        ("held", {"internal_note": "tetap di sini"}),
    ],
)
async def test_what_is_missing_is_said_and_what_was_written_stays(
    door: MemoryDoor, rina: Signed, verb: str, fields: dict[str, str]
) -> None:
    case = await in_triage(door)
    answer = await rina.post(f"/meja/kasus/{case.tracking}/{verb}", fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if "tetap di sini" in fields.values():
        assert "tetap di sini" in answer.text
    assert door.sent.said == []


async def test_a_refusal_of_the_cases_is_told_on_the_page(door: MemoryDoor, rina: Signed) -> None:
    case = await in_triage(door)
    door.sent.receipt = a_receipt("refused", reason="impossible", detail="not <b>now</b>")
    answer = await rina.post(f"/meja/kasus/{case.tracking}/held", {"note": "Di mana?"})
    assert answer.status_code == 409
    assert "not &lt;b&gt;now" in answer.text
    assert "Di mana?" in answer.text
    door.sent.receipt = None
    answer = await rina.post(f"/meja/kasus/{case.tracking}/held", {"note": "Di mana?"})
    assert answer.headers["location"].endswith("?hasil=waiting")
    assert (await rina.post(f"/meja/kasus/{case.tracking}/replied", {})).status_code == 404


async def test_what_is_overdue_is_listed_with_totals_and_the_longest_first(
    door: MemoryDoor, rina: Signed
) -> None:
    late = await door.keep(having({"title": "Sampah"}))
    later = replace(having({}), clocks=(a_clock(NOW - 20 * DAY, agency="dpupr"),), agency="dpupr")
    await door.keep(later)
    coming = await door.keep(replace(having({}), clocks=(a_clock(NOW + DAY, agency="dlh"),)))
    page = await rina.page("/meja/lewat")
    assert page.index(later.tracking) < page.index(late.tracking)
    assert coming.tracking not in page
    assert 'class="aged-5"' in page
    only = await rina.page("/meja/lewat?instansi=dlh&jam=response")
    assert late.tracking in only
    assert later.tracking not in only


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
async def test_no_cell_of_a_spreadsheet_is_a_formula(
    door: MemoryDoor, rina: Signed, kind: str
) -> None:
    await door.keep(having({"title": FORMULA, "location": {"village": "@SUM(1)"}}))
    await door.keep(having({"title": "rahasia sekali", "confidential": True}))
    answer = await rina.get(f"/meja/lewat/ekspor?bentuk={kind}")
    assert f'filename="lewat-2026-03-02.{kind}"' in answer.headers["content-disposition"]
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value} == {"s"}
        assert FORMULA in [cell.value for cell in cells]
        assert "rahasia sekali" not in [cell.value for cell in cells]
        return
    assert not re.search(r'(^|[\t,;"])[=@+]', answer.text, re.MULTILINE)
    assert "'=HYPERLINK" in answer.text
    assert "rahasia sekali" not in answer.text


async def test_a_handover_is_looked_at_before_it_is_done(door: MemoryDoor, rina: Signed) -> None:
    for state in (State.ROUTED, State.ROUTED, State.RESOLVED):
        await door.keep(replace(having({}), state=state))
    page = await rina.page("/meja/kasus/pindah?dari=dlh&ke=dpupr")
    assert "Move 2 cases" in page
    assert "Move 3 cases" in await rina.page("/meja/kasus/pindah?dari=dlh&ke=dpupr&selesai=1")
    for fields in ({"dari": "dlh", "ke": "dlh"}, {"dari": "dlh"}, {}, {"dari": "dlh", "ke": "zz"}):
        answer = await rina.post("/meja/kasus/pindah", fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


async def test_the_pages_speak_indonesian_with_dates_as_indonesians_write_them(
    door: MemoryDoor,
) -> None:
    dewi = await signed_in(door, "dewi", "desk", language="id")
    at = datetime(2026, 2, 4, 9, tzinfo=UTC)
    case = await door.keep(replace(having({}), received_at=at, opened_at=at))
    page = await dewi.page(f"/meja/kasus/{case.tracking}")
    assert "Terdisposisi, belum ditindaklanjuti" in page
    assert "4 Feb 2026 16.00 WIB" in page
    for path in (*READ[:3], "/meja/kasus/pindah", f"/meja/kasus/{case.tracking}"):
        words = re.sub("<[^>]+>", " ", await dewi.page(path))
        assert not re.search(r"\b(Agency|Deadline|Search|Overdue|the desk|Received)\b", words), path


async def test_a_channel_is_called_as_people_call_it(door: MemoryDoor, rina: Signed) -> None:
    case, waits = await door.keep(having({})), await in_triage(door)
    assert door.world.search is not None
    await door.world.search.look()
    siti = await signed_in(door, "siti", "agency:dlh")
    for somebody, path in (
        (rina, "/meja/kasus"),
        (rina, f"/meja/kasus/{case.tracking}"),
        (rina, f"/meja?kasus={waits.tracking}"),
        (siti, f"/opd/dlh/kasus/{case.tracking}"),
    ):
        page = await somebody.page(path)
        assert "Situs web" in re.sub(r"<option.*?</option>", "", page), path

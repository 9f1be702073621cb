"""What an officer of an agency sees and does, on stores in memory."""

from dataclasses import replace

import pytest

from broker.domain.case import Said, State
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff.inbox.officer import a_line_of, a_report, an_officer

LONG = "Petugas kebersihan mengangkut sampah di pasar Rias pada hari Senin pukul sembilan pagi"


async def test_one_inbox_opens_at_once_and_of_several_one_is_chosen(door: MemoryDoor) -> None:
    one = await an_officer(door)
    answer = await one.get("/opd")
    assert (answer.status_code, answer.headers["location"]) == (303, "/opd/dlh")
    both = await an_officer(door, "budi", "agency:dlh", "agency:dishub")
    page = await both.page("/opd")
    assert 'href="/opd/dlh"' in page and 'href="/opd/dishub"' in page


async def test_what_is_late_is_shown_first(door: MemoryDoor) -> None:
    officer = await an_officer(door)
    late, soon, later = [await door.keep(a_report(due_in=n)) for n in (-3, 1, 6)]
    page = await officer.page("/opd/dlh")
    assert late.tracking in page and soon.tracking not in page
    page = await officer.page("/opd/dlh?tab=due")
    assert page.index(soon.tracking) < page.index(later.tracking)
    assert "due-soon" in page and "due-calm" in page


async def test_an_answer_is_said_as_the_agency_with_the_person_beside_it(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    fields = {"note": LONG, "internal_note": "anggaran ada", "id": "f1", "lines": "0"}
    answer = await officer.post(f"/opd/dlh/kasus/{case.tracking}/resolved", fields)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("?kabar=resolved.accepted")
    [said] = door.sent.said
    assert (said["speaker"], said["verb"], said["person"]) == ("agency.dlh", "resolved", "siti")
    assert said["data"] == {"note": LONG, "internal_note": "anggaran ada"}
    assert said["id"] == "f1.resolved"


@pytest.mark.parametrize("text", ["ok", "Terima kasih atas laporannya, akan kami tindaklanjuti."])
async def test_an_answer_that_says_little_is_pointed_out_once_and_not_refused(
    door: MemoryDoor, text: str
) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    way = f"/opd/dlh/kasus/{case.tracking}/responded"
    answer = await officer.post(way, {"note": text})
    assert answer.status_code == 422
    assert text in answer.text and 'name="sure" value="1"' in answer.text
    assert door.sent.said == []
    assert (await officer.post(way, {"note": text, "sure": "1"})).status_code == 303
    assert door.sent.said[0]["data"] == {"note": text}


async def test_what_somebody_else_did_meanwhile_is_told_and_nothing_typed_is_lost(
    door: MemoryDoor,
) -> None:
    officer, case = await an_officer(door), a_report()
    await door.keep(case, [a_line_of(case, "router", "routed")])
    done = replace(case, state=State.RESPONDED)
    await door.keep(done, [a_line_of(case, "agency.dlh", "responded", note="sudah dijawab")])
    way = f"/opd/dlh/kasus/{case.tracking}/resolved"
    answer = await officer.post(way, {"note": LONG, "lines": "1", "id": "a"})
    assert answer.status_code == 409
    assert LONG in answer.text and "First answer" in answer.text
    assert door.sent.said == []
    assert 'name="lines" value="2"' in answer.text
    assert (await officer.post(way, {"note": LONG, "lines": "2", "id": "a"})).status_code == 303


async def test_a_form_sent_twice_bears_the_same_id_and_finds_no_quarrel_with_itself(
    door: MemoryDoor,
) -> None:
    officer, case = await an_officer(door), a_report()
    await door.keep(case, [a_line_of(case, "router", "routed")])
    done = replace(case, state=State.RESOLVED)
    await door.keep(done, [a_line_of(case, "agency.dlh", "resolved", note=LONG)])
    fields = {"note": LONG, "lines": "1", "id": "a"}
    answer = await officer.post(f"/opd/dlh/kasus/{case.tracking}/resolved", fields)
    assert answer.status_code == 303
    assert [one["id"] for one in door.sent.said] == ["a.resolved"]


async def test_what_was_handed_back_is_gone_with_a_friendly_page(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    way = f"/opd/dlh/kasus/{case.tracking}/returned"
    fields = {"reason": "Jalan nasional", "suggest": "Dinas Perhubungan", "id": "k"}
    answer = await officer.post(way, fields)
    assert answer.headers["location"] == f"/opd/dlh/dikembalikan/{case.tracking}"
    assert door.sent.said[0]["data"] == {"reason": "Jalan nasional", "suggest": "dishub"}
    assert case.tracking in await officer.page(answer.headers["location"])
    gone = replace(case, agency="dishub")
    await door.keep(gone, [a_line_of(case, "agency.dlh", "returned", reason="Jalan nasional")])
    assert (await officer.get(f"/opd/dlh/kasus/{case.tracking}")).status_code == 404
    again = await officer.post(way, fields)
    assert again.headers["location"] == f"/opd/dlh/dikembalikan/{case.tracking}"
    lost = await officer.post(way, {"reason": "Alasan lain <b>", "id": "l"})
    assert lost.status_code == 409 and "Alasan lain &lt;b&gt;" in lost.text


async def test_a_suggestion_that_nobody_is_called_is_said_beside_its_field(
    door: MemoryDoor,
) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    way = f"/opd/dlh/kasus/{case.tracking}/returned"
    for name in ("Dinas Entah", "dlh"):
        answer = await officer.post(way, {"reason": "bukan kami", "suggest": name})
        assert answer.status_code == 422 and "#returned-suggest" in answer.text
        assert "bukan kami" in answer.text
    assert door.sent.said == []


async def test_a_note_for_officers_tells_the_reporter_nothing(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report(state=State.ACKNOWLEDGED))
    fields = {"internal_note": "tanya camat", "note": "should not go out"}
    await officer.post(f"/opd/dlh/kasus/{case.tracking}/noted", fields)
    [said] = door.sent.said
    assert (said["verb"], said["data"]) == ("acknowledged", {"internal_note": "tanya camat"})


async def test_a_supporting_agency_can_do_what_the_contract_lets_it(door: MemoryDoor) -> None:
    officer = await an_officer(door)
    case = await door.keep(a_report("dpupr", also="dlh"))
    page = await officer.page(f"/opd/dlh/kasus/{case.tracking}")
    for name, there in (
        *(("acknowledged", True), ("responded", True), ("returned", True), ("noted", True)),
        *(("resolved", False), ("held", False), ("resumed", False)),
    ):
        way = f"/opd/dlh/kasus/{case.tracking}/{name}"
        assert (f'action="{way}"' in page) is there, name
        if not there:
            answer = await officer.post(way, {"note": LONG, "sure": "1"})
            assert answer.status_code == 409 and LONG in answer.text
    assert door.sent.said == []
    assert case.tracking in await officer.page("/opd/dlh?tab=new")


async def test_another_agencys_case_and_one_that_never_was_get_the_same_answer(
    door: MemoryDoor,
) -> None:
    officer, other = await an_officer(door), await door.keep(a_report("dishub"))
    never = a_report().tracking
    for method in (officer.get, officer.post):
        answers = []
        for code in (other.tracking, never):
            way = f"/opd/dlh/kasus/{code}" + ("" if method == officer.get else "/resolved")
            answer = await method(way)
            answers.append((answer.status_code, answer.text.replace(code, "")))
        assert answers[0][0] in (404, 409)
        assert answers[0] == answers[1]
    assert door.sent.said == []


async def test_the_inbox_of_another_agency_and_of_none_get_the_same_answer(
    door: MemoryDoor,
) -> None:
    officer, desk = await an_officer(door), await an_officer(door, "rina", "desk")
    case = await door.keep(a_report("dishub"))
    for someone in (officer, desk):
        for rest in ("", f"/kasus/{case.tracking}", "/lembar", "/lembar.xlsx", "/nama-opd"):
            for code in ("dishub", "nowhere", "DLH", "dlh%2Fx"):
                assert (await someone.get(f"/opd/{code}{rest}")).status_code in (403, 404), rest
        for rest in (f"/kasus/{case.tracking}/resolved", "/lembar", "/lembar/kirim"):
            assert (await someone.post(f"/opd/dishub{rest}", {"note": LONG})).status_code == 403
    assert (await desk.get("/opd")).status_code == 403
    assert door.sent.said == []


async def test_a_form_without_the_token_of_the_session_says_nothing(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    other = await an_officer(door, "budi")
    way = f"/opd/dlh/kasus/{case.tracking}/resolved"
    for token in ("", "0" * 32, other.token):
        answer = await officer.post(way, {"note": LONG}, token=token)
        assert answer.status_code == 403
    elsewhere = {"Origin": "https://evil.example"}
    assert (await officer.post(way, {"note": LONG}, **elsewhere)).status_code == 403
    assert door.sent.said == []


async def test_whatever_strangers_wrote_is_text(door: MemoryDoor) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    case = a_report(
        text=evil,
        title=evil,
        external_id=evil,
        location={"village": evil, "address": evil},
        reporter={"name": evil, "phone": evil, "email": evil},
        attachments=[{"url": "javascript:alert(3)", "media_type": evil}, {"url": evil}],
    )
    case = replace(case, decision=replace(case.decision, because=evil), channel="web")
    said = [
        Said(NOW, "agency.dlh", "responded", note=evil, internal_note=evil),
        Said(NOW, "channel.web", "replied", note=evil, attachments=[{"url": evil}]),
        Said(NOW, "desk", "assigned", reason=evil),
    ]
    lines = [a_line_of(case, "desk.sri", "assigned", note=evil)] * 3
    await door.keep(case, lines, said)
    officer = await an_officer(door)
    pages = [
        await officer.page(f"/opd/dlh/kasus/{case.tracking}"),
        await officer.page("/opd/dlh?tab=due"),
        await officer.page("/opd/dlh?cari=script"),
        (await officer.post(f"/opd/dlh/kasus/{case.tracking}/returned", {"suggest": evil})).text,
    ]
    for page in pages:
        assert "alert(1)" in page
        assert "<script>alert" not in page and "<img src=x" not in page
        assert 'href="javascript' not in page


async def test_nothing_of_an_anonymous_reporter_is_shown(door: MemoryDoor) -> None:
    case = replace(a_report(reporter={"name": "Budi", "phone": "0812"}), anonymous=True)
    await door.keep(case)
    page = await (await an_officer(door)).page(f"/opd/dlh/kasus/{case.tracking}")
    assert "Anonymous" in page and "Budi" not in page and "0812" not in page


async def test_a_confidential_report_is_marked(door: MemoryDoor) -> None:
    case = await door.keep(a_report(confidential=True))
    officer = await an_officer(door)
    assert "Confidential" in await officer.page("/opd/dlh?tab=due")
    assert "Confidential: not for the public." in await officer.page(
        f"/opd/dlh/kasus/{case.tracking}"
    )


async def test_words_and_codes_are_found_in_the_own_inbox_alone(door: MemoryDoor) -> None:
    ours, other = await door.keep(a_report()), await door.keep(a_report("dishub"))
    officer = await an_officer(door)
    page = await officer.page("/opd/dlh?cari=menumpuk")
    assert ours.tracking in page and other.tracking not in page
    code = ours.tracking.lower().replace("-", " ")
    assert ours.tracking in await officer.page(f"/opd/dlh?cari={code}")
    assert other.tracking + "</a>" not in await officer.page(f"/opd/dlh?cari={other.tracking}")


async def test_pages_hold_fifty_and_lead_to_the_next(door: MemoryDoor) -> None:
    cases = [await door.keep(a_report(due_in=n % 9 + 1)) for n in range(60)]
    officer = await an_officer(door)
    first = await officer.page("/opd/dlh?tab=due")
    assert first.count("row-link") == 50
    way = first.split("setelah=")[1].split('"')[0]
    second = await officer.page(f"/opd/dlh?tab=due&setelah={way}")
    assert second.count("row-link") == 10
    assert all((one.tracking in first) != (one.tracking in second) for one in cases)
    assert (await officer.get("/opd/dlh?tab=due&setelah=x")).status_code == 404
    assert (await officer.get("/opd/dlh?tab=x")).status_code == 404


async def test_while_the_broker_is_away_what_was_typed_stays(door: MemoryDoor) -> None:
    officer, case = await an_officer(door), await door.keep(a_report())
    door.sent.away = True
    fields = {"note": LONG, "id": "same"}
    answer = await officer.post(f"/opd/dlh/kasus/{case.tracking}/resolved", fields)
    assert answer.status_code == 503
    assert LONG in answer.text and 'name="id" value="same"' in answer.text


async def test_a_page_of_fifty_long_reports_is_small(door: MemoryDoor) -> None:
    for n in range(60):
        await door.keep(a_report(text="kata panjang sekali " * 500, due_in=n % 5))
    page = await (await an_officer(door)).page("/opd/dlh?tab=due", **{"Accept-Language": "id"})
    assert len(page.encode()) < 40_000


async def test_a_long_case_is_cut_unless_all_of_it_is_wanted(door: MemoryDoor) -> None:
    case = a_report(text="kata " * 20_000)
    said = [Said(NOW, "agency.dlh", "responded", note="kata " * 900) for _ in range(30)]
    await door.keep(case, [a_line_of(case, "agency.dlh", "responded")] * 30, said)
    officer = await an_officer(door)
    page = await officer.page(f"/opd/dlh/kasus/{case.tracking}")
    assert len(page.encode()) < 40_000 and "?semua=1" in page
    assert len((await officer.page(f"/opd/dlh/kasus/{case.tracking}?semua=1")).encode()) > 200_000

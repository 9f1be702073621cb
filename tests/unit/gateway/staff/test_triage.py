"""The desk in a browser, on stores in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from broker.domain.case import Entry, State
from tests.unit.gateway.door import NOW, MemoryDoor, a_receipt
from tests.unit.gateway.staff.triage_cases import HX, field, officer, waits
from tests.unit.gateway.staff_door import staff_door


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    """With a desk."""
    async with staff_door() as made:
        yield made


async def test_assigning_says_it_as_the_desk_and_the_next_one_is_there(door: MemoryDoor) -> None:
    first, second = await door.keep(waits(1, days=3)), await door.keep(waits(2, days=2))
    rina = await officer(door)
    page = (await rina.get("/meja")).text
    form = {"id": field(page, "id"), "baris": field(page, "baris"), "agency": "dishub"}
    answer = await rina.post(f"/meja/putusan/{first.tracking}", form, **HX)
    assert answer.status_code == 200, answer.text
    [said] = door.sent.said
    assert (said["speaker"], said["verb"]) == ("desk.rina", "assigned")
    assert (said["data"], said["id"]) == ({"agency": "dishub"}, form["id"])
    assert f'<h2 id="kasus" tabindex="-1">{second.tracking}</h2>' in answer.text
    assert "was assigned to" in answer.text
    assert answer.text.lstrip().startswith('<div hx-swap-oob="innerHTML:#kabar">')


async def test_an_agency_is_found_by_its_name_and_what_is_unknown_is_told(
    door: MemoryDoor,
) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    path = f"/meja/putusan/{case.tracking}"
    name = door.world.config.rules.agency_name("dlh")
    await rina.post(path, {"verb": "assigned", "opd": name})
    await rina.post(path, {"verb": "assigned", "opd": f"dlh · {name}"})
    assert [one["data"]["agency"] for one in door.sent.said] == ["dlh", "dlh"]
    wrong = await rina.post(path, {"verb": "assigned", "opd": "dinas hantu", "note": "segera"})
    assert wrong.status_code == 422
    assert "No agency is called dinas hantu." in wrong.text
    assert 'value="dinas hantu"' in wrong.text and ">segera</textarea>" in wrong.text
    assert len(door.sent.said) == 2


async def test_a_question_that_is_ready_is_asked(door: MemoryDoor) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    texts = door.world.config.rules.desk_texts
    path = f"/meja/putusan/{case.tracking}"
    empty = await rina.post(path, {"verb": "held"})
    assert (empty.status_code, door.sent.said) == (422, [])
    await rina.post(path, {"verb": "held", "question": "Di mana?"})
    assert door.sent.said[-1]["data"] == {"note": "Di mana?"}
    for question in texts.questions[:1]:
        await rina.post(path, {"verb": "held", "question_of": question.code})
        assert door.sent.said[-1]["data"] == {"note": question.text.id}


async def test_a_duplicate_names_the_other_complaint(door: MemoryDoor) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    other = waits(9)
    path = f"/meja/putusan/{case.tracking}"
    form = {"verb": "dismissed", "code": "duplicate", "reason": "sama"}
    assert (await rina.post(path, form)).status_code == 422
    await rina.post(path, {**form, "duplicate_of": other.tracking.lower()})
    data = {"code": "duplicate", "reason": "sama", "duplicate_of": other.tracking}
    assert door.sent.said[-1]["data"] == data


async def test_when_the_broker_is_away_what_was_typed_is_kept(door: MemoryDoor) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    door.sent.away = True
    form = {"verb": "held", "question": "Di gang mana?", "id": "f1", "baris": "0"}
    answer = await rina.post(f"/meja/putusan/{case.tracking}", form)
    assert answer.status_code == 503
    assert "Di gang mana?</textarea>" in answer.text
    assert "Send it again" in answer.text
    door.sent.away = False
    assert (await rina.post(f"/meja/putusan/{case.tracking}", form)).status_code == 200


async def test_a_refusal_and_an_answer_that_is_late_are_told(door: MemoryDoor) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    door.sent.receipt = a_receipt("refused", reason="inactive-agency", detail="agency: gone")
    form = {"agency": "dishub", "note": "tolong"}
    answer = await rina.post(f"/meja/putusan/{case.tracking}", form)
    assert (answer.status_code, "tolong</textarea>" in answer.text) == (409, True)
    assert "not active any more" in answer.text
    door.sent.receipt = None
    answer = await rina.post(f"/meja/putusan/{case.tracking}", {**form, "id": "f2"})
    assert (answer.status_code, "tolong</textarea>" in answer.text) == (202, True)
    assert "look again in a moment" in answer.text


async def test_who_decides_second_is_told_what_was_decided_and_loses_nothing(
    door: MemoryDoor,
) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    page = (await rina.get("/meja")).text
    moved = replace(case, agency="dlh", state=State.ROUTED)
    line = Entry(NOW, NOW, "desk.sari", "assigned", State.TRIAGE, State.ROUTED, None, "dlh", {})
    await door.keep(moved, [line])
    form = {"verb": "held", "question": "Di mana?", "baris": field(page, "baris")}
    answer = await rina.post(f"/meja/putusan/{case.tracking}", form)
    assert answer.status_code == 409
    assert "Meanwhile sari assigned it to" in answer.text
    assert door.sent.said == []
    again = await rina.post(
        f"/meja/putusan/{case.tracking}",
        {**form, "verb": "dismissed", "code": "other", "reason": "kata"},
    )
    assert "kata</textarea>" in again.text


async def test_one_form_sent_twice_is_one_decision(door: MemoryDoor) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    line = Entry(NOW, NOW, "desk.rina", "assigned", State.TRIAGE, State.ROUTED, None, "dlh", {})
    await door.keep(replace(case, agency="dlh", state=State.ROUTED), [line])
    form = {"agency": "dlh", "baris": "0", "id": "f1"}
    answer = await rina.post(f"/meja/putusan/{case.tracking}", form)
    assert (answer.status_code, door.sent.said) == (200, [])
    assert "was assigned to" in answer.text


async def test_while_somebody_decides_nobody_else_does(door: MemoryDoor) -> None:
    case, rina = await door.keep(waits()), await officer(door)
    presence = door.world.store.presence
    await presence.claim(case.complaint_id, "sari", "hers", NOW, NOW)
    answer = await rina.post(f"/meja/putusan/{case.tracking}", {"agency": "dlh", "id": "mine"})
    assert (answer.status_code, door.sent.said) == (409, [])
    assert "sari is deciding" in answer.text
    await presence.release(case.complaint_id, "hers")
    answer = await rina.post(f"/meja/putusan/{case.tracking}", {"agency": "dlh", "id": "mine"})
    assert (answer.status_code, len(door.sent.said)) == (200, 1)


async def test_two_officers_at_one_case_see_each_other(door: MemoryDoor) -> None:
    case = await door.keep(waits())
    rina, sari = await officer(door), await officer(door, name="sari")
    await rina.get("/meja")
    page = (await sari.get("/meja")).text
    assert "rina has this open too" in page
    path = f"/meja/hadir/{case.tracking}"
    await rina.post(path, {"mengetik": "1", "meja": "1"})
    told = (await sari.post(path, {"mengetik": "", "meja": "1"})).text
    assert "rina is writing a decision" in told
    await door.keep(replace(case, agency="dlh", state=State.ROUTED))
    told = (await sari.post(path, {"mengetik": "", "meja": "1"})).text
    assert "decided on this meanwhile" in told


async def test_the_next_is_one_that_nobody_else_has_open(door: MemoryDoor) -> None:
    cases = [await door.keep(waits(n, days=9 - n)) for n in (1, 2, 3)]
    rina, sari = await officer(door), await officer(door, name="sari")
    await sari.get(f"/meja?kasus={cases[1].tracking}")
    answer = await rina.post(f"/meja/putusan/{cases[0].tracking}", {"agency": "dlh"})
    assert f'tabindex="-1">{cases[2].tracking}</h2>' in answer.text


async def test_several_are_decided_on_together_and_each_outcome_is_told(door: MemoryDoor) -> None:
    cases = [await door.keep(waits(n)) for n in (1, 2, 3)]
    rina = await officer(door)
    assert "3 alike" in (await rina.get("/meja")).text
    query = "&".join(f"kasus={case.tracking}" for case in cases)
    page = (await rina.get(f"/meja/serentak?{query}")).text
    assert page.count('name="kasus"') == 3
    await door.world.store.presence.claim(cases[1].complaint_id, "sari", "hers", NOW, NOW)
    pairs = [("kasus", f"{case.tracking}:0") for case in cases]
    answer = await rina.post("/meja/serentak", [*pairs, ("agency", "dlh"), ("id", "b1")])
    assert answer.status_code == 409
    assert {one["subject"] for one in door.sent.said} == {
        str(cases[0].complaint_id),
        str(cases[2].complaint_id),
    }
    assert len({one["id"] for one in door.sent.said}) == 2
    assert answer.text.count("was assigned to") == 2
    assert "sari is deciding" in answer.text
    assert answer.text.count('name="kasus"') == 1

"""A complaint on paper, entered at the counter."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.gateway.attachments.pictures import picture
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.staff_door import SignedIn, signed_in

PLACE = "/meja/loket"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    return await signed_in(door, "rina", "desk")


def fields(**more: str) -> dict[str, str]:
    return {"id": uuid4().hex, "kanal": "sms", "text": "Lampu jalan mati di depan pasar", **more}


def sent(door: MemoryDoor) -> list[dict[str, Any]]:
    return [json.loads(message.body) for message in door.sent.messages]


async def test_every_field_goes_the_way_of_every_other_complaint(
    door: MemoryDoor, rina: SignedIn
) -> None:
    answer = await rina.post(
        PLACE,
        fields(
            tanggal="2026-02-27", jam="09:30", nomor="REG-12", title="Lampu", kind="aspiration",
            oversight="1", category="waste", agency="dlh", address="Jl. Merdeka",
            latitude="-2,98", longitude="106.45", name="Siti", phone="0812", national_id="19",
            follows="RMEV-SGZ4-BQF3", confidential="1",
        ),
    )  # fmt: skip
    assert answer.status_code == 200
    [event] = sent(door)
    assert door.sent.messages[0].routing_key == "sms"
    data = event["data"]
    assert data.pop("occurred_at").startswith("2026-02-27T09:30:00+0")
    assert data == {
        "text": "Lampu jalan mati di depan pasar", "title": "Lampu", "oversight": True,
        "classification": "aspiration", "category": "waste", "agency": "dlh",
        "location": {"address": "Jl. Merdeka", "latitude": -2.98, "longitude": 106.45},
        "reporter": {"name": "Siti", "phone": "0812", "national_id": "19"},
        "anonymous": False, "confidential": True, "follows": "RMEV-SGZ4-BQF3",
        "external_id": "REG-12",
    }  # fmt: skip


async def test_the_receipt_has_tracking_code_and_pin_and_a_way_to_the_next(
    door: MemoryDoor, rina: SignedIn
) -> None:
    page = (await rina.post(PLACE, fields(nomor=EVIL, title=EVIL))).text
    code = re.search(r'id="code">([A-Z0-9-]{14})<', page)
    assert code is not None
    assert re.search(r'id="pin">\d{6}<', page)
    assert f'href="{PLACE}?kanal=sms"' in page
    assert "<script>alert" not in page
    [line] = await door.world.store.people.people_lines(9)
    assert (line.who, line.what, line.of, line.detail) == (
        *("rina", "counter.entered", code[1], "sms"),
    )


async def test_who_entered_it_is_in_nothing_that_an_agency_gets(
    door: MemoryDoor, rina: SignedIn
) -> None:
    await rina.post(PLACE, fields())
    assert "rina" not in json.dumps(sent(door))
    assert "desk" not in json.dumps(sent(door))


async def test_a_form_that_is_sent_twice_is_one_complaint_with_one_receipt(
    door: MemoryDoor, rina: SignedIn
) -> None:
    form = fields()
    codes = [re.search('id="code">(.*?)<', (await rina.post(PLACE, form)).text) for _ in "ab"]
    assert codes[0] and codes[1] and codes[0][1] == codes[1][1]
    assert len({message.message_id for message in door.sent.messages}) == 1
    other = await rina.post(PLACE, {**form, "text": "lain"})
    assert other.status_code == 422


async def test_of_somebody_anonymous_nothing_that_was_typed_of_them_is_sent(
    door: MemoryDoor, rina: SignedIn
) -> None:
    await rina.post(PLACE, fields(anonymous="1", name="Siti", phone="0812"))
    [event] = sent(door)
    assert (event["data"]["anonymous"], "reporter" in event["data"]) == (True, False)


async def test_scans_go_with_it(door: MemoryDoor, rina: SignedIn) -> None:
    scans = {"files": ("scan.jpg", picture(), "image/jpeg")}
    answer = await rina.upload(PLACE, scans, fields())
    assert answer.status_code == 200, answer.text
    assert len(sent(door)[0]["data"]["attachments"]) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text": " "}, "has no text yet"),
        ({"kanal": "nobody"}, "Choose a channel"),
        ({"tanggal": "2026-03-09"}, "still to come"),
        ({"tanggal": "kapan"}, "A day is like"),
        ({"tanggal": "2026-02-27", "jam": "9"}, "A time is like"),
        ({"follows": "RMEV-SGZ4-BQF4"}, "no tracking code"),
        ({"latitude": "-2.98"}, "two numbers"),
        ({"latitude": "nan", "longitude": "inf"}, "two numbers"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    door: MemoryDoor, rina: SignedIn, wrong: dict[str, str], told: str
) -> None:
    answer = await rina.post(PLACE, fields(title=EVIL, **wrong))
    assert (answer.status_code, told in answer.text, sent(door)) == (422, True, [])
    assert "&#34;&gt;&lt;script&gt;alert(1)" in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_while_rabbitmq_is_away_the_form_comes_back_as_it_was(
    door: MemoryDoor, rina: SignedIn
) -> None:
    door.sent.away = True
    form = fields()
    answer = await rina.post(PLACE, form)
    assert (answer.status_code, form["text"] in answer.text, form["id"] in answer.text) == (
        *(503, True, True),
    )
    assert await door.world.store.people.people_lines(9) == []


@pytest.mark.parametrize("role", ["auditor", "lead", "agency:dlh"])
async def test_nobody_but_the_desk_enters_anything(door: MemoryDoor, role: str) -> None:
    other = await signed_in(door, "sari", role)
    assert (await other.get(PLACE)).status_code == 403
    assert (await other.post(PLACE, fields())).status_code == 403
    assert sent(door) == []


async def test_a_form_of_another_page_enters_nothing(door: MemoryDoor, rina: SignedIn) -> None:
    assert (await rina.post(PLACE, fields(), token="0")).status_code == 403
    assert sent(door) == []

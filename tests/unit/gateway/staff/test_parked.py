"""What officers do with what could not be used: seen, mended, sent back, discarded."""

import json
import re
from uuid import uuid4

import pytest

from broker.errors import BrokerUnavailable
from broker.memory import MemoryBroker
from broker.messaging import names
from broker.messaging.topology import topology
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.staff.parked_door import (
    BROKEN,
    MENDED,
    PLACE,
    Parking,
    audited,
    group_of,
    parking,
)
from tests.unit.gateway.staff_door import SignedIn, signed_in

ROUTES = (
    f"{PLACE}",
    f"{PLACE}/kelompok/{'a' * 12}",
    f"{PLACE}/pesan/{'a' * 16}",
    f"{PLACE}/pesan/{'a' * 16}/isi",
    f"{PLACE}/pesan/{'a' * 16}/ubah",
    f"{PLACE}/kerja/{'a' * 32}",
)
FORMS = (ROUTES[1], ROUTES[2], ROUTES[4])


@pytest.fixture
def parked(door: MemoryDoor) -> Parking:
    wanted = topology(["dlh", "dpupr"], ["web", "sms"], broker_version=(4, 0))
    return parking(door, MemoryBroker(wanted))


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    return await signed_in(door, "rina", "desk")


def fields(**more: str) -> dict[str, str]:
    return {"id": uuid4().hex, **more}


async def test_messages_are_in_groups_by_reason_and_origin_with_count_and_age(
    parked: Parking, rina: SignedIn
) -> None:
    for n in range(3):
        await parked.add(id=f"a{n}")
    await parked.add(b"\xff", "not-utf8", "sms", "b")
    page = await rina.page(PLACE)
    assert page.index("the JSON is broken") < page.index("the letters are not in UTF-8")
    assert re.search(r'complaints.intake/web.*?<td class="n">3</td>\s*<td>\d', page, re.S)
    link = re.findall(rf'href="({PLACE}/kelompok/\w+)"', page)[0]
    group = await rina.page(link)
    assert len(re.findall(rf'href="{PLACE}/pesan/\w+"', group)) == 3


async def test_a_group_has_fifty_on_a_page(parked: Parking, rina: SignedIn) -> None:
    for n in range(51):
        await parked.add(id=f"a{n}")
    link, _ = await group_of(parked)
    shown = [await rina.page(f"{link}?halaman={n}") for n in (1, 2, 99)]
    counts = [len(re.findall(rf'href="{PLACE}/pesan/\w+"', page)) for page in shown]
    assert counts == [50, 1, 1]


async def test_what_strangers_wrote_is_text_on_every_page(parked: Parking, rina: SignedIn) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="x()">\x1b[2J\u202e'
    await parked.add(json.dumps({"title": evil}, ensure_ascii=False).encode(), f"no-text{evil}")
    await parked.add(f"{evil}".encode(), "broken-json", id=f"{evil}"[:40])
    pages = [await rina.page(PLACE)]
    pages += [
        await rina.page(link) for link in re.findall(r'href="(/meja/parkir/k\w+/\w+)"', pages[0])
    ]
    for id in await parked.ids():
        pages += [
            await rina.page(f"{PLACE}/pesan/{id}"),
            await rina.page(f"{PLACE}/pesan/{id}/ubah"),
        ]
    assert len(pages) == 7
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        if "<textarea" not in page:  # what is edited is as it came
            assert not set("\x1b\u202e") & set(page)


async def test_bytes_that_are_no_text_are_shown_as_bytes_and_downloaded_as_they_are(
    parked: Parking, rina: SignedIn
) -> None:
    await parked.add(b"\xff\xfeLampu", "not-utf8")
    [id] = await parked.ids()
    page = await rina.page(f"{PLACE}/pesan/{id}")
    assert "000000  ff fe 4c 61 6d 70 75" in page
    answer = await rina.get(f"{PLACE}/pesan/{id}/isi")
    assert answer.content == b"\xff\xfeLampu"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_an_edited_message_goes_in_place_of_the_original_and_is_on_the_audit_trail(
    parked: Parking, rina: SignedIn
) -> None:
    await parked.add()
    [id] = await parked.ids()
    sent = await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=MENDED, reason="koma"))
    assert sent.status_code == 303
    assert "1 message was sent and has left the queue" in await rina.page(sent.headers["location"])
    assert parked.bodies(names.ROUTER_QUEUE) == [MENDED.encode()]
    assert await parked.ids() == []
    [line] = await audited(parked)
    assert (line["by"], line["reason"], line["sent_again"], line["edited"]) == (
        *("rina", "edited and sent again: koma", "m"),
        [""],
    )
    assert "Lampu" not in json.dumps(line)


async def test_what_changed_is_told_by_place_and_never_by_value(
    parked: Parking, rina: SignedIn
) -> None:
    await parked.add(b'{"text": "", "reporter": {"phone": "0812"}}', "no-text")
    [id] = await parked.ids()
    text = '{"text": "Lampu mati", "reporter": {"phone": "0813"}}'
    await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=text))
    [line] = await audited(parked)
    assert line["edited"] == ["/text", "/reporter/phone"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"text": "Lampu mati",, }', "line 1, column 23"),
        ('{"text": " "}', "the complaint has no text"),
        ('[{"text": "a"}, {"text": "b"}]', "the JSON is no object"),
        (BROKEN.decode(), "line 1"),
        ("", "the complaint has no text"),
    ],
)
async def test_what_would_be_parked_again_is_told_and_nothing_is_sent(
    parked: Parking, rina: SignedIn, text: str, told: str
) -> None:
    await parked.add()
    [id] = await parked.ids()
    answer = await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=text))
    assert (answer.status_code, told in answer.text) == (422, True), answer.text[-2500:]
    assert (await parked.ids(), parked.bodies(names.ROUTER_QUEUE)) == ([id], [])


async def test_somebody_only_looks_whether_it_fits(parked: Parking, rina: SignedIn) -> None:
    await parked.add()
    [id] = await parked.ids()
    text = '{"text": "Lampu mati", "category": {}}'
    answer = await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=text, look="1"))
    assert "It can be read as it is now" in answer.text
    assert "category" in answer.text[answer.text.index("Left out") :][:200]
    assert await parked.ids() == [id]


async def test_who_reports_anonymously_is_neither_shown_nor_sent_again_nor_named(
    parked: Parking, rina: SignedIn
) -> None:
    data = {"text": "", "anonymous": 1, "reporter": {"name": "Siti"}, "extra": {"wa": "0812"}}
    await parked.add(
        json.dumps({"specversion": "1.0", "id": "m", "data": data}).encode(), "no-text"
    )
    [id] = await parked.ids()
    for path in ("", "/ubah", "/isi"):
        assert not re.search("Siti|0812", (await rina.get(f"{PLACE}/pesan/{id}{path}")).text)
    named = '{"specversion": "1.0", "id": "m", "data": {"text": "Lampu", "anonymous": false}}'
    refused = await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=named))
    assert (refused.status_code, await parked.ids()) == (422, [id])
    text = '{"specversion": "1.0", "id": "m", "data": {"text": "Lampu", "anonymous": 1}}'
    assert (await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=text))).status_code == 303
    [body] = parked.bodies(names.ROUTER_QUEUE)
    assert b"Siti" not in body


@pytest.mark.parametrize(
    "body",
    [
        b'{"anonymous": true, "reporter": {"name": "Siti"},, "text": "x"}',
        '{"anonymous": true, "reporter": {"name": "Siti"}}'.encode("utf-16"),
        b'{"reporter": {"name": "Siti"}, "anonym\xff": 1}',
    ],
)
async def test_what_may_be_an_anonymous_complaint_and_cannot_be_read_is_hidden_whole(
    parked: Parking, rina: SignedIn, body: bytes
) -> None:
    await parked.add(body, "broken-json")
    [id] = await parked.ids()
    for path in ("", "/ubah", "/isi"):
        answer = await rina.get(f"{PLACE}/pesan/{id}{path}")
        assert "Siti" not in answer.text
        assert "53 00 69 00 74" not in answer.text
    answer = await rina.post(f"{PLACE}/pesan/{id}/ubah", fields(text=MENDED))
    assert (answer.status_code, await parked.ids()) == (422, [id])


async def test_a_group_is_sent_back_whole(
    parked: Parking, rina: SignedIn, door: MemoryDoor
) -> None:
    for n in range(120):
        await parked.add(id=f"a{n}")
    link, mark = await group_of(parked)
    sent = await rina.post(link, fields(do="replay", mark=mark))
    assert "120 messages were sent" in await rina.page(sent.headers["location"])
    assert len(parked.bodies(names.ROUTER_QUEUE)) == 120
    assert await parked.ids() == []
    [line] = await door.world.store.people.people_lines(9)
    assert (line.who, line.what, line.detail) == ("rina", "parked.replay", "120")


async def test_a_group_that_changed_meanwhile_is_left_alone(
    parked: Parking, rina: SignedIn
) -> None:
    await parked.add(id="a")
    link, mark = await group_of(parked)
    await parked.add(id="b")
    await parked.ids()
    answer = await rina.post(link, fields(do="discard", mark=mark, reason="coba"))
    assert (answer.status_code, len(await parked.ids())) == (409, 2)


async def test_a_message_is_discarded_with_a_reason_and_not_without(
    parked: Parking, rina: SignedIn
) -> None:
    await parked.add()
    [id] = await parked.ids()
    without = await rina.post(f"{PLACE}/pesan/{id}", fields(do="discard", reason=" "))
    assert (without.status_code, await parked.ids()) == (422, [id])
    done = await rina.post(f"{PLACE}/pesan/{id}", fields(do="discard", reason="pesan coba"))
    assert "1 message was discarded" in await rina.page(done.headers["location"])
    [line] = await audited(parked)
    assert (line["by"], line["reason"], await parked.ids()) == ("rina", "pesan coba", [])


async def test_a_form_that_is_sent_twice_works_once(parked: Parking, rina: SignedIn) -> None:
    await parked.add()
    [id] = await parked.ids()
    form = fields(text=MENDED)
    answers = [await rina.post(f"{PLACE}/pesan/{id}/ubah", form) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(parked.bodies(names.ROUTER_QUEUE)) == 1


async def test_whoever_comes_second_is_told_and_keeps_what_they_wrote(
    parked: Parking, rina: SignedIn, door: MemoryDoor
) -> None:
    await parked.add()
    [id] = await parked.ids()
    budi = await signed_in(door, "budi", "desk")
    await rina.post(f"{PLACE}/pesan/{id}", fields(do="replay"))
    late = await budi.post(f"{PLACE}/pesan/{id}/ubah", fields(text=MENDED))
    assert (late.status_code, "Lampu jalan mati" in late.text) == (404, True)
    again = await budi.post(f"{PLACE}/pesan/{id}", fields(do="replay"))
    assert "somebody else has handled it" in await budi.page(again.headers["location"])
    assert len(parked.bodies(names.ROUTER_QUEUE)) == 1


async def test_while_somebody_else_reads_nothing_is_done_and_that_is_said(
    parked: Parking, rina: SignedIn
) -> None:
    await parked.add()
    [id] = await parked.ids()
    parked.fails = BrokerUnavailable("somebody else reads it now")
    sent = await rina.post(f"{PLACE}/pesan/{id}", fields(do="replay"))
    assert "somebody else works on the parked messages" in await rina.page(sent.headers["location"])
    parked.fails = None
    assert await parked.ids() == [id]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("roles", [("auditor",), ("lead",), ("agency:dlh",)])
async def test_nobody_but_the_desk_comes_in(
    door: MemoryDoor, parked: Parking, path: str, roles: tuple[str, ...]
) -> None:
    other = await signed_in(door, "sari", *roles)
    assert (await other.get(path)).status_code == 403
    if path in FORMS:
        assert (await other.post(path, fields(do="replay"))).status_code == 403
    assert (await door.client.get(path, headers={"Accept": "text/html"})).status_code == 303


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_without_the_token_of_the_session_does_nothing(
    parked: Parking, rina: SignedIn, path: str
) -> None:
    await parked.add()
    [id] = await parked.ids()
    answer = await rina.post(
        path.replace("a" * 16, id), fields(do="replay", text=MENDED), token="0"
    )
    assert (answer.status_code, await parked.ids()) == (403, [id])

"""A request becomes a complaint of the key's channel, with all that was sent."""

import json
import re
import time
from typing import Any

import pytest

from gateway.access.pins import pin_of
from schemas.identifiers import complaint_id
from tests.unit.gateway.door import MemoryDoor

REQUESTS = "/open311/v2/requests.json"
WASTE = {"service_code": "waste", "address_string": "Pasar Toboali", "description": "sampah"}
PLACE = {"lat": "-3.0", "long": "106.4"}


def data_of(door: MemoryDoor) -> Any:
    return json.loads(door.sent.messages[-1].body)["data"]


async def filed(door: MemoryDoor, **fields: str) -> str:
    answer = await door.post(REQUESTS, WASTE | fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["service_request_id"])


async def test_everything_that_was_sent_goes_on(door: MemoryDoor) -> None:
    fields = [
        *WASTE.items(),
        *PLACE.items(),
        ("first_name", "Budi"),
        ("last_name", "Santoso"),
        ("email", "budi@example.org"),
        ("phone", "0812"),
        ("device_id", "tt222"),
        ("account_id", "77"),
        ("address_id", "545483"),
        ("media_url", "https://a.example/1.jpg"),
        ("media_url", "https://a.example/2.jpg"),
        ("attribute[title]", "Sampah"),
        ("attribute[village]", "Rias"),
        ("attribute[classification]", "aspiration"),
        ("attribute[confidential]", "TRUE"),
        ("attribute[anonymous]", "tidak"),
        ("attribute[occurred_at]", "2026-03-01T08:00:00+07:00"),
        ("attribute[external_id]", "SP4N-9"),
        ("attribute[WHISPAWN][]", "1"),
        ("attribute[WHISPAWN][]", "2"),
        ("attribute[northing]", "3"),
    ]
    answer = await door.post(REQUESTS, fields)
    assert answer.json()[0]["account_id"] == "77"
    assert data_of(door) == {
        "text": "sampah",
        "category": "waste",
        "title": "Sampah",
        "classification": "aspiration",
        "confidential": True,
        "anonymous": False,
        "occurred_at": "2026-03-01T08:00:00+07:00",
        "external_id": "SP4N-9",
        "location": {
            "address": "Pasar Toboali",
            "village": "Rias",
            "latitude": -3.0,
            "longitude": 106.4,
        },
        "reporter": {"name": "Budi Santoso", "phone": "0812", "email": "budi@example.org"},
        "attachments": [{"url": "https://a.example/1.jpg"}, {"url": "https://a.example/2.jpg"}],
        "extra": {
            "open311": {
                "device_id": "tt222",
                "account_id": "77",
                "address_id": "545483",
                "attributes": {"WHISPAWN": ["1", "2"], "northing": "3"},
            }
        },
    }


async def test_one_number_of_the_portal_is_one_complaint(door: MemoryDoor) -> None:
    number = {"attribute[fixmystreet_id]": "1001"}
    first = await filed(door, **number)
    assert await filed(door, **number) == first
    assert [one.message_id for one in door.sent.messages] == ["open311-1001"] * 2
    assert await filed(door, **{"attribute[fixmystreet_id]": "1002"}) != first
    assert await filed(door) != await filed(door)
    for odd in ("é" * 90, "9" * 300):
        twice = {await filed(door, **{"attribute[external_id]": odd[:190]}) for _ in range(2)}
        assert len(twice) == 1


async def test_another_complaint_under_a_number_that_was_used_is_refused(door: MemoryDoor) -> None:
    number = {"attribute[fixmystreet_id]": "1001"}
    await filed(door, **number)
    answer = await door.post(REQUESTS, WASTE | number | {"description": "lain"})
    assert answer.status_code == 400
    assert len(door.sent.messages) == 1


async def test_a_service_is_a_topic_or_an_id_of_lapor(door: MemoryDoor) -> None:
    await filed(door, service_code="942", description="")
    assert (data_of(door)["category"], data_of(door)["text"]) == ("942", "Sampah")
    answer = await door.get("/open311/v2/services/942.json")
    assert answer.json()["service_code"] == "waste"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({**PLACE, "description": "x"}, 400),
        ({**PLACE, "service_code": "nope"}, 404),
        ({"service_code": "waste"}, 400),
        ({"service_code": "waste", "lat": "-3"}, 400),
        ({"service_code": "waste", "lat": "north", "long": "106"}, 400),
        ({"service_code": "waste", "lat": "91", "long": "106"}, 400),
        ({"service_code": "waste", "lat": "nan", "long": "inf"}, 400),
        ({"service_code": " ", **PLACE}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_cannot_be_used_is_refused(
    door: MemoryDoor, fields: dict[str, str], status: int
) -> None:
    answer = await door.post(REQUESTS, fields)
    (told,) = answer.json()
    assert (answer.status_code, told["code"]) == (status, status)
    assert told["description"]
    assert door.sent.messages == []


async def test_a_place_that_is_half_wrong_is_no_reason_to_lose_a_complaint(
    door: MemoryDoor,
) -> None:
    await filed(door, lat="north", long="106")
    assert data_of(door)["location"] == {"address": "Pasar Toboali"}


GOOD = b"service_code=waste&address_string=x&description=sampah"


async def test_bytes_that_are_no_form_are_refused(door: MemoryDoor) -> None:
    form = "application/x-www-form-urlencoded"
    key = f"&api_key={door.keys['web']}".encode()
    for kind, body, status in (
        (form, GOOD + b"%ff%fe" + key, 400),
        (form, GOOD + b"\xff" + key, 400),
        (form, b"a=1&" * 1001 + key, 400),
        (form, b"description=" + b"a" * (1 << 20), 413),
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--", 400),
        ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", 415),
    ):
        answer = await door.client.post(REQUESTS, content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()[0]["code"]) == (status, status), body[:30]
    assert door.sent.messages == []


async def test_a_form_in_parts_is_a_form_too(door: MemoryDoor) -> None:
    parts: dict[str, Any] = {name: (None, value) for name, value in WASTE.items()}
    parts |= {"api_key": (None, door.keys["web"]), "description": (None, "sampah ☃\nbaris")}
    answer = await door.client.post(REQUESTS, files=parts)
    assert answer.status_code == 200, answer.text
    assert data_of(door)["text"] == "sampah ☃\nbaris"
    odd = b'--x\r\nContent-Disposition: form-data; filename="a"; name="b"\r\n\r\nc\r\n--x--'
    kind = {"Content-Type": 'multipart/form-data; charset=utf-8; boundary="x"'}
    key = {"api_key": door.keys["web"], **WASTE}
    answer = await door.client.post(REQUESTS, content=odd, headers=kind, params=key)
    assert answer.status_code == 415
    with_file = {**parts, "media": ("foto.jpg", b"\xff\xd8", "image/jpeg")}
    refused = await door.client.post(REQUESTS, files=with_file)
    assert (refused.status_code, len(door.sent.messages)) == (415, 1)


async def test_a_key_comes_in_the_form_the_address_or_a_header(door: MemoryDoor) -> None:
    key = door.keys["web"]
    for headers, query in (
        ({"Authorization": f"Bearer {key}"}, {}),
        ({}, {"api_key": key}),
        ({}, {"api_key": key, "jurisdiction_id": "town"}),
    ):
        answer = await door.client.post(REQUESTS, data=WASTE, headers=headers, params=query)
        assert answer.status_code == 200, answer.text
    for user in ((key, ""), ("", key), ("anybody", key)):
        answer = await door.client.get(REQUESTS, auth=user)
        assert answer.status_code == 200


@pytest.mark.parametrize("key", ["", "nonsense", "pintu_00000000_" + "a" * 32, "reads", "agency"])
async def test_a_missing_or_wrong_key_is_403(door: MemoryDoor, key: str) -> None:
    shown = door.keys.get(key, key)
    answer = await door.client.post(REQUESTS, data={**WASTE, "api_key": shown})
    assert (answer.status_code, answer.json()[0]["code"]) == (403, 403)
    basic = await door.client.get(REQUESTS, headers={"Authorization": "Basic !!"})
    assert basic.status_code == 403


async def test_while_rabbitmq_is_away_nothing_is_taken_in(door: MemoryDoor) -> None:
    door.sent.away = True
    answer = await door.post(REQUESTS, WASTE)
    assert (answer.status_code, answer.json()[0]["code"]) == (503, 503)
    assert int(answer.headers["retry-after"]) > 0


HEAD = b'--x\r\nContent-Disposition: form-data; name="d"'
PARTS: list[tuple[str, bytes]] = [
    ("many parts", b"--x\r\n\r\n" * 130_000 + b"--x--"),
    ("many headers", b"--x\r\n" + b"a:b\r\n" * 160_000 + b"\r\n\r\n--x--"),
    ("a long header", HEAD + b"; a=b" * 180_000 + b"\r\n\r\nv\r\n--x--"),
    ("a folded header", HEAD + b"\r\n  x" * 180_000 + b"\r\n\r\nv\r\n--x--"),
    ("a quoted header", HEAD[:-3] + b'"' + b'\\"' * 400_000 + b"\r\n\r\nv\r\n--x--"),
    (
        "one in the other",
        b"--x\r\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
            for n in range(14_000)
        ),
    ),
]


@pytest.mark.parametrize(("what", "body"), PARTS, ids=[what for what, _ in PARTS])
async def test_hostile_parts_cost_little_and_are_refused(
    door: MemoryDoor, what: str, body: bytes
) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    begun = time.process_time()
    answer = await door.client.post(REQUESTS, content=body, headers=kind)
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
    assert time.process_time() - begun < 1.0, what


async def test_who_filed_is_told_the_pin_and_where_it_is_asked_for(door: MemoryDoor) -> None:
    fields = WASTE | {"attribute[external_id]": "1001"}
    first, again = [(await door.post(REQUESTS, fields)).json()[0] for _ in range(2)]
    assert first == again
    pin = re.search(r"PIN (\d{6})", first["service_notice"])
    assert pin
    complaint = complaint_id("/channels/web", "open311-1001")
    assert pin[1] == pin_of(complaint, door.world.pins)
    assert first["service_request_id"] in first["service_notice"]
    assert "https://lapor.example.go.id/lacak" in first["service_notice"]


async def test_a_notice_is_indonesian_first_and_names_no_address_that_nobody_set(
    door: MemoryDoor,
) -> None:
    door.world.public_url = None
    door.client.headers["Accept-Language"] = "id"
    notice = (await door.post(REQUESTS, WASTE)).json()[0]["service_notice"]
    assert "PIN" in notice
    assert "Laporan diterima" in notice
    assert "http" not in notice

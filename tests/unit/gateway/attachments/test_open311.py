"""Open311 and FixMyStreet with files in the form."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.contract.keeping import a_case
from tests.unit.gateway.attachments.pictures import HTML, picture, telling
from tests.unit.gateway.attachments.sending import attachments_of, folder_of, got, with_files
from tests.unit.gateway.door import BASE, MemoryDoor

WASTE = {"service_code": "waste", "address_string": "Pasar Toboali", "description": "sampah"}


async def send(door: MemoryDoor, path: str, *files: bytes, **fields: str) -> httpx.Response:
    """As Perl's HTTP::Request::Common puts it together."""
    parts: list[Any] = [(name, (None, value.encode())) for name, value in fields.items()]
    parts.append(("api_key", (None, door.keys["web"].encode())))
    parts += [("photo1", ("1.jpeg", one, "image/jpeg")) for one in files]
    return await door.client.post(f"/open311/v2/{path}", files=parts)


async def test_a_report_comes_with_its_pictures_and_addresses(door: MemoryDoor) -> None:
    media = {"media_url": "https://fms.example.org/1.jpeg"}
    answer = await send(door, "requests.json", telling("JPEG"), **WASTE, **media)
    assert answer.status_code == 200, answer.text
    first, second = attachments_of(door)
    assert first == {"url": media["media_url"]}
    assert (await got(door, second["url"])).status_code == 200


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_wrong_file_is_refused_in_its_form(door: MemoryDoor, form: str) -> None:
    answer = await send(door, f"requests.{form}", HTML, **WASTE)
    assert answer.status_code == 415
    assert b"JPEG" in answer.content
    assert door.sent.messages == [] and folder_of(door).files == {}


async def test_an_update_comes_with_pictures_alone(door: MemoryDoor) -> None:
    case = await door.keep(a_case())
    sent = {"service_request_id": case.tracking, "update_id": "1", "status": "OPEN"}
    answer = await send(door, "servicerequestupdates.json", picture(), **sent)
    assert answer.status_code == 200, answer.text
    (said,) = door.sent.said
    assert said["verb"] == "replied" and len(said["data"]["attachments"]) == 1


async def test_media_url_is_good_from_now_on(door: MemoryDoor) -> None:
    await send(door, "requests.json", picture(), **WASTE)
    (attached,) = attachments_of(door)
    old = {**attached, "url": attached["url"].partition("?")[0] + "?until=1&signature=x"}
    complaint = attached["url"].split("/")[-2]
    case = with_files(a_case(complaint_id=UUID(complaint)), old)
    await door.keep(case)
    seen = (await door.get(f"/open311/v2/requests/{case.tracking}.json")).json()[0]["media_url"]
    assert seen.startswith(BASE)
    assert (await got(door, seen)).status_code == 200

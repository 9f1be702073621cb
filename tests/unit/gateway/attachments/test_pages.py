"""A citizen's pages with pictures, as a browser without any script sends them."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest

from broker.domain.case import Said
from broker.errors import FilesFull
from gateway.access.pins import pin_of
from gateway.api import callers
from gateway.api.rates import Rate
from tests.contract.keeping import a_case, a_line
from tests.unit.gateway.attachments.pictures import HEIC, PDF, PLACE, picture, telling
from tests.unit.gateway.attachments.sending import attachments_of, folder_of, with_files
from tests.unit.gateway.door import NOW, MemoryDoor

NONE = ("photos", ("", b"", "application/octet-stream"))


async def send(
    door: MemoryDoor, path: str, *files: bytes | tuple[str, Any], **fields: str
) -> httpx.Response:
    """As browsers do: an empty file where none was chosen."""
    parts: list[Any] = [(name, (None, value.encode())) for name, value in fields.items()]
    for one in files or (NONE,):
        parts.append(
            one if isinstance(one, tuple) else ("photos", ("IMG_1.jpg", one, "image/jpeg"))
        )
    return await door.client.post(path, files=parts, headers={"Accept-Language": "id"})


async def test_the_form_asks_for_pictures_and_works_without_a_script(door: MemoryDoor) -> None:
    page = (await door.client.get("/lapor")).text
    (form,) = re.findall(r"<form[^>]*>", page)
    assert 'enctype="multipart/form-data"' in form
    (field,) = re.findall(r'<input[^>]*type="file"[^>]*>', page)
    assert 'accept="image/*,application/pdf"' in field and "multiple" in field


async def test_a_citizen_reports_with_pictures_and_without(door: MemoryDoor) -> None:
    assert (await send(door, "/lapor", text="jalan rusak")).status_code == 200
    assert attachments_of(door) == []
    answer = await send(door, "/lapor", telling("JPEG"), PDF, text="jalan rusak", anonymous="1")
    assert answer.status_code == 200
    assert [one["media_type"] for one in attachments_of(door)] == ["image/jpeg", "application/pdf"]
    assert all(PLACE not in content for content in folder_of(door).files.values())


async def test_a_wrong_file_gives_the_form_back_with_what_was_typed(door: MemoryDoor) -> None:
    for bad, says in (
        (HEIC, "HEIC"),
        (b"x" * 3_000_000, "terlalu besar"),
        (b"\xff\xd8\xff", "rusak"),
    ):
        files = [bad] if len(bad) > 1000 else [picture(), bad]
        answer = await send(door, "/lapor", *files, text='jalan "rusak" <5>', name="Budi")
        assert answer.status_code in (413, 415, 422)
        page = unescape(answer.text)
        assert says in page and "Pilih lagi fotonya" in page
        assert 'jalan "rusak" <5></textarea>' in page and 'value="Budi"' in page
    many = await send(door, "/lapor", *[picture()] * 9, text="x", address="Jalan Merdeka")
    assert "paling banyak 5 sekali kirim" in many.text and "Jalan Merdeka" in many.text
    assert door.sent.messages == [] and folder_of(door).files == {}


async def test_a_full_disk_is_told_and_nothing_typed_is_lost(door: MemoryDoor) -> None:
    folder_of(door).fails = FilesFull("full")
    answer = await send(door, "/lapor", picture(), text="jalan rusak", id="a" * 32)
    assert answer.status_code == 507
    assert "penuh" in answer.text and "jalan rusak</textarea>" in answer.text
    again = await send(door, "/lapor", text="jalan rusak", id="a" * 32)
    assert again.status_code == 200


async def test_a_form_that_is_sent_twice_with_its_pictures_is_one_complaint(
    door: MemoryDoor,
) -> None:
    pages = [
        (await send(door, "/lapor", picture(), text="jalan rusak", id="b" * 32)).text
        for _ in range(2)
    ]
    codes = [re.findall(r'id="code">([^<]+)<', page) for page in pages]
    assert codes[0] == codes[1]


async def test_who_has_the_pin_sees_the_pictures_and_nobody_else(door: MemoryDoor) -> None:
    await send(door, "/lapor", picture(), PDF, text="jalan rusak", id="c" * 32)
    files = attachments_of(door)
    complaint = UUID(files[0]["url"].split("/")[-2])
    case = with_files(a_case(complaint_id=complaint), *files, {"url": "https://a.example/1.jpg"})
    said = Said(NOW, "agency.dpupr", "responded", "x", attachments=(files[1],))  # type: ignore[arg-type]
    await door.keep(case, [a_line(case)], [said])
    pin = pin_of(complaint, door.world.pins)
    page = (await send(door, "/lacak", code=case.tracking, pin=pin)).text
    (shown,) = re.findall(r'<img src="([^"]+)"', page)
    assert (await door.client.get(unescape(shown))).content in folder_of(door).files.values()
    assert len(re.findall(r'href="(/v1/attachments/[^"]+)"', page)) == 3
    assert "a.example" not in page
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    assert "/v1/attachments" not in (await send(door, "/lacak", code=case.tracking, pin=wrong)).text


async def test_one_address_does_not_fill_the_disk(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "FILES_OF_ADDRESS", Rate("files-address", 3, 3600))
    door.client.headers["X-Forwarded-For"] = "203.0.113.7"
    assert (await send(door, "/lapor", picture(), PDF, text="x")).status_code == 200
    refused = await send(door, "/lapor", picture(), PDF, text="jalan rusak")
    assert refused.status_code == 429 and "jalan rusak</textarea>" in refused.text
    assert (await send(door, "/lapor", text="jalan rusak")).status_code == 200


async def test_a_reply_may_be_a_picture_alone(door: MemoryDoor) -> None:
    case = await door.keep(a_case())
    known = {"code": case.tracking, "pin": pin_of(case.complaint_id, door.world.pins)}
    answer = await send(door, "/lacak/replied", picture(), **known, note="")
    assert answer.status_code == 200 and "Balasan Anda sudah diterima." in answer.text
    assert len(door.sent.said[-1]["data"]["attachments"]) == 1
    refused = await send(door, "/lacak/replied", HEIC, **known, note="di pasar")
    assert refused.status_code == 422
    assert "HEIC" in refused.text and "di pasar</textarea>" in refused.text
    empty = await send(door, "/lacak/replied", **known, note="")
    assert empty.status_code == 422 and len(door.sent.said) == 1

"""Complaints and updates with files over HTTP: what is taken is kept, clean, and given out."""

import json
from hashlib import sha256
from uuid import UUID

import pytest

from broker.errors import FilesFull, FilesUnavailable, StoreUnavailable
from gateway.attachments.scanning import Scanner
from tests.unit.gateway.attachments.clamd import clamd
from tests.unit.gateway.attachments.pictures import (
    EICAR,
    HEIC,
    HTML,
    PDF,
    PLACE,
    SVG,
    huge_png,
    picture,
    telling,
    text_bomb,
)
from tests.unit.gateway.attachments.sending import (
    attachments_of,
    folder_of,
    got,
    sent,
)
from tests.unit.gateway.door import BASE, MemoryDoor, memory_door


async def test_a_picture_is_kept_without_what_it_tells_and_given_out_by_its_link(
    door: MemoryDoor,
) -> None:
    answer = await sent(door, [telling("JPEG"), telling("PNG")])
    assert answer.status_code == 202, answer.text
    first, second = attachments_of(door)
    assert first["url"].startswith(f"{BASE}/v1/attachments/{answer.json()['complaint_id']}/")
    assert (first["media_type"], second["media_type"]) == ("image/jpeg", "image/png")
    kept = folder_of(door).files
    assert len(kept) == 2
    for place, content in kept.items():
        assert place.startswith(sha256(content).hexdigest())
        assert PLACE not in content
    given = await got(door, first["url"])
    assert given.status_code == 200
    assert given.content in kept.values() and len(given.content) == first["size"]
    assert given.headers["content-type"] == "image/jpeg"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-disposition"].startswith("inline; filename=")
    assert "sandbox" in given.headers["content-security-policy"]


async def test_a_pdf_stays_as_it_is_and_is_never_shown_inside_of_a_page(door: MemoryDoor) -> None:
    await sent(door, [PDF])
    (kept,) = folder_of(door).files.values()
    assert kept == PDF
    given = await got(door, attachments_of(door)[0]["url"])
    assert given.headers["content-disposition"].startswith("attachment;")
    assert given.headers["content-type"] == "application/pdf"


async def test_the_same_file_is_kept_once_and_each_complaint_has_a_link_of_its_own(
    door: MemoryDoor,
) -> None:
    await sent(door, [picture(), picture()])
    await sent(door, [picture()])
    assert len(folder_of(door).files) == 1
    assert len(attachments_of(door, 0)) == 1
    assert attachments_of(door, 0)[0]["url"] != attachments_of(door, 1)[0]["url"]


async def test_files_go_behind_those_that_lie_elsewhere(door: MemoryDoor) -> None:
    elsewhere = {"url": "https://a.example/1.jpg"}
    await sent(door, [picture()], data={"text": "x", "attachments": [elsewhere]})
    first, second = attachments_of(door)
    assert first == elsewhere
    assert second["url"].startswith(BASE)


async def test_an_anonymous_reporter_is_told_what_stays_as_it_is(door: MemoryDoor) -> None:
    data = {"text": "x", "anonymous": True, "attachments": [{"url": "https://a.example/1.jpg"}]}
    warned = (await sent(door, [picture(), PDF], data=data)).json()["warnings"]
    assert [one.partition(" ")[0] for one in warned] == ["attachments.0.url:", "attachments.2:"]
    assert (await sent(door, [PDF])).json()["warnings"] == []


HOSTILE = {
    "SVG": (SVG, 415, "file-type"),
    "HTML": (HTML, 415, "file-type"),
    "HTML that begins as a JPEG": (b"\xff\xd8\xff" + HTML, 422, "file-broken"),
    "HTML that begins as a GIF": (b"GIF89a" + HTML, 415, "file-type"),
    "a program": (b"MZ" + b"\0" * 100, 415, "file-type"),
    "an archive": (b"PK\3\4" + b"\0" * 100, 415, "file-type"),
    "HEIC": (HEIC, 415, "file-heic"),
    "nothing": (b"", 415, "file-type"),
    "a JPEG that is cut off": (picture(size=(400, 300))[:-900], 422, "file-broken"),
    "a PDF that is cut off": (PDF[:-8] + b" " * 3000, 422, "file-broken"),
    "a PDF behind something else": (HTML + PDF, 415, "file-type"),
    "a hundred megapixels": (huge_png(), 422, "file-pixels"),
    "a bomb of text": (text_bomb(), 422, "file-broken"),
    "more than is taken": (picture() + b"x" * 1_000_000, 413, "file-too-large"),
}


@pytest.mark.parametrize(("content", "status", "code"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_no_picture_and_no_document_is_refused_whatever_it_is_called(
    door: MemoryDoor, content: bytes, status: int, code: str
) -> None:
    answer = await sent(door, [picture(), content])
    assert (answer.status_code, answer.json()["title"]) == (status, code)
    assert "2" in answer.json()["detail"]
    assert door.sent.messages == []
    assert folder_of(door).files == {}


async def test_a_picture_that_is_a_page_too_is_a_picture_alone(door: MemoryDoor) -> None:
    made = picture(comment=HTML) + HTML
    assert (await sent(door, [("x.html", made, "text/html")])).status_code == 202
    (kept,) = folder_of(door).files.values()
    assert b"script" not in kept
    given = await got(door, attachments_of(door)[0]["url"])
    assert given.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\\b.jpg", "C:\\x.exe", "x" * 2000, "☃", "."]
)
async def test_nothing_of_a_files_name_goes_anywhere(door: MemoryDoor, name: str) -> None:
    assert (await sent(door, [(name, picture(), "text/html")])).status_code == 202
    (place,) = folder_of(door).files
    assert place.partition("-")[0] == sha256(folder_of(door).files[place]).hexdigest()
    assert name not in json.dumps(attachments_of(door)) or name == "."


async def test_fifty_files_are_too_many(door: MemoryDoor) -> None:
    answer = await sent(door, [picture()] * 50)
    assert (answer.status_code, answer.json()["title"]) == (413, "too-many-files")
    assert folder_of(door).files == {}
    given = [{"url": f"https://a.example/{n}"} for n in range(19)]
    answer = await sent(door, [picture(), PDF], data={"text": "x", "attachments": given})
    assert (answer.status_code, answer.json()["title"]) == (413, "too-many-files")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nc\r\n--x--', "; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n{\r\n--x--', "; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n[]\r\n--x--', "; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n\xff\r\n--x--',
            "; boundary=x",
        ),
    ],
)
async def test_a_form_that_is_none_is_refused(door: MemoryDoor, body: bytes, kind: str) -> None:
    kind = kind if kind.startswith("multi") else f"multipart/form-data{kind}"
    headers = {"Content-Type": kind, "Authorization": f"Bearer {door.keys['web']}"}
    answer = await door.client.post("/v1/complaints", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["title"] in ("bad-request", "not-json")


async def test_data_may_come_as_a_file_as_curl_sends_it(door: MemoryDoor) -> None:
    parts = [("data", ("a.json", b'{"text": "jalan rusak"}', "application/json"))]
    headers = {"Authorization": f"Bearer {door.keys['web']}"}
    answer = await door.client.post("/v1/complaints", files=parts, headers=headers)
    assert answer.status_code == 202
    assert attachments_of(door) == []


async def test_who_has_no_key_leaves_no_file(door: MemoryDoor) -> None:
    for key in (None, "reads", "agency"):
        assert (await sent(door, [picture()], key=key)).status_code in (401, 403)
    assert folder_of(door).files == {}


async def test_a_repeat_with_the_same_files_gets_the_first_answer(door: MemoryDoor) -> None:
    id = {"Idempotency-Key": "one"}
    first = await sent(door, [picture()], **id)
    again = await sent(door, [picture()], **id)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    for other in ([PDF], [], [picture(), picture()]):
        answer = await sent(door, other, **id)
        assert answer.json()["title"] == "key-reused"
    complaint = UUID(first.json()["complaint_id"])
    digests = {sha256(content).digest() for content in folder_of(door).files.values()}
    register = door.world.attachments.register
    assert [await register.attached(complaint, one) is not None for one in digests].count(True) == 1


@pytest.mark.parametrize(
    ("why", "status", "code"),
    [
        (FilesFull("full"), 507, "files-full"),
        (FilesUnavailable("read-only"), 503, "files-away"),
    ],
)
async def test_where_no_file_can_be_kept_nothing_is_taken_in(
    door: MemoryDoor, why: Exception, status: int, code: str
) -> None:
    url = (await sent(door, [picture()])).json() and attachments_of(door)[0]["url"]
    folder_of(door).fails = why
    answer = await sent(door, [PDF])
    assert (answer.status_code, answer.json()["title"]) == (status, code)
    assert len(door.sent.messages) == 1
    assert (await got(door, url)).status_code == 503
    assert (await sent(door, [])).status_code == 202
    folder_of(door).fails = None
    assert (await sent(door, [PDF])).status_code == 202


async def test_a_scanner_looks_at_every_file_before_anything_else_does() -> None:
    async with clamd() as (seen, scanner), memory_door(scanner=scanner) as door:
        assert (await sent(door, [picture(), PDF])).status_code == 202
        assert seen.seen == [picture(), PDF]
        answer = await sent(door, [picture(), EICAR])
        assert (answer.status_code, answer.json()["title"]) == (422, "file-infected")
        assert len(door.sent.messages) == 1


async def test_a_scanner_that_is_away_is_no_leave() -> None:
    async with memory_door(scanner=Scanner("127.0.0.1:1")) as door:
        answer = await sent(door, [picture()])
        assert (answer.status_code, answer.json()["title"]) == (503, "scanner-away")
        assert int(answer.headers["retry-after"]) > 0
        assert (door.sent.messages, folder_of(door).files) == ([], {})
        assert (await sent(door, [])).status_code == 202


async def test_rabbitmq_away_is_told_and_the_repeat_has_its_file(door: MemoryDoor) -> None:
    door.sent.away = True
    id = {"Idempotency-Key": "one"}
    assert (await sent(door, [picture()], **id)).status_code == 503
    door.sent.away = False
    assert (await sent(door, [picture()], **id)).status_code == 202
    assert (await got(door, attachments_of(door)[0]["url"])).status_code == 200


async def test_a_complaint_goes_out_only_when_its_files_are_its_own(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> frozenset[bytes]:
        raise StoreUnavailable("away")

    register = door.world.attachments.register
    for step in ("attach", "announce"):
        with monkeypatch.context() as patch:
            patch.setattr(register, step, away)
            answer = await sent(door, [picture()])
        assert (answer.status_code, answer.json()["title"]) == (503, "store-away")
        assert door.sent.messages == []

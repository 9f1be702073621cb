"""Forms arrive within bounds of size, number and time, and leave nothing on the disk."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.attachments import keeping, receiving
from tests.unit.gateway.attachments.pictures import picture
from tests.unit.gateway.attachments.sending import folder_of, sent
from tests.unit.gateway.door import MemoryDoor

HEAD = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
KIND = "multipart/form-data; boundary=x"


async def stream(door: MemoryDoor, pieces: AsyncIterator[bytes], **more: str) -> httpx.Response:
    headers = {"Content-Type": KIND, "Authorization": f"Bearer {door.keys['web']}", **more}
    return await door.client.post("/v1/complaints", content=pieces, headers=headers)


async def test_a_body_that_stops_arriving_is_let_go(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_IDLE", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield HEAD
        await asyncio.Event().wait()

    answer = await stream(door, slow())
    assert (answer.status_code, answer.json()["title"]) == (408, "too-slow")


async def test_a_body_without_an_end_is_read_to_its_limit_and_no_further(door: MemoryDoor) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield HEAD
        while True:
            read += 100_000
            yield b"x" * 100_000

    answer = await stream(door, endless())
    assert (answer.status_code, answer.json()["title"]) == (413, "too-large")
    assert read < 20 * door.world.attachments.most.size


async def test_a_body_that_says_it_is_far_too_large_is_not_read(door: MemoryDoor) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("it is read")
        yield b""

    answer = await stream(door, never(), **{"Content-Length": "999999999999"})
    assert (answer.status_code, answer.json()["title"]) == (413, "too-large")


async def test_only_so_many_forms_arrive_at_a_time(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "OF_ADDRESS_AT_ONCE", 2)
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def waits() -> AsyncIterator[bytes]:
        yield HEAD
        begun.release()
        await go_on.wait()

    async with asyncio.TaskGroup() as tasks:
        others = [tasks.create_task(stream(door, waits())) for _ in range(2)]
        for _ in others:
            await begun.acquire()
        refused = await sent(door, [picture()])
        go_on.set()
    assert (refused.status_code, refused.json()["title"]) == (429, "too-many")
    assert [one.result().status_code for one in others] == [400, 400]
    assert (await sent(door, [picture()])).status_code == 202


async def test_nothing_that_arrives_has_a_name_on_the_disk_or_stays_open(
    door: MemoryDoor, tmp_path: Path
) -> None:
    folder_of(door).spool = str(tmp_path / "spool")
    await sent(door, [picture()])
    before = set(os.listdir("/proc/self/fd"))
    for files in ([picture()] * 3, [picture(), b"x"], [picture()] * 20, [b"x" * 2_000_000]):
        await sent(door, files)
        assert list((tmp_path / "spool").iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) <= len(before) + 2


async def test_a_spool_that_cannot_be_is_told(door: MemoryDoor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    folder_of(door).spool = str(tmp_path / "file")
    answer = await sent(door, [picture()])
    assert (answer.status_code, answer.json()["title"]) == (503, "files-away")
    assert door.sent.messages == []

"""Requests with files, as clients send them, against a door in memory."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import httpx

from broker.domain.case import Case
from tests.unit.gateway.door import MemoryDoor, MemoryFolder

File = tuple[str, bytes, str]


def folder_of(door: MemoryDoor) -> MemoryFolder:
    return cast(MemoryFolder, door.world.attachments.folder)


async def sent(
    door: MemoryDoor,
    files: Sequence[bytes | File],
    path: str = "/v1/complaints",
    data: Any = None,
    key: str | None = "web",
    **headers: str,
) -> httpx.Response:
    """A form in parts; a file alone is said to be a JPEG, whatever it is."""
    if key is not None:
        headers["Authorization"] = f"Bearer {door.keys[key]}"
    said = {"text": "jalan rusak"} if data is None else data
    parts: list[Any] = [("data", (None, json.dumps(said).encode()))]
    parts += [
        ("files", one if isinstance(one, tuple) else ("foto.jpg", one, "image/jpeg"))
        for one in files
    ]
    return await door.client.post(path, files=parts, headers=headers)


def attachments_of(door: MemoryDoor, n: int = -1) -> list[dict[str, Any]]:
    """Of a complaint that was published."""
    found = json.loads(door.sent.messages[n].body)["data"].get("attachments", [])
    return cast(list[dict[str, Any]], found)


async def got(door: MemoryDoor, url: str, key: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {door.keys[key]}"} if key else {}
    return await door.client.get(url[url.index("/v1/") :], headers=headers)


def with_files(case: Case, *files: dict[str, Any]) -> Case:
    """The case with these in its complaint."""
    complaint: Any = {**(case.complaint or {}), "attachments": list(files)}
    return replace(case, complaint=complaint)

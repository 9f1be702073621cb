"""What browsers send and take: forms of pages of ours and of others, files of pages."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.staff_door import signed_in, staff_door

HOST = "http://gateway.test"


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    """With a desk."""
    async with staff_door() as made:
        yield made


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ({}, True),
        ({"Origin": HOST, "Sec-Fetch-Site": "same-origin"}, True),
        # A page that sends no referrer has no origin either: Chromium says who it is elsewhere.
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
async def test_a_form_is_taken_from_a_page_of_ours_alone(
    door: MemoryDoor, sent: dict[str, str], taken: bool
) -> None:
    rina = await signed_in(door, "rina", "desk")
    answer = await rina.post("/keluar", {}, **sent)
    assert answer.status_code == (303 if taken else 403)


async def test_a_browser_tells_pages_of_ours_where_a_form_came_from(door: MemoryDoor) -> None:
    answer = await (await signed_in(door, "rina", "desk")).get("/saya")
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]


async def test_files_of_pages_are_small_for_browsers_that_unpack_them(door: MemoryDoor) -> None:
    sizes = {}
    for accepted in ("gzip, br", "identity"):
        headers = {"Accept-Encoding": accepted}
        answer = await door.client.get("/berkas/staf/htmx.js", headers=headers)
        assert answer.headers["vary"] == "Accept-Encoding"
        sizes[accepted] = int(answer.headers["content-length"]), len(answer.content)
    (packed, whole), (plain, same) = sizes.values()
    assert whole == plain == same
    assert packed < plain / 2

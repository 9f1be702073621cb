"""Forms of pages of ours, as browsers send them; and those of somebody else's pages."""

import pytest

from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.staff.signed_in import signed_in

HOST = "http://gateway.test"


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

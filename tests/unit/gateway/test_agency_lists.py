"""An agency's cases by page and by time, asked for as programs really ask."""

from datetime import timedelta
from typing import Any

from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.open311.test_listing import case

MINUTE = timedelta(minutes=1)
CASES = "/v1/agencies/dlh/cases"


async def asked(door: MemoryDoor, query: str) -> Any:
    """With the address as it stands here: nothing escapes it."""
    headers = {"Authorization": f"Bearer {door.keys['agency']}"}
    return (await door.client.get(f"{CASES}?{query}", headers=headers)).json()


async def test_the_place_of_the_next_page_needs_no_escaping(door: MemoryDoor) -> None:
    kept = [await door.keep(case(NOW - n * MINUTE)) for n in range(5, 0, -1)]
    first = await asked(door, "limit=3")
    second = await asked(door, f"limit=3&after={first['next']}")
    seen = [one["tracking"] for page in (first, second) for one in page["cases"]]
    assert seen == [one.tracking for one in kept]
    assert second["next"] is None
    earlier = first["next"].replace("Z_", "%2B00:00_")  # as it was given out before
    assert await asked(door, f"limit=3&after={earlier}") == second


async def test_a_plus_that_nobody_escaped_is_read_as_one(door: MemoryDoor) -> None:
    old, new = await door.keep(case(NOW - 5 * MINUTE)), await door.keep(case(NOW - MINUTE))
    for since in (
        *("2026-03-02T08:57:00+07:00", "2026-03-02T08:57:00%2B07:00", "2026-03-02T01:57:00Z"),
        *("2026-03-02T08:57:00.5+0700", "2026-03-02+08:57:00%2B07:00"),
    ):
        page = await asked(door, f"since={since}")
        assert [one["tracking"] for one in page["cases"]] == [new.tracking], since
    page = await asked(door, "since=2026-03-02T08:47:00+07:00")
    assert [one["tracking"] for one in page["cases"]] == [old.tracking, new.tracking]


async def test_what_is_no_moment_and_no_place_is_told_with_what_to_send(door: MemoryDoor) -> None:
    for query, said in (
        ("since=yesterday", "since: "),
        ("since=2026-03-02T09:00:00", "since: 2026-03-02T09:00:00+07:00"),
        ("after=2", "after: `next` of the page before, as it is"),
    ):
        told = await asked(door, query)
        assert (told["status"], told["title"]) == (422, "bad-parameter")
        assert said in told["detail"]

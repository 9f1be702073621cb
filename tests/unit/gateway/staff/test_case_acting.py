"""What the desk does with a case in a browser."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from broker.domain.case import State
from tests.unit.gateway.door import MemoryDoor, a_receipt
from tests.unit.gateway.staff.desk_cases import having, in_triage
from tests.unit.gateway.staff_door import SignedIn, signed_in, staff_door

HTML: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with staff_door() as made:
        yield made


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    return await signed_in(door, "rina", "desk")


async def test_the_desk_assigns_with_all_that_it_found_out(
    door: MemoryDoor, rina: SignedIn
) -> None:
    case = await in_triage(door)
    fields = {
        **{"agency": "Dinas Lingkungan Hidup", "oversight": "1", "title": "Sampah", "id": "a" * 32},
        **{"classification": "aspiration", "note": "n", "internal_note": "i", "code": "abuse"},
    }
    answer = await rina.post(f"/meja/kasus/{case.tracking}/assigned", fields)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/meja/kasus/{case.tracking}?hasil=assigned"
    [said] = door.sent.said
    assert (said["speaker"], said["verb"], said["id"]) == ("desk.rina", "assigned", "a" * 32)
    assert said["subject"] == str(case.complaint_id)
    assert said["data"] == {
        **{"agency": "dlh", "oversight": True, "classification": "aspiration", "title": "Sampah"},
        **{"note": "n", "internal_note": "i"},
    }
    assert "Assigned." in await rina.page(f"/meja/kasus/{case.tracking}?hasil=assigned")
    assert "alert(" not in await rina.page(f"/meja/kasus/{case.tracking}?hasil={HTML}")


async def test_the_desk_asks_goes_on_and_dismisses(door: MemoryDoor, rina: SignedIn) -> None:
    case = await in_triage(door)
    there = f"/meja/kasus/{case.tracking}"
    other = await door.keep(having({}))
    assert (await rina.post(f"{there}/held", {"note": "Di mana?"})).status_code == 303
    assert (await rina.post(f"{there}/resumed")).status_code == 409
    fields = {"code": "duplicate", "duplicate_of": other.tracking.lower(), "reason": "sama"}
    assert (await rina.post(f"{there}/dismissed", fields)).status_code == 303
    assert [(one["verb"], one["data"]) for one in door.sent.said] == [
        ("held", {"note": "Di mana?"}),
        ("dismissed", {"code": "duplicate", "reason": "sama", "duplicate_of": other.tracking}),
    ]
    held = await in_triage(door, state=State.HELD)
    assert (await rina.post(f"/meja/kasus/{held.tracking}/resumed")).status_code == 303
    assert (await rina.post(f"/meja/kasus/{held.tracking}/held", {"note": "?"})).status_code == 409
    # An agency that has a case asks for itself.
    asked = await rina.post(f"/meja/kasus/{other.tracking}/held", {"note": "?"})
    assert asked.status_code == 409


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("assigned", {}),
        ("assigned", {"agency": "xyzzy", "note": "tetap di sini"}),
        ("dismissed", {"code": "other"}),
        ("dismissed", {"reason": "tetap di sini"}),
        ("dismissed", {"code": "duplicate", "reason": "tetap di sini", "duplicate_of": "salah"}),
        ("held", {"internal_note": "tetap di sini"}),
    ],
)
async def test_what_is_missing_is_said_and_what_was_written_stays(
    door: MemoryDoor, rina: SignedIn, verb: str, fields: dict[str, str]
) -> None:
    case = await in_triage(door)
    answer = await rina.post(f"/meja/kasus/{case.tracking}/{verb}", fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if "tetap di sini" in fields.values():
        assert "tetap di sini" in answer.text
    assert door.sent.said == []


async def test_a_refusal_of_the_cases_is_told_on_the_page(door: MemoryDoor, rina: SignedIn) -> None:
    case = await in_triage(door)
    door.sent.receipt = a_receipt("refused", reason="impossible", detail="not <b>now</b>")
    answer = await rina.post(f"/meja/kasus/{case.tracking}/held", {"note": "Di mana?"})
    assert answer.status_code == 409
    assert "not &lt;b&gt;now" in answer.text
    assert "Di mana?" in answer.text
    door.sent.receipt = None
    answer = await rina.post(f"/meja/kasus/{case.tracking}/held", {"note": "Di mana?"})
    assert answer.headers["location"].endswith("?hasil=waiting")
    assert (await rina.post(f"/meja/kasus/{case.tracking}/replied", {})).status_code == 404

"""The desk joins reports about the same thing in a browser, and parts them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from broker.domain.case import Case, Lead, State
from tests.unit.gateway.door import MemoryDoor, a_receipt
from tests.unit.gateway.staff.desk_cases import having, in_triage
from tests.unit.gateway.staff_door import SignedIn, signed_in, staff_door

HOLE = {"text": "Lubang besar di Jalan Pahlawan depan pasar Toboali"}


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with staff_door() as made:
        yield made


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    return await signed_in(door, "rina", "desk")


async def group(door: MemoryDoor) -> tuple[Case, Case]:
    """A case that leads, and one that follows it."""
    lead, one = having(HOLE), having({"text": "jalan berlubang"})
    lead = await door.keep(replace(lead, merged=(one.complaint_id,)))
    one = replace(one, merged_into=Lead(lead.complaint_id, lead.tracking))
    return lead, await door.keep(one)


async def test_the_desk_joins_a_report_with_another(door: MemoryDoor, rina: SignedIn) -> None:
    lead, one = await door.keep(having(HOLE)), await door.keep(having(HOLE))
    there = f"/meja/kasus/{one.tracking}"
    page = await rina.page(there)
    assert f"gabung={lead.tracking}" in page, "it is offered: the two are alike"
    assert f'value="{lead.tracking}"' in await rina.page(f"{there}?gabung={lead.tracking}")
    fields = {"into": lead.tracking.lower(), "note": "Lubang yang sama."}
    answer = await rina.post(f"{there}/merged", fields)
    assert answer.headers["location"] == f"{there}?hasil=merged"
    [said] = door.sent.said
    assert (said["speaker"], said["verb"]) == ("desk.rina", "merged")
    assert said["data"] == {"into": lead.tracking, "note": "Lubang yang sama."}
    assert "Joined." in await rina.page(f"{there}?hasil=merged")


async def test_an_anonymous_report_is_not_offered_to_one_that_names_somebody(
    door: MemoryDoor, rina: SignedIn
) -> None:
    lead = await door.keep(replace(having(HOLE), anonymous=True))
    one = await door.keep(having(HOLE))
    assert f"gabung={lead.tracking}" not in await rina.page(f"/meja/kasus/{one.tracking}")


async def test_a_page_shows_those_that_follow_and_parts_them(
    door: MemoryDoor, rina: SignedIn
) -> None:
    lead, one = await group(door)
    assert f"/meja/kasus/{one.tracking}#pisah" in await rina.page(f"/meja/kasus/{lead.tracking}")
    there = f"/meja/kasus/{one.tracking}"
    page = await rina.page(there)
    assert lead.tracking in page
    assert f"{there}/assigned" not in page, "it goes where its lead goes"
    assert f"{there}/merged" not in page
    assert (await rina.post(f"{there}/separated")).status_code == 303
    assert [said["verb"] for said in door.sent.said] == ["separated"]


async def test_a_refusal_is_told_on_the_page(door: MemoryDoor, rina: SignedIn) -> None:
    lead, one = await door.keep(having(HOLE)), await door.keep(having(HOLE))
    there = f"/meja/kasus/{one.tracking}"
    assert (await rina.post(f"{there}/merged", {"into": "bukan kode"})).status_code == 422
    detail = "that case follows another; name the one that it follows"
    door.sent.receipt = a_receipt("refused", reason="impossible", detail=f"into: {detail}")
    answer = await rina.post(f"{there}/merged", {"into": lead.tracking})
    assert answer.status_code == 409
    assert detail in answer.text


async def test_a_report_that_waits_can_be_joined_from_the_list(
    door: MemoryDoor, rina: SignedIn
) -> None:
    complaint = {"text": HOLE["text"]}
    first = await in_triage(door, complaint=complaint)
    lead = await door.keep(having(HOLE))
    page = await rina.page(f"/meja?kasus={first.tracking}")
    assert f"/meja/kasus/{first.tracking}?gabung={lead.tracking}#gabung" in page


async def test_an_agency_sees_how_many_its_answer_reaches_and_answers_the_lead(
    door: MemoryDoor,
) -> None:
    budi = await signed_in(door, "budi", "agency:dlh")
    lead, one = await group(door)
    page = await budi.page(f"/opd/dlh/kasus/{lead.tracking}")
    assert "reaches 2 reporters" in page
    assert one.tracking in page
    assert f"/opd/dlh/kasus/{lead.tracking}/resolved" in page
    page = await budi.page(f"/opd/dlh/kasus/{one.tracking}")
    assert f"To report {lead.tracking}" in page
    assert f"/opd/dlh/kasus/{one.tracking}/resolved" not in page
    assert one.state is State.ROUTED

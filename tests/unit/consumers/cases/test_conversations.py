"""What is said in a case goes on with it, whether its updates come at once or one by one."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.broker.domain.case.story import NOTHING, ROAD
from tests.unit.consumers.cases.office import Office

AT_ONCE = timedelta(0)


def conversation(office: Office, queue: str) -> list[tuple[str, str | None, str | None]]:
    """What came with the one complaint that was routed to an agency."""
    [body] = [json.loads(m.body) for m in office.heard(queue) if m.routing_key.startswith("routed")]
    said: list[dict[str, Any]] = body["data"].get("conversation", [])
    return [(one["by"], one.get("note"), one.get("reason")) for one in said]


async def says(office: Office, complaint: UUID, together: bool, key: str, **data: Any) -> None:
    office.says(complaint, key, after=AT_ONCE if together else timedelta(seconds=1), **data)
    if not together:
        await office.catches_up()


@pytest.mark.parametrize("together", [True, False])
async def test_nobody_is_told_twice(office: Office, together: bool) -> None:
    complaint = office.routes(ROAD)
    told = [
        ("agency.dpupr.held", {"note": "Di mana?"}),
        ("channel.web.replied", {"note": "Di Rias."}),
        ("agency.dpupr.returned", {"reason": "bukan kami", "note": "Kami teruskan."}),
        ("desk.sri.assigned", {"agency": "dlh", "note": "Mohon dicek."}),
    ]
    if together:
        for key, data in told:
            await says(office, complaint, together, key, **data)
    async with office.keeping():
        if not together:
            await office.becomes(complaint, "routed")
            for key, data in told:
                await says(office, complaint, together, key, **data)
        await office.becomes(complaint, "routed", "dlh")
    assert conversation(office, "agency.dlh") == [
        ("agency.dpupr", "Di mana?", None),
        ("channel.web", "Di Rias.", None),
        ("agency.dpupr", "Kami teruskan.", "bukan kami"),
        ("desk", "Mohon dicek.", None),
    ]
    kept = await office.store.conversation(complaint)
    assert [said.by for said in kept] == ["agency.dpupr", "channel.web", "agency.dpupr", "desk"]


@pytest.mark.parametrize("together", [True, False])
async def test_what_was_said_in_triage_is_heard_by_the_rules_and_by_the_agency(
    office: Office, together: bool
) -> None:
    complaint = office.routes(NOTHING)
    told = [
        ("channel.web.replied", {"note": "Sampah atau jalan rusak."}),
        ("channel.web.replied", {"note": "Sampah tidak diangkut, sampah menumpuk."}),
    ]
    if together:
        for key, data in told:
            await says(office, complaint, together, key, **data)
    async with office.keeping():
        if not together:
            await office.becomes(complaint, "triage")
            for key, data in told:
                await says(office, complaint, together, key, **data)
        await office.becomes(complaint, "routed", "dlh")
    assert [note for _, note, _ in conversation(office, "agency.dlh")] == [
        data["note"] for _, data in told
    ]
    found = await office.case(complaint)
    assert found.complaint
    assert found.complaint["text"] == NOTHING


async def test_it_stays_for_a_while_after_the_end_with_the_last_word(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        office.says(complaint, "channel.web.replied", note="Masih rusak.")
        await office.becomes(complaint, "routed")
        await office.catches_up()
        assert await office.store.conversation(complaint)
        office.says(complaint, "channel.web.withdrawn", note="Sudah diperbaiki.")
        await office.becomes(complaint, "closed")
    said = [one.note for one in await office.store.conversation(complaint)]
    assert said == ["Masih rusak.", "Sudah diperbaiki."]

"""What an agency sees of cases that were joined: those in which it has a part, and no others."""

from dataclasses import replace

from broker.domain.case import Case, Lead
from gateway.api.views import agency_view
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.staff.inbox.officer import a_report, an_officer


async def group(door: MemoryDoor) -> tuple[Case, Case]:
    """A case that leads, which another agency supports, and one that follows it, which it does
    not."""
    lead, one = a_report(also="dishub"), a_report(text="Kambing Pak Udin makan sampah")
    lead = await door.keep(replace(lead, merged=(one.complaint_id,)))
    return lead, await door.keep(replace(one, merged_into=Lead(lead.complaint_id, lead.tracking)))


async def test_who_leads_sees_the_reports_that_its_answer_reaches(door: MemoryDoor) -> None:
    lead, one = await group(door)
    page = await (await an_officer(door)).page(f"/opd/dlh/kasus/{lead.tracking}")
    assert one.tracking in page and "Pak Udin" in page and "pengikut" in page


async def test_who_supports_sees_nothing_of_reports_that_are_not_his(door: MemoryDoor) -> None:
    lead, one = await group(door)
    officer = await an_officer(door, "budi", "agency:dishub")
    page = await officer.page(f"/opd/dishub/kasus/{lead.tracking}")
    assert one.tracking not in page and "Pak Udin" not in page
    assert "pengikut" not in page, "what it answers reaches nobody else"
    view = agency_view(lead, (), door.world.config.rules, "supporting")
    assert view["followers"] == 0


async def test_who_supports_one_that_follows_is_told_no_code_of_another(door: MemoryDoor) -> None:
    lead, one = await door.keep(a_report()), a_report(also="dishub")
    one = await door.keep(replace(one, merged_into=Lead(lead.complaint_id, lead.tracking)))
    officer = await an_officer(door, "budi", "agency:dishub")
    page = await officer.page(f"/opd/dishub/kasus/{one.tracking}")
    assert lead.tracking not in page
    view = agency_view(one, (), door.world.config.rules, "supporting")
    assert view["merged_into"] is None
    assert agency_view(one, (), door.world.config.rules, "lead")["merged_into"] == lead.tracking


async def test_what_another_agency_had_is_not_shown_to_the_next(door: MemoryDoor) -> None:
    """It was closed there before the case that led it went on."""
    lead, one = a_report(), a_report("dishub", text="Kambing Pak Udin makan sampah")
    lead = await door.keep(replace(lead, merged=(one.complaint_id,)))
    await door.keep(replace(one, merged_into=Lead(lead.complaint_id, lead.tracking)))
    page = await (await an_officer(door)).page(f"/opd/dlh/kasus/{lead.tracking}")
    assert one.tracking not in page and "Pak Udin" not in page

"""Deadlines follow an amended calendar; poison holds up nobody."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from broker.domain.case import Applied, Case, amend, fire
from broker.domain.case.clock import CaseClock
from broker.ports import CaseChange
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import CLOCKS, DAY, ROAD, RULES, at, without
from tests.unit.consumers.cases.office import Office

NEW_YEAR = date(2026, 2, 17)
"""Imlek, within the fourteen working days of a complaint of 2 February."""


async def test_open_deadlines_follow_the_calendar_with_a_line_of_history() -> None:
    office = Office(without(NEW_YEAR))
    complaints = [office.routes(ROAD) for _ in range(5)]
    async with office.keeping():
        for complaint in complaints:
            await office.becomes(complaint, "routed")
        before = (await office.case(complaints[0])).clock("resolution")
        office.says(complaints[4], "desk.sari.dismissed", reason="ganda")
        closed = await office.becomes(complaints[4], "closed")
    office.clocks = CLOCKS
    async with office.keeping():

        async def amended() -> bool:
            cases = [await office.case(complaint) for complaint in complaints[:4]]
            return all(case.calendar == CLOCKS.calendar.version for case in cases)

        await eventually_async(amended)
    after = (await office.case(complaints[0])).clock("resolution")
    assert before is not None and after is not None
    assert (after.due_at - before.due_at).days >= 1
    for complaint in complaints[:4]:
        last = (await office.store.history(complaint))[-1]
        assert (last.who, last.what) == ("calendar", "deadline")
        assert last.detail["from"] != last.detail["to"]
    assert await office.case(complaints[4]) == closed
    assert (await office.case(complaints[0])).complaint is not None


async def test_open_deadlines_follow_a_calendar_that_is_amended_while_they_are_kept() -> None:
    office = Office(without(NEW_YEAR))
    complaint = office.routes(ROAD)
    async with office.keeping() as handler:
        await office.becomes(complaint, "routed")
        await office.catches_up()
        before = (await office.case(complaint)).clock("resolution")
        handler.use(RULES, CLOCKS)
        after = await _on_the_calendar(office, complaint)
    assert before is not None
    assert (after.due_at - before.due_at).days >= 1


async def test_a_case_that_another_process_put_back_on_the_old_calendar_follows_again() -> None:
    """The escalations read the amended files a little later than the case consumer."""
    old = without(NEW_YEAR)
    office = Office(old)
    complaint = office.routes(ROAD)
    async with office.keeping() as handler:
        await office.becomes(complaint, "routed")
        handler.use(RULES, CLOCKS)
        after = await _on_the_calendar(office, complaint)
        await office.catches_up()
        put_back = amend(await office.case(complaint), old, now=office.clock.now())
        assert put_back is not None
        async with office.store.transaction() as transaction:
            await transaction.load([complaint])
            await transaction.save([CaseChange(put_back.case, put_back.history)])
        office.clock.moment += timedelta(minutes=2)
        assert await _on_the_calendar(office, complaint) == after


async def _on_the_calendar(office: Office, complaint: UUID) -> CaseClock:
    """Its resolution clock, once it is on the calendar of CLOCKS."""

    async def amended() -> CaseClock | None:
        case = await office.case(complaint)
        same = case.calendar == CLOCKS.calendar.version
        return case.clock("resolution") if same else None

    return await eventually_async(amended)


async def test_one_case_on_which_the_program_fails_does_not_hold_up_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = office.routes(ROAD), office.routes(ROAD)

    def fails(case: Case, *arguments: object, **named: object) -> Applied | None:
        if case.complaint_id == bad:
            raise KeyError("a bug")
        return fire(case, *arguments, **named)  # type: ignore[arg-type] # -- passed on as given

    monkeypatch.setattr("consumers.escalations.handler.fire", fails)
    async with office.open():
        await office.becomes(bad, "routed")
        await office.becomes(good, "routed")
        office.clock.moment = at("2026-02-09 17:00")
        await office.catches_up()
        breaches = {"clock": "response", "rung": "breach"}
        assert office.value("pintu_escalations_total", **breaches) == 1
        monkeypatch.undo()
        office.clock.moment += DAY
        await office.catches_up()
        assert office.value("pintu_escalations_total", **breaches) == 2

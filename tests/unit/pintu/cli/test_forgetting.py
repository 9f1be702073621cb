"""`pintu case forget`."""

from broker.domain.case import State
from broker.messaging import names
from tests.unit.broker.domain.case.story import ROAD
from tests.unit.pintu.cli.counter import Counter

WHY = ("--reason", "permintaan pelapor")


async def test_an_open_case_is_refused_and_nothing_is_removed(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        done = await counter.does("case", "forget", case.tracking)
        assert done.exit_code == 1
        assert "is open" in done.stderr and "--close" in done.stderr
        assert await counter.now(case) == case


async def test_an_open_case_is_closed_first_where_that_is_asked_for(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        printed = await counter.prints("case", "forget", case.tracking, "--close", *WHY)
        now = await counter.now(case)
        assert now.state is State.CLOSED
        assert now.complaint is None
        assert f"{case.tracking}: the person was removed" in printed
        shown = await counter.prints("case", "show", case.tracking)
    assert ROAD not in shown
    assert "why: permintaan pelapor" in shown


async def test_where_copies_remain_is_listed_by_name_count_and_end(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        told = await counter.json("case", "forget", case.tracking, "--close", *WHY)
    copies = {one["where"]: one for one in told["copies"]}
    assert copies["agency.dpupr"]["messages"] >= 1
    assert "read" in copies["agency.dpupr"]["until"]
    assert "90 days" in copies["channel.web"]["until"]
    assert names.AUDIT_STREAM in copies
    assert "backups" in copies
    assert names.PARKED_QUEUE not in copies


async def test_a_closed_case_shows_its_text_until_it_is_forgotten(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        await counter.prints("triage", "dismiss", case.tracking, "Sudah ditangani Pak Dedi.")
        shown = await counter.prints("case", "show", case.tracking)
        assert ROAD.split()[0] in shown
        await counter.prints("case", "forget", case.tracking, *WHY)
        shown = await counter.prints("case", "show", case.tracking)
    assert ROAD.split()[0] not in shown
    assert "Pak Dedi" not in shown

"""The whole life of a case, from queue to queue."""

from datetime import timedelta

from broker.messaging import names
from tests.unit.broker.domain.case.story import DAY, LIGHT, NOTHING, ROAD
from tests.unit.consumers.cases.office import Office


async def test_a_case_goes_from_routed_to_closed(office: Office) -> None:
    async with office.open():
        complaint = office.routes(ROAD)
        await office.becomes(complaint, "routed", "dpupr")
        for verb in ("acknowledged", "responded", "resolved"):
            office.says(complaint, f"agency.dpupr.{verb}", note="sudah")
            await office.becomes(complaint, verb)
        office.clock.moment += 30 * DAY
        case = await office.becomes(complaint, "closed")
    assert case.closed is not None and case.closed.by == "clock.closing"
    assert case.complaint is not None
    assert office.keys("channel.web") == [
        "opened.dpupr.web",
        "acknowledged.dpupr.web",
        "responded.dpupr.web",
        "resolved.dpupr.web",
        "closed.dpupr.web",
    ]
    assert office.keys("agency.dpupr") == ["routed.dpupr.web", "closed.dpupr.web"]
    history = await office.store.history(complaint)
    assert [line.what for line in history] == [
        "routed",
        "acknowledged",
        "responded",
        "resolved",
        "closed",
    ]
    assert office.value("pintu_updates_total", verb="responded", outcome="accepted") == 1


async def test_the_third_return_ends_in_triage_and_the_desk_assigns(office: Office) -> None:
    async with office.open():
        complaint = office.routes(ROAD)
        for _ in range(3):
            case = await office.becomes(complaint, "routed")
            office.says(
                complaint,
                f"agency.{case.agency}.returned",
                reason="bukan kami",
                suggest="dishub" if case.agency != "dishub" else "pln",
            )
            before = case.agency

            await office.catches_up()
            assert (await office.case(complaint)).agency != before
        case = await office.becomes(complaint, "triage", None)
        assert case.hops == 3 and len(case.previous) == 3
        office.says(complaint, "desk.sari.assigned", agency="dpupr")
        await office.becomes(complaint, "routed", "dpupr")
    assert office.keys(names.TRIAGE_QUEUE) == ["triaged.triage.web"]
    moved = [key for key in office.keys("channel.web") if key.startswith("moved.")]
    assert len(moved) == 4
    assert not office.heard(names.PARKED_QUEUE)


async def test_a_reporter_who_replies_opens_it_again(office: Office) -> None:
    async with office.open():
        complaint = office.routes(ROAD)
        office.says(complaint, "agency.dpupr.resolved")
        await office.becomes(complaint, "resolved")
        office.says(complaint, "channel.web.replied", note="belum")
        await office.becomes(complaint, "responded")
    assert "replied.dpupr.web" in office.keys("agency.dpupr")


async def test_an_agency_that_never_answers_climbs_the_ladder(office: Office) -> None:
    async with office.open():
        complaint = office.routes(ROAD)
        await office.becomes(complaint, "routed")
        office.clock.moment += 90 * DAY
        await office.catches_up()
    told = [key for key in office.keys(names.ESCALATIONS_QUEUE)]
    assert told == ["escalated.dpupr.web"] * 10
    fired = [e["data"] for e in office.published() if e["type"] == "complaint.escalated.v1"]
    due = [(f["clock"], f["rung"]) for f in fired]
    ladder = ["reminder", "breach", "coordinator", "secretary", "inspectorate"]
    assert [rung for clock, rung in due if clock == "response"] == ladder
    assert [rung for clock, rung in due if clock == "resolution"] == ladder
    for clock, rung in due:
        assert office.value("pintu_escalations_total", clock=clock, rung=rung) == 1
    assert office.value("pintu_escalation_lag_seconds_count") == 10


async def test_triage_that_nobody_looks_at_is_escalated(office: Office) -> None:
    async with office.open():
        complaint = office.routes(NOTHING)
        await office.becomes(complaint, "triage")
        office.clock.moment += 10 * DAY
        await office.catches_up()
    assert "escalated.triage.web" in office.keys(names.ESCALATIONS_QUEUE)


async def test_a_hold_that_nobody_ends_ends_by_itself(office: Office) -> None:
    async with office.open():
        complaint = office.routes(LIGHT)
        await office.becomes(complaint, "routed", "dishub")
        office.says(complaint, "agency.dishub.held", note="di mana?")
        await office.becomes(complaint, "held")
        office.clock.moment += 20 * DAY
        await office.becomes(complaint, "acknowledged")
        await office.catches_up()
    assert office.value("pintu_escalations_total", clock="waiting", rung="coordinator") == 1
    assert "resumed.dishub.web" in office.keys("channel.web")


async def test_several_updates_in_one_batch_follow_on_each_other(office: Office) -> None:
    complaint = office.routes(ROAD)
    for verb in ("acknowledged", "responded", "held", "resumed", "resolved"):
        office.says(complaint, f"agency.dpupr.{verb}", after=timedelta(minutes=1))
    async with office.open():
        await office.becomes(complaint, "resolved")
    assert [key.split(".")[0] for key in office.keys("channel.web")] == [
        "opened",
        "acknowledged",
        "responded",
        "held",
        "resumed",
        "resolved",
    ]

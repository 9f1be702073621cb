"""The clocks of a case: deadlines, holds, what fires and to whom, what ends by itself."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broker.domain.case import (
    Applied,
    Case,
    amend,
    fire,
    from_record,
    to_record,
    upcoming,
)
from broker.domain.clocks import Clocks
from config.loading.clocks import load_clocks
from schemas.envelope import ESCALATIONS
from tests.unit.case.story import (
    BRIBE,
    CLOCKS,
    DAY,
    HOUR,
    LIGHT,
    NOTHING,
    ROAD,
    Said,
    Story,
    said,
)

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(text: str) -> datetime:
    """A moment in Jakarta: `2026-02-09 16:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def rungs(events: list[Said]) -> list[tuple[str, str, str, str]]:
    return [
        (e.key.split(".")[1], e.data["clock"], e.data["rung"], e.data["to"])
        for e in events
        if e.type == "complaint.escalated.v1"
    ]


def due(case: Case, name: str) -> datetime:
    [clock] = [c for c in case.clocks if c.name == name and c.open]
    return clock.due_at


def test_an_agency_that_never_answers_is_told_of_in_order_each_rung_once() -> None:
    story = Story().begins(ROAD)
    fired = []
    while (moment := story.it.next_due) is not None:
        events = story.waits(moment)
        assert events
        assert all(e.source == ESCALATIONS for e in events)
        assert all(e.data["late_seconds"] == 0 for e in events)
        fired += [(moment.date().isoformat(), *rung) for rung in rungs(events)]
    days = {
        "response": ["2026-02-06", "2026-02-09", "2026-02-11", "2026-02-18", "2026-02-25"],
        "resolution": ["2026-02-23", "2026-02-24", "2026-02-26", "2026-03-03", "2026-03-10"],
    }
    ladder = [
        ("reminder", "agency"),
        ("breach", "head"),
        ("coordinator", "coordinator"),
        ("secretary", "secretary"),
        ("inspectorate", "inspectorate"),
    ]
    expected = {
        (day, "dpupr", clock, *rung)
        for clock, dates in days.items()
        for day, rung in zip(dates, ladder, strict=True)
    }
    assert set(fired) == expected
    assert len(fired) == len(expected)
    assert fired == sorted(fired, key=lambda line: line[0])
    assert story.it.state == "routed"


def test_after_an_outage_every_rung_fires_oldest_first_with_its_true_lateness() -> None:
    story = Story().begins(ROAD)
    events = story.waits(at("2026-02-12 10:00"))
    assert [e.data["rung"] for e in events] == ["reminder", "breach", "coordinator"]
    assert [e.data["late_seconds"] for e in events] == [
        (at("2026-02-12 10:00") - at(f"{day} 16:00")).total_seconds()
        for day in ("2026-02-06", "2026-02-09", "2026-02-11")
    ]
    assert story.waits(at("2026-02-12 11:00")) == []


def test_nothing_fires_beyond_the_moment_that_the_cases_have_reached() -> None:
    story = Story().begins(ROAD)
    story.reached = at("2026-02-09 15:59")
    assert [r[2] for r in rungs(story.waits(at("2026-02-20 10:00")))] == ["reminder"]
    story.reached = at("2026-02-09 16:00")
    assert [r[2] for r in rungs(story.waits(HOUR))] == ["breach"]


def test_a_clock_of_the_machine_that_jumps_back_fires_nothing_twice() -> None:
    story = Story().begins(ROAD)
    first = story.waits(at("2026-02-10 10:00"))
    assert len(first) == 2
    assert story.waits(at("2026-02-03 10:00")) == []
    assert story.waits(at("2026-02-10 10:00")) == []


def test_fired_twice_after_a_crash_a_rung_bears_one_id_whoever_has_the_case_by_then() -> None:
    story = Story().begins(BRIBE)
    story.says("desk.admin.assigned", agency="dlh", oversight=False)
    moment = at("2026-02-25 10:00")
    crashed = fire(story.it, CLOCKS, now=moment, reached=moment)
    assert crashed
    story.now = at("2026-02-02 13:00")
    story.says("desk.admin.assigned", agency="dpupr")
    first = {e.id for e in map(said, crashed.publish) if e.data["clock"] == "resolution"}
    again = [e for e in story.waits(moment) if e.data["clock"] == "resolution"]
    assert len(again) == 2
    assert {e.key for e in again} == {"escalated.dpupr.web"}
    assert {e.id for e in again} == first


def test_in_triage_the_ladder_goes_to_the_desk() -> None:
    events = Story().begins(NOTHING).waits(60 * DAY)
    assert {e.key for e in events} == {"escalated.triage.web"}
    assert [(e.data["rung"], e.data["to"]) for e in events] == [
        ("reminder", "coordinator"),
        ("breach", "coordinator"),
        ("coordinator", "coordinator"),
        ("secretary", "secretary"),
        ("inspectorate", "inspectorate"),
    ]
    assert all(e.data["agency"] is None for e in events)


def test_for_a_body_outside_the_region_every_rung_goes_to_the_coordinator() -> None:
    events = Story().begins("halo", agency="pln").waits(60 * DAY)
    assert len(events) == 10
    assert {e.data["to"] for e in events} == {"coordinator"}
    assert {e.key for e in events} == {"escalated.pln.web"}


def test_a_supporting_agency_has_a_response_clock_only() -> None:
    events = Story().begins(LIGHT).waits(60 * DAY)
    of_pln = [r for r in rungs(events) if r[0] == "pln"]
    assert {r[1] for r in of_pln} == {"response"}
    assert {r[3] for r in of_pln} == {"coordinator"}, "PLN is a body outside"
    assert len(of_pln) == 5


def test_the_first_answer_stops_the_response_clock_and_not_the_resolution() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.responded")
    assert {r[1] for r in rungs(story.waits(60 * DAY))} == {"resolution"}


def test_a_late_answer_leaves_the_rungs_after_it_unfired() -> None:
    story = Story().begins(ROAD)
    story.waits(at("2026-02-10 09:00"))
    story.says("agency.dpupr.resolved")
    assert rungs(story.waits(at("2026-02-20 09:00"))) == []


def test_who_answered_too_late_was_late_however_far_behind_we_are() -> None:
    story = Story().begins(ROAD)
    story.waits(at("2026-02-07 09:00"))
    story.reached = at("2026-02-09 15:00")  # then the cases are away, until Tuesday
    story.now = at("2026-02-10 09:00")
    story.says("agency.dpupr.responded", time=at("2026-02-09 16:30"))
    assert story.it.state == "responded"
    story.reached = None
    assert rungs(story.waits(HOUR)) == [("dpupr", "response", "breach", "head")]


def test_who_answered_in_time_was_in_time_however_far_behind_we_are() -> None:
    story = Story().begins(ROAD)
    story.waits(at("2026-02-07 09:00"))
    story.reached = at("2026-02-09 15:00")
    story.now = at("2026-02-10 09:00")
    story.says("agency.dpupr.responded", time=at("2026-02-09 16:00"))
    story.reached = None
    assert rungs(story.waits(HOUR)) == []


def test_what_ran_out_by_itself_is_done_before_an_update_is_judged() -> None:
    story = Story().begins(ROAD)
    story.now = at("2026-02-10 09:00")
    story.says("agency.dpupr.acknowledged")
    assert [r[2] for r in rungs(story.events)] == ["reminder", "breach"]
    assert story.keys()[-1] == "acknowledged.dpupr.web"
    assert story.waits(HOUR) == []


def test_a_rung_whose_time_does_not_lie_after_the_start_of_its_clock_is_left_out() -> None:
    policy = CLOCKS.policies[-1]
    quick = replace(policy, days=replace(policy.days, response=1))
    clocks = replace(CLOCKS, policies=(quick,))
    for hour, first in (("15:59", "reminder"), ("16:00", "breach")):
        story = Story(now=at(f"2026-02-02 {hour}"), clocks=clocks).begins(ROAD)
        assert upcoming(story.it, clocks)[0].rung
        assert rungs(story.waits(at("2026-02-03 16:00")))[0][2] == first


def test_an_answer_during_a_hold_ends_the_hold_of_that_clock() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.held")
    began = story.now
    story.says("agency.pln.responded", after=DAY)
    clock = story.it.clock("response", "pln")
    assert clock
    assert (clock.stopped_at, clock.held_at) == (story.now, None)
    assert [(h.start, h.end) for h in clock.holds] == [(began, story.now)]
    assert clock.due_at == at("2026-02-10 16:00"), "one close of business passed"


def test_a_hold_moves_the_deadlines_by_the_closes_of_business_that_passed_during_it() -> None:
    story = Story().begins(ROAD)  # Monday
    response, resolution = due(story.it, "response"), due(story.it, "resolution")
    story.says("agency.dpupr.held")
    story.says("channel.web.replied", after=2 * DAY)  # Wednesday: two closes
    assert due(story.it, "response") == CLOCKS.calendar.shift(response, 2)
    assert due(story.it, "resolution") == CLOCKS.calendar.shift(resolution, 2)
    story.says("agency.dpupr.held", after=timedelta(hours=8))  # after the close of business
    story.says("agency.dpupr.resumed", after=timedelta(hours=10))  # before the next one
    assert due(story.it, "response") == CLOCKS.calendar.shift(response, 2)


def test_nothing_fires_while_a_hold_lasts_and_then_it_ends_by_itself() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.held", after=3 * DAY)  # Thursday the 5th
    [waiting] = [c for c in story.it.clocks if c.name == "waiting"]
    assert waiting.due_at == at("2026-02-23 16:00")
    assert story.waits(at("2026-02-23 15:59")) == []
    told = len(story.events)
    story.waits(at("2026-02-23 17:00"))
    assert story.keys(told) == ["resumed.dishub.web", "escalated.dishub.web"]
    resumed, escalated = story.events[told:]
    assert resumed.data["by"] == "clock.waiting"
    assert (escalated.data["clock"], escalated.data["rung"]) == ("waiting", "coordinator")
    assert escalated.data["to"] == "coordinator"
    assert story.it.state == "acknowledged"
    response = story.it.response
    assert response
    assert response.holds[-1].end == at("2026-02-23 16:00"), "not when we noticed"
    assert response.running
    assert all(c.running for c in story.it.clocks if c.name in ("response", "resolution"))


def test_a_second_hold_does_not_lengthen_the_wait() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.held")
    before = story.it.clocks
    story.says("agency.dpupr.held", after=3 * DAY)
    assert story.it.clocks == before


def test_an_answered_case_closes_when_the_reporter_says_nothing() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.resolved", note="Sudah diperbaiki.")
    assert story.keys()[-1] == "resolved.dishub.web"
    assert {c.name for c in story.it.clocks if c.open} == {"closing"}
    told = len(story.events)
    story.waits(at("2026-02-18 16:00"))
    assert story.keys(told) == ["closed.dishub.web", "closed.pln.-"]
    closed = story.events[told].data
    assert (closed["by"], closed["how"]) == ("clock.closing", "closing")
    assert closed["closed_at"] == "2026-02-18T16:00:00+07:00"
    assert story.it.complaint is None
    assert story.it.state == "closed"
    assert story.it.next_due is None


def test_a_reply_after_the_answer_opens_it_again_and_the_time_between_counts_as_a_hold() -> None:
    story = Story().begins(ROAD)
    before = due(story.it, "resolution")
    story.says("agency.dpupr.resolved", after=DAY)
    story.says("channel.web.replied", after=2 * DAY, note="Masih rusak.")
    assert story.it.state == "responded"
    assert due(story.it, "resolution") == CLOCKS.calendar.shift(before, 2)
    assert {c.name for c in story.it.clocks if c.open} == {"resolution"}
    story.says("agency.dpupr.resolved", after=DAY)
    assert [c.start for c in story.it.clocks if c.name == "closing"] == [1, 2]


def test_a_second_final_answer_does_not_put_off_the_end() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved")
    end = due(story.it, "closing")
    story.says("agency.dpupr.resolved", after=3 * DAY, note="Tambahan.")
    assert due(story.it, "closing") == end


def without(day: date) -> Clocks:
    """The calendar before that day was declared a day off."""
    calendar = CLOCKS.calendar
    holidays = {d: why for d, why in calendar.holidays.items() if d != day}
    return replace(
        CLOCKS,
        calendar=type(calendar)(zone=calendar.zone, holidays=holidays, covered=calendar.covered),
    )


def test_an_amended_calendar_moves_open_deadlines_and_says_so() -> None:
    """18 August 2025 was declared a day of joint leave on the 7th."""
    story = Story(now=at("2025-08-05 09:00"), clocks=without(date(2025, 8, 18))).begins(ROAD)
    assert due(story.it, "response") == at("2025-08-12 16:00")
    assert due(story.it, "resolution") == at("2025-08-25 16:00")
    story.clocks = CLOCKS
    amended = amend(story.it, CLOCKS, now=at("2025-08-07 18:00"))
    assert amended
    assert due(amended.case, "response") == at("2025-08-12 16:00")
    assert due(amended.case, "resolution") == at("2025-08-26 16:00")
    [line] = amended.history
    assert (line.who, line.what) == ("calendar", "deadline")
    assert line.detail["clock"] == "resolution"
    assert line.detail["from"].startswith("2025-08-25T16:00")
    assert line.detail["to"].startswith("2025-08-26T16:00")
    assert amended.publish == ()
    assert amend(amended.case, CLOCKS, now=at("2025-08-07 18:01")) is None
    story.says("agency.dpupr.acknowledged")
    assert due(story.it, "resolution") == at("2025-08-26 16:00"), "an update brings it in as well"
    assert [line.what for line in story.history] == ["routed", "deadline", "acknowledged"]


def test_an_amended_calendar_finds_deadlines_that_stand_still() -> None:
    story = Story(now=at("2025-08-05 09:00"), clocks=without(date(2025, 8, 18))).begins(ROAD)
    story.says("agency.dpupr.held")
    amended = amend(story.it, CLOCKS, now=story.now)
    assert amended
    assert {line.detail["clock"] for line in amended.history} == {"resolution", "waiting"}


def test_a_rung_that_fired_stays_fired_when_the_calendar_is_amended() -> None:
    story = Story(now=at("2025-08-01 09:00"), clocks=without(date(2025, 8, 18))).begins(ROAD)
    story.says("agency.dpupr.responded")
    story.waits(at("2025-08-20 17:00"))
    assert [r[2] for r in rungs(story.events)] == ["reminder"]
    story.clocks = CLOCKS
    amended = amend(story.it, CLOCKS, now=story.now)
    assert amended
    story.case = amended.case
    assert [r[2] for r in rungs(story.waits(at("2025-08-22 17:00")))] == ["breach"]


def test_a_case_keeps_its_policy_and_one_that_the_configuration_lost_is_made_good() -> None:
    story = Story(now=at("2025-12-30 09:00")).begins(NOTHING)
    assert story.it.policy == ("permenpanrb-62-2018", "1")
    quicker = replace(CLOCKS.policies[-1], days=replace(CLOCKS.policies[-1].days, response=1))
    story.clocks = replace(CLOCKS, policies=(*CLOCKS.policies[:-1], quicker))
    story.says("desk.admin.assigned", agency="dpupr", after=7 * DAY)
    routed = story.one("routed.dpupr.web")
    assert routed.data["respond_by"] == "2026-01-13T16:00:00+07:00", "five days, as it began"
    story.clocks = replace(CLOCKS, policies=(quicker,))
    story.says("desk.admin.assigned", agency="dlh", after=HOUR)
    assert due(story.it, "response") == at("2026-01-07 16:00")


def test_an_update_that_bends_no_span_counts_from_the_last_moment_of_its_clock() -> None:
    story = Story(reached=at("2026-02-02 08:00")).begins(ROAD)
    story.says("agency.dpupr.held", time=at("2026-02-02 11:00"), after=3 * HOUR)
    story.says("channel.web.replied", time=at("2026-02-02 10:30"))
    response = story.it.response
    assert response
    assert [(h.start, h.end) for h in response.holds] == [
        (at("2026-02-02 11:00"), at("2026-02-02 11:00"))
    ]


@pytest.mark.parametrize("text", [LIGHT, NOTHING])
def test_what_is_to_come_is_in_order_and_the_first_is_what_the_store_waits_for(text: str) -> None:
    case = Story().begins(text).it
    moments = [item.at for item in upcoming(case, CLOCKS)]
    assert moments == sorted(moments)
    assert case.next_due == moments[0]
    assert fire(case, CLOCKS, now=moments[0] - HOUR, reached=moments[0]) is None


def test_a_record_of_a_case_is_the_case() -> None:
    story = Story().begins(LIGHT)
    for key in ("agency.dishub.held", "channel.web.replied", "agency.dishub.resolved"):
        story.says(key)
        assert from_record(to_record(story.it), story.it.seen) == story.it
    story.waits(60 * DAY)
    assert from_record(to_record(story.it), story.it.seen) == story.it
    assert "seen" not in to_record(story.it)


def test_the_shipped_clocks_are_what_these_tests_reckon_with() -> None:
    assert load_clocks().calendar == CLOCKS.calendar
    assert isinstance(Story().begins(LIGHT).last, Applied)

"""The rungs of a case: what fires when, to whom, and once, however late we notice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from broker.domain.case import amend, fire, from_record, resend, to_record, upcoming
from schemas.envelope import ESCALATIONS
from schemas.properties import Properties
from tests.unit.broker.domain.case.story import (
    BRIBE,
    CLOCKS,
    DAY,
    HOUR,
    LIGHT,
    NOTHING,
    ROAD,
    Said,
    Story,
    an_echo,
    at,
    escalated,
    routed_by_router,
    rungs,
    said,
    without,
)


def test_an_agency_that_never_answers_is_told_of_in_order_each_rung_once() -> None:
    story = Story().begins(ROAD)
    fired = []
    while (moment := story.it.next_due) is not None:
        events = story.waits(moment)
        assert events
        assert all(e.source == ESCALATIONS for e in events)
        assert all(e.data["late_seconds"] == 0 for e in escalated(events))
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
    story.watermark = at("2026-02-09 15:59")
    assert [r[2] for r in rungs(story.waits(at("2026-02-20 10:00")))] == ["reminder"]
    story.watermark = at("2026-02-09 16:00")
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
    crashed = fire(story.it, CLOCKS, now=moment, watermark=moment)
    assert crashed
    story.now = at("2026-02-02 13:00")
    story.says("desk.admin.assigned", agency="dpupr")

    def of_resolution(events: Sequence[Said]) -> list[Said]:
        return [e for e in events if e.data.get("clock", "resolution") == "resolution"]

    first = {e.id for e in of_resolution([said(each) for each in crashed.publish])}
    again = of_resolution(story.waits(moment))
    assert [e.key for e in again] == [
        "escalated.dpupr.web",
        "escalated.dpupr.web",
        "overdue.dpupr.web",
    ]
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
    events = escalated(Story().begins("halo", agency="pln").waits(60 * DAY))
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
    story.watermark = at("2026-02-09 15:00")  # then the cases are away, until Tuesday
    story.now = at("2026-02-10 09:00")
    story.says("agency.dpupr.responded", time=at("2026-02-09 16:30"))
    assert story.it.state == "responded"
    story.watermark = None
    assert rungs(story.waits(HOUR)) == [("dpupr", "response", "breach", "head")]


def test_who_answered_in_time_was_in_time_however_far_behind_we_are() -> None:
    story = Story().begins(ROAD)
    story.waits(at("2026-02-07 09:00"))
    story.watermark = at("2026-02-09 15:00")
    story.now = at("2026-02-10 09:00")
    story.says("agency.dpupr.responded", time=at("2026-02-09 16:00"))
    story.watermark = None
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


@pytest.mark.parametrize("text", [LIGHT, NOTHING])
def test_what_is_to_come_is_in_order_and_the_first_is_what_the_store_waits_for(text: str) -> None:
    case = Story().begins(text).it
    moments = [item.at for item in upcoming(case, CLOCKS)]
    assert moments == sorted(moments)
    assert case.next_due == moments[0]
    assert fire(case, CLOCKS, now=moments[0] - HOUR, watermark=moments[0]) is None


TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def test_what_time_alone_brings_carries_the_trace_of_its_case() -> None:
    story = Story()
    for out in routed_by_router(ROAD, story.now):
        story.reads(replace(an_echo(out), properties=Properties(headers=TRACE)))
    moment = story.it.next_due
    assert moment is not None
    assert [e.out.headers for e in story.waits(moment)] == [TRACE]
    again = resend(story.it, now=story.now)
    assert again is not None
    assert again.headers == TRACE


def test_a_case_that_was_recorded_without_a_trace_has_none() -> None:
    record = to_record(Story().begins(ROAD).it)
    del record["trace"]
    assert from_record(record).trace == {}

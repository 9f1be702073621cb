"""The clocks of a case: deadlines, holds, what ends by itself, the calendar, the policy."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from broker.domain.case import (
    Applied,
    Case,
    amend,
    from_record,
    to_record,
)
from config.loading.clocks import load_clocks
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    DAY,
    HOUR,
    LIGHT,
    NOTHING,
    ROAD,
    Story,
    at,
    without,
)


def due(case: Case, name: str) -> datetime:
    [clock] = [c for c in case.clocks if c.name == name and c.open]
    return clock.due_at


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


def test_a_case_keeps_its_policy_and_one_that_the_configuration_lost_is_made_good() -> None:
    story = Story(now=at("2025-12-30 09:00")).begins(NOTHING)
    assert story.it.policy == ("permenpanrb-5-2025", "2")
    last = CLOCKS.policies[-1]
    quicker = replace(last, version="3", days=replace(last.days, response=1))
    story.clocks = replace(CLOCKS, policies=(*CLOCKS.policies[:-1], quicker), superseded=(last,))
    story.says("desk.admin.assigned", agency="dpupr", after=7 * DAY)
    routed = story.one("routed.dpupr.web")
    assert routed.data["respond_by"] == "2026-01-13T16:00:00+07:00", "five days, as it began"
    story.clocks = replace(CLOCKS, policies=(quicker,))
    story.says("desk.admin.assigned", agency="dlh", after=HOUR)
    assert due(story.it, "response") == at("2026-01-07 16:00")


def test_an_update_that_bends_no_span_counts_from_the_last_moment_of_its_clock() -> None:
    story = Story(watermark=at("2026-02-02 08:00")).begins(ROAD)
    story.says("agency.dpupr.held", time=at("2026-02-02 11:00"), after=3 * HOUR)
    story.says("channel.web.replied", time=at("2026-02-02 10:30"))
    response = story.it.response
    assert response
    assert [(h.start, h.end) for h in response.holds] == [
        (at("2026-02-02 11:00"), at("2026-02-02 11:00"))
    ]


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

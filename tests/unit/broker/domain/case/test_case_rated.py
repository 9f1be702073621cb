"""The reporter is content: ``accepted`` with a rating, and thanks that open nothing again."""

from datetime import timedelta
from typing import Any

import pytest

from broker.domain.case import Applied, Outcome, Refused, to_record
from broker.domain.case.from_channel import RATED_WITHIN
from tests.unit.broker.domain.case.story import DAY, HOUR, LIGHT, Story, at

ENDED = at("2026-02-18 16:00")


def resolved() -> Story:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.resolved", note="Sudah menyala.")
    return story


def ended_by_itself() -> Story:
    story = resolved()
    story.waits(ENDED + HOUR)
    assert story.it.closed
    assert (story.it.closed.how, story.it.closed.at) == ("closing", ENDED)
    return story


def refusal(outcome: Outcome) -> tuple[str, str]:
    assert isinstance(outcome, Refused)
    return outcome.reason, outcome.detail


def test_who_accepts_the_answer_closes_the_case_with_a_rating() -> None:
    story = resolved()
    story.says("channel.web.accepted", rating=4, note="Terima kasih.")
    assert story.it.closed
    assert (story.it.closed.how, story.it.closed.by) == ("accepted", "channel.web")
    assert story.it.rating == to_record(story.it)["rating"] == 4
    assert story.one("closed.dishub.web").data["rating"] == 4
    assert story.history[-1].detail["rating"] == 4
    assert not any(clock.open for clock in story.it.clocks)


def test_a_rating_is_not_asked_for() -> None:
    story = resolved()
    story.says("channel.web.accepted")
    assert story.it.closed
    assert (story.it.closed.how, story.it.rating) == ("accepted", None)


def test_after_it_closed_by_itself_a_rating_is_added_and_the_channel_hears_that_alone() -> None:
    story = ended_by_itself()
    end, told = story.it.closed, len(story.events)
    outcome = story.says("channel.web.accepted", rating=5)
    assert isinstance(outcome, Applied) and outcome.changed
    assert story.it.rating == 5
    assert story.it.closed == end
    assert story.keys(told) == ["accepted.dishub.web", "accepted.pln.-"]
    assert story.events[told].data["rating"] == 5


def test_the_first_rating_stands_and_the_channel_is_told_which() -> None:
    story = ended_by_itself()
    story.says("channel.web.accepted", rating=5)
    told = len(story.events)
    outcome = story.says("channel.web.accepted", rating=1)
    assert isinstance(outcome, Applied) and not outcome.changed
    assert story.it.rating == 5
    assert story.events[told].data["rating"] == 5


def test_a_word_without_a_rating_leaves_room_for_one() -> None:
    story = ended_by_itself()
    first = story.says("channel.web.accepted")
    assert isinstance(first, Applied) and not first.changed
    assert "rating" not in story.events[-1].data
    story.says("channel.web.accepted", rating=3)
    assert story.it.rating == 3


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_thirty_days_after_the_end_it_is_too_late(late: timedelta) -> None:
    story = ended_by_itself()
    story.now = ENDED + RATED_WITHIN + late
    outcome = story.says("channel.web.accepted", rating=5, after=timedelta(0))
    if not late:
        assert story.it.rating == 5
        return
    reason, detail = refusal(outcome)
    assert (reason, story.it.rating) == ("closed", None)
    assert "30 days" in detail


@pytest.mark.parametrize("key", ["channel.web.replied", "agency.dishub.resolved"])
def test_nothing_else_is_taken_after_the_end(key: str) -> None:
    assert refusal(ended_by_itself().says(key))[0] == "closed"


@pytest.mark.parametrize(
    "key", ["channel.web.withdrawn", "desk.sri.dismissed", "channel.web.accepted"]
)
def test_a_case_that_somebody_closed_is_rated_no_more(key: str) -> None:
    story = resolved()
    story.says(key, reason="ganda")
    assert refusal(story.says("channel.web.accepted", rating=5))[0] == "closed"
    assert story.it.rating is None


def test_there_is_nothing_to_accept_before_the_final_answer() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.responded", note="Petugas dikirim.")
    reason, detail = refusal(story.says("channel.web.accepted", rating=5))
    assert reason == "impossible"
    assert "no final answer" in detail


def test_another_channel_rates_nothing() -> None:
    assert refusal(ended_by_itself().says("channel.sms.accepted", rating=1))[0] == "not-your-case"


def test_thanks_open_nothing_again_and_the_closing_goes_on() -> None:
    story = resolved()
    before, told = story.it.clocks, len(story.events)
    outcome = story.says("channel.web.replied", reopen=False, note="Terima kasih.")
    assert isinstance(outcome, Applied) and not outcome.changed
    assert (story.it.state, story.it.clocks) == ("resolved", before)
    assert story.keys(told) == ["replied.dishub.web", "replied.pln.-"]
    data = story.events[told].data
    assert (data["note"], data["reopen"], data["state"]) == ("Terima kasih.", False, "resolved")
    story.waits(30 * DAY)
    assert story.it.closed
    assert story.it.closed.at == ENDED


@pytest.mark.parametrize("reopen", [{}, {"reopen": True}, {"reopen": None}])
def test_without_that_word_a_reply_after_the_answer_opens_it_again(
    reopen: dict[str, Any],
) -> None:
    story = resolved()
    story.says("channel.web.replied", note="Masih padam.", **reopen)
    assert story.it.state == "responded"


def test_a_remark_ends_a_hold_all_the_same() -> None:
    """Only what the final answer closed stays closed: who asked something has heard from them."""
    story = Story().begins(LIGHT)
    story.says("agency.dishub.held", note="Di mana?")
    story.says("channel.web.replied", reopen=False, note="Di depan pasar.")
    assert story.it.state == "acknowledged"

"""A case takes so many updates, then only what ends it; what one costs does not grow with them."""

from datetime import timedelta

import pytest

from broker.domain.case import Applied, CaseClock, Refused, Repeated, State
from schemas import limits
from tests.unit.broker.domain.case.story import NOTHING, ROAD, Story

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CASE_LINES", 5)
    monkeypatch.setattr(limits, "CASE_LINES_OF_DESK", 7)


def full(text: str = ROAD) -> Story:
    """A case whose history has as many lines as it may."""
    story = Story()
    story.begins(text)
    while len(story.history) < 5:
        assert isinstance(story.says("channel.web.replied", after=MINUTE), Applied)
    assert story.it.lines == 5
    return story


@pytest.mark.parametrize(
    "key",
    [
        *("channel.web.replied", "agency.dpupr.acknowledged", "agency.dpupr.responded"),
        *("agency.dpupr.held", "agency.dpupr.resumed", "agency.dpupr.returned"),
    ],
)
def test_a_case_that_has_had_enough_updates_refuses_one_and_says_what_to_do(key: str) -> None:
    story = full()
    before = story.it
    refused = story.says(key, after=MINUTE, reason="bukan kami")
    assert isinstance(refused, Refused)
    assert refused.reason == "too-many-updates"
    assert "end it" in refused.detail
    assert story.it == before


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("agency.dpupr.resolved", State.RESOLVED),
        ("channel.web.withdrawn", State.CLOSED),
        ("desk.sri.dismissed", State.CLOSED),
    ],
)
def test_it_still_takes_what_ends_it(key: str, state: State) -> None:
    story = full()
    assert isinstance(story.says(key, after=MINUTE, reason="selesai"), Applied)
    assert story.it.state is state


def test_the_reporter_can_still_accept_the_answer_and_rate_what_closed_by_itself_once() -> None:
    story = full()
    assert isinstance(story.says("channel.web.accepted", rating=5), Refused)
    story.says("agency.dpupr.resolved", after=MINUTE)
    ended = full()
    ended.says("agency.dpupr.resolved", after=MINUTE)
    assert isinstance(story.says("channel.web.accepted", after=MINUTE), Applied)
    assert story.it.state is State.CLOSED
    ended.waits(timedelta(days=20))
    for rating, taken in ((None, False), (5, True), (1, False)):
        outcome = ended.says("channel.web.accepted", after=MINUTE, rating=rating)
        assert isinstance(outcome, Applied) is taken
    assert ended.it.rating == 5


def test_resolved_is_taken_once_and_then_the_case_closes_by_itself() -> None:
    story = full()
    story.says("agency.dpupr.resolved", after=MINUTE)
    for key in ("agency.dpupr.resolved", "channel.web.replied"):
        assert isinstance(story.says(key, after=MINUTE), Refused)
    story.waits(timedelta(days=60))
    assert story.it.state is State.CLOSED


def test_the_desk_can_still_give_it_to_another_agency_which_can_end_it() -> None:
    story = full()
    for agency in ("dishub", "dpupr"):
        assert isinstance(story.says("desk.sri.assigned", agency=agency), Applied)
    last = story.says("desk.sri.assigned", agency="dishub")
    assert isinstance(last, Refused)
    assert last.reason == "too-many-updates"
    assert isinstance(story.says("agency.dpupr.resolved"), Applied)


def test_the_desk_can_always_dismiss_what_lies_in_triage() -> None:
    story = full(NOTHING)
    for _ in range(2):
        story.says("channel.web.replied", after=MINUTE)
    assert isinstance(story.says("desk.sri.dismissed", reason="salah alamat"), Applied)


def test_a_repeat_stays_a_repeat_and_a_stranger_a_stranger() -> None:
    story = Story()
    story.begins(ROAD)
    story.says("channel.web.replied", id="again")
    while len(story.history) < 5:
        story.says("channel.web.replied")
    assert isinstance(story.says("channel.web.replied", id="again"), Repeated)
    stranger = story.says("channel.sms.replied")
    assert isinstance(stranger, Refused)
    assert stranger.reason == "not-your-case"


def test_what_an_update_costs_grows_with_the_clocks_of_its_case_and_not_with_their_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "CASE_LINES_OF_DESK", 1_000)
    story = Story()
    story.begins(ROAD)
    for _ in range(100):
        story.says("desk.sri.assigned", after=MINUTE, agency="dpupr")
    clocks = len(story.it.clocks)
    assert clocks > 100
    compared, equal = 0, CaseClock.__eq__

    def counting(one: CaseClock, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(one, other)

    monkeypatch.setattr(CaseClock, "__eq__", counting)
    assert isinstance(story.says("channel.web.withdrawn", after=MINUTE), Applied)
    assert clocks <= compared < 5 * clocks

"""The desk asks the reporter: a hold in triage, in which verification stands still."""

from datetime import timedelta

import pytest

from broker.domain.case import Applied, Refused
from tests.unit.broker.domain.case.story import CLOCKS, DAY, HOUR, LIGHT, NOTHING, Story, at, rungs

QUESTION = "Di mana tepatnya?"


def asked(after: timedelta = HOUR) -> Story:
    story = Story().begins(NOTHING)
    assert isinstance(story.says("desk.sri.held", note=QUESTION, after=after), Applied)
    return story


def open_clocks(story: Story) -> dict[str, bool]:
    """Each open clock, and whether it runs."""
    return {c.name: c.running for c in story.it.clocks if c.open}


def test_the_question_goes_to_the_channel_and_the_history_knows_who_asked() -> None:
    story = asked()
    held = story.one("held.triage.web").data
    assert held["note"] == QUESTION
    assert (held["by"], held["agency"], held["state"]) == ("desk", None, "held")
    assert (story.history[-1].who, story.history[-1].what) == ("desk.sri", "held")
    assert not story.it.acknowledged, "no agency has seen it"


def test_while_the_desk_waits_its_clock_stands_still_and_that_of_the_reporter_runs() -> None:
    story = asked()
    assert open_clocks(story) == {"verification": False, "waiting": True}
    waiting = story.it.clock("waiting")
    assert waiting and waiting.agency is None
    assert story.waits(at("2026-02-13 12:00")) == [], "verification was due on the 5th"


def test_a_hold_moves_the_deadline_of_verification_by_the_closes_that_passed() -> None:
    story = Story().begins(NOTHING)
    clock = story.it.clock("verification")
    assert clock
    story.says("desk.sri.held")
    story.says("desk.sri.resumed", after=2 * DAY)
    after = story.it.clock("verification")
    assert after and after.running
    assert after.due_at == CLOCKS.calendar.shift(clock.due_at, 2)
    assert story.it.state == "triage"
    assert story.keys()[-1] == "resumed.triage.web"
    assert open_clocks(story) == {"verification": True}


def test_a_hold_of_the_desk_ends_by_itself_and_the_coordinator_is_told() -> None:
    story = asked(after=DAY)  # Tuesday the 3rd
    told = len(story.events)
    story.waits(at("2026-02-19 17:00"))
    assert story.keys(told) == ["resumed.triage.web", "escalated.triage.web"]
    resumed, escalated = story.events[told:]
    assert (resumed.data["by"], resumed.data["state"]) == ("clock.waiting", "triage")
    assert rungs([escalated]) == [("triage", "waiting", "coordinator", "coordinator")]
    assert story.it.state == "triage"
    assert open_clocks(story) == {"verification": True}
    verification = story.it.clock("verification")
    assert verification and verification.holds[-1].end == at("2026-02-19 16:00")


def test_a_second_question_does_not_lengthen_the_wait() -> None:
    story = asked()
    before = story.it.clocks
    outcome = story.says("desk.ani.held", note="Dan sejak kapan?", after=3 * DAY)
    assert isinstance(outcome, Applied) and not outcome.changed
    assert story.it.clocks == before
    assert story.events[-1].data["note"] == "Dan sejak kapan?"


def test_an_agency_can_be_named_during_it() -> None:
    story = asked()
    story.says("desk.sri.assigned", agency="dlh", after=DAY)
    assert (story.it.state, story.it.agency) == ("routed", "dlh")
    assert open_clocks(story) == {"response": True, "resolution": True}


@pytest.mark.parametrize("key", ["desk.sri.dismissed", "channel.web.withdrawn"])
def test_it_can_end_during_it(key: str) -> None:
    story = asked()
    story.says(key, reason="tidak lengkap")
    assert story.it.state == "closed"
    assert open_clocks(story) == {}
    verb = key.rsplit(".", 1)[-1]
    assert story.keys()[-2:] == [f"{verb}.triage.-", "closed.triage.web"]


def test_what_came_back_to_triage_stands_still_as_a_whole() -> None:
    """The resolution of the case goes on in triage, and the clock of an agency in support."""
    story = Story().begins(LIGHT)
    story.says("agency.dishub.returned", reason="bukan kami")
    assert story.it.supports("pln")
    story.says("desk.sri.held")
    assert open_clocks(story) == {
        "resolution": False,
        "response": False,
        "verification": False,
        "waiting": True,
    }
    story.says("desk.sri.resumed", after=DAY)
    assert open_clocks(story) == {"resolution": True, "response": True, "verification": True}


def test_an_agency_in_support_answers_during_it_and_its_own_clock_stops() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.returned", reason="bukan kami")
    story.says("desk.sri.held")
    story.says("agency.pln.responded", note="Petugas dikirim.")
    assert story.it.state == "held"
    assert "response" not in open_clocks(story)


@pytest.mark.parametrize("verb", ["held", "resumed"])
@pytest.mark.parametrize("way", [(), ("agency.dishub.held",), ("agency.dishub.resolved",)])
def test_of_a_case_that_an_agency_has_the_desk_asks_nothing(verb: str, way: list[str]) -> None:
    story = Story().begins(LIGHT)
    for key in way:
        story.says(key)
    refused = story.says(f"desk.sri.{verb}")
    assert isinstance(refused, Refused)
    assert refused.reason == "impossible"
    assert "only in triage" in refused.detail


def test_who_had_it_before_does_not_end_a_hold_of_the_desk() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.returned", reason="bukan kami")
    story.says("desk.sri.held")
    refused = story.says("agency.dishub.resumed")
    assert isinstance(refused, Refused)
    assert refused.reason == "not-your-case"

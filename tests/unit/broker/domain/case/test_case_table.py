"""Every pair of state and update, written out: the new state, or the reason of the refusal."""

from typing import Any

import pytest

from broker.domain.case import Applied, Refused, Repeated
from schemas import verbs
from tests.unit.broker.domain.case.story import LIGHT, NOTHING, Story

STATES = ("triage", "routed", "acknowledged", "responded", "held", "resolved", "closed")
TABLE = {
    # verb: (speaker, one answer a state in the order above); "!" marks a refusal
    "acknowledged": (
        "agency.dishub",
        "!not-your-case acknowledged acknowledged responded held resolved !closed",
    ),
    "responded": (
        "agency.dishub",
        "!not-your-case responded responded responded held resolved !closed",
    ),
    "resolved": (
        "agency.dishub",
        "!not-your-case resolved resolved resolved resolved resolved !closed",
    ),
    "held": ("agency.dishub", "!not-your-case held held held held !impossible !closed"),
    "resumed": (
        "agency.dishub",
        "!not-your-case routed acknowledged responded acknowledged !impossible !closed",
    ),
    "returned": ("agency.dishub", "!not-your-case triage triage triage triage !impossible !closed"),
    "assigned": ("desk.admin", "routed routed routed routed routed routed !closed"),
    "dismissed": ("desk.admin", "closed closed closed closed closed closed !closed"),
    "replied": (
        "channel.web",
        "triage routed acknowledged responded acknowledged responded !closed",
    ),
    "withdrawn": ("channel.web", "closed closed closed closed closed closed !closed"),
}
SUPPORTING = {
    "acknowledged": "triage routed acknowledged responded held resolved !closed",
    "responded": "triage routed acknowledged responded held resolved !closed",
    "returned": "triage routed acknowledged responded held resolved !closed",
    "resolved": "!lead-only " * 6 + "!closed",
    "held": "!lead-only " * 6 + "!closed",
    "resumed": "!lead-only " * 6 + "!closed",
}
DATA: dict[str, dict[str, Any]] = {
    "returned": {"reason": "bukan urusan kami"},
    "assigned": {"agency": "dlh"},
    "dismissed": {"reason": "ganda"},
}
WAY = {
    "triage": (),
    "routed": (),
    "acknowledged": ("agency.dishub.acknowledged",),
    "responded": ("agency.dishub.responded",),
    "held": ("agency.dishub.held",),
    "resolved": ("agency.dishub.resolved",),
    "closed": ("channel.web.withdrawn",),
}


def a_case_in(state: str) -> Story:
    story = Story().begins(NOTHING if state == "triage" else LIGHT)
    for key in WAY[state]:
        story.says(key)
    assert story.it.state == state
    return story


def a_case_with_support_in(state: str) -> Story:
    """PLN supports in every state; to be in triage as well, the lead has handed it back."""
    story = a_case_in("routed" if state == "triage" else state)
    if state == "triage":
        story.says("agency.dishub.returned", reason="bukan urusan kami")
    assert story.it.state == state
    assert story.it.supports("pln")
    return story


PAIRS = [
    (state, f"{speaker}.{verb}", answer)
    for verb, (speaker, answers) in TABLE.items()
    for state, answer in zip(STATES, answers.split(), strict=True)
]
SUPPORTING_PAIRS = [
    (state, f"agency.pln.{verb}", answer)
    for verb, answers in SUPPORTING.items()
    for state, answer in zip(STATES, answers.split(), strict=True)
]


def test_the_table_has_every_update() -> None:
    everything = {*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES}
    assert set(TABLE) == everything
    assert set(SUPPORTING) == set(verbs.AGENCY_UPDATES)


@pytest.mark.parametrize(("state", "key", "answer"), PAIRS)
def test_every_pair_of_state_and_update_has_its_answer(state: str, key: str, answer: str) -> None:
    answers(a_case_in(state), key, answer)


@pytest.mark.parametrize(("state", "key", "answer"), SUPPORTING_PAIRS)
def test_every_update_of_a_supporting_agency_has_its_answer(
    state: str, key: str, answer: str
) -> None:
    story = a_case_with_support_in(state)
    answers(story, key, answer)
    assert not answer.startswith("!") or story.it.supports("pln")


def answers(story: Story, key: str, answer: str) -> None:
    before, told, lines = story.it, len(story.events), len(story.history)
    verb = key.rsplit(".", 1)[-1]
    outcome = story.says(key, id="the one", note="catatan", **DATA.get(verb, {}))
    if answer.startswith("!"):
        assert isinstance(outcome, Refused)
        assert outcome.reason == answer[1:]
        assert outcome.detail
        assert story.it == before
        assert len(story.events) == told
        return
    assert isinstance(outcome, Applied)
    assert story.it.state == answer
    assert len(story.history) == lines + 1
    line = story.history[-1]
    assert (line.state_from, line.state_to) == (before.state, story.it.state)
    assert line.who == key.rsplit(".", 1)[0]
    assert line.what == verb
    assert story.keys(told), "whatever is accepted is told"
    again = story.says(key, id="the one", note="lain", **DATA.get(verb, {}))
    assert isinstance(again, Repeated), "the same speaker and id is one update, whatever it says"


@pytest.mark.parametrize("state", [s for s in STATES if s != "closed"])
def test_an_open_case_has_a_clock_that_runs(state: str) -> None:
    assert any(clock.running for clock in a_case_in(state).it.clocks)


@pytest.mark.parametrize("key", ["desk.admin.dismissed", "channel.web.withdrawn"])
@pytest.mark.parametrize("state", [s for s in STATES if s != "closed"])
def test_a_closed_case_has_no_clock_and_no_complaint(state: str, key: str) -> None:
    story = a_case_in(state)
    story.says(key, **DATA.get(key.rsplit(".", 1)[-1], {}))
    assert story.it.complaint is None
    assert not any(clock.open for clock in story.it.clocks)
    assert story.it.closed
    assert story.it.closed.by == key.rsplit(".", 1)[0]


@pytest.mark.parametrize("state", [s for s in STATES if s != "closed"])
def test_an_update_of_somebody_elses_channel_changes_nothing(state: str) -> None:
    story = a_case_in(state)
    outcome = story.says("channel.sms.withdrawn")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "not-your-case"
    assert story.it.state == state

"""Every pair of state and update, written out: the new state, or the reason of the refusal."""

from dataclasses import replace
from typing import Any

import pytest

from broker.domain.case import Applied, Refused, Repeated
from schemas import verbs
from tests.unit.broker.domain.case.story import DAY, LIGHT, NOTHING, Story

STATES = (
    *("triage", "asked", "routed", "acknowledged", "responded", "held", "resolved", "closed"),
    "ended",
)
"""`asked`: held in triage; `ended`: closed by itself, for want of a reply."""
RATED = {"rating": 4}
NOBODYS = "00000000-0000-4000-8000-000000000000"
TABLE: list[tuple[str, dict[str, Any], str]] = [
    # speaker and verb, what it says, one answer a state in the order above: the new state, "=" for
    # unchanged, or "!" and the reason of a refusal
    (
        "agency.dishub.acknowledged",
        {},
        "!not-your-case !not-your-case acknowledged = = = = !closed !closed",
    ),
    (
        "agency.dishub.responded",
        {},
        "!not-your-case !not-your-case responded responded = held = !closed !closed",
    ),
    (
        "agency.dishub.resolved",
        {},
        "!not-your-case !not-your-case resolved resolved resolved resolved = !closed !closed",
    ),
    (
        "agency.dishub.held",
        {},
        "!not-your-case !not-your-case held held held = !impossible !closed !closed",
    ),
    (
        "agency.dishub.resumed",
        {},
        "!not-your-case !not-your-case = = = acknowledged !impossible !closed !closed",
    ),
    (
        "agency.dishub.returned",
        {"reason": "bukan urusan kami"},
        "!not-your-case !not-your-case triage triage triage triage !impossible !closed !closed",
    ),
    ("desk.admin.held", {}, f"asked = {'!impossible ' * 5} !closed !closed"),
    ("desk.admin.resumed", {}, f"= triage {'!impossible ' * 5} !closed !closed"),
    ("desk.admin.assigned", {"agency": "dlh"}, f"{'routed ' * 7} !closed !closed"),
    (
        "desk.admin.dismissed",
        {"reason": "tidak lengkap", "code": "incomplete"},
        f"{'closed ' * 7} !closed !closed",
    ),
    # Into a case that nobody has; what becomes of the two is in test_merged.
    ("desk.admin.merged", {"into": NOBODYS}, f"{'!unknown-case ' * 6} !impossible !closed !closed"),
    ("desk.admin.separated", {}, f"{'!impossible ' * 7} !closed !closed"),
    # In triage: decided anew, to the same effect (test_replies_in_triage).
    ("channel.web.replied", {}, "= triage = = = acknowledged responded !closed !closed"),
    (
        "channel.web.replied",
        {"reopen": False},
        "= triage = = = acknowledged = !closed !closed",
    ),
    ("channel.web.accepted", RATED, f"{'!impossible ' * 6} closed !closed closed"),
    ("channel.web.accepted", {}, f"{'!impossible ' * 6} closed !closed ="),
    ("channel.web.withdrawn", {}, f"{'closed ' * 7} !closed !closed"),
]
SUPPORTING = {
    "acknowledged": f"{'supported ' * 7} !closed !closed",
    "responded": f"{'supported ' * 7} !closed !closed",
    "returned": f"{'supported ' * 7} !closed !closed",
    "resolved": f"{'!lead-only ' * 7} !closed !closed",
    "held": f"{'!lead-only ' * 7} !closed !closed",
    "resumed": f"{'!lead-only ' * 7} !closed !closed",
}
"""`supported`: the state stays, and what changes is the part of that agency."""
WAY = {
    "triage": (),
    "asked": ("desk.admin.held",),
    "routed": (),
    "acknowledged": ("agency.dishub.acknowledged",),
    "responded": ("agency.dishub.responded",),
    "held": ("agency.dishub.held",),
    "resolved": ("agency.dishub.resolved",),
    "closed": ("channel.web.withdrawn",),
    "ended": ("agency.dishub.resolved",),
}
MEANS = {"asked": "held", "ended": "closed"}


def a_case_in(state: str) -> Story:
    story = Story().begins(NOTHING if state in ("triage", "asked") else LIGHT)
    return brought_to(state, story)


def brought_to(state: str, story: Story) -> Story:
    for key in WAY[state]:
        story.says(key)
    if state == "ended":
        story.waits(20 * DAY)
    assert story.it.state == MEANS.get(state, state)
    return story


def a_case_with_support_in(state: str) -> Story:
    """PLN supports in every state; to be in triage as well, the lead has handed it back."""
    story = Story().begins(LIGHT)
    if state in ("triage", "asked"):
        story.says("agency.dishub.returned", reason="bukan urusan kami")
    brought_to(state, story)
    assert story.it.supports("pln")
    return story


OPEN = [state for state in STATES if state not in ("closed", "ended")]
PAIRS = [
    (state, key, data, answer)
    for key, data, answers in TABLE
    for state, answer in zip(STATES, answers.split(), strict=True)
]
SUPPORTING_PAIRS = [
    (state, f"agency.pln.{verb}", answer)
    for verb, answers in SUPPORTING.items()
    for state, answer in zip(STATES, answers.split(), strict=True)
]


def test_the_table_has_every_update() -> None:
    everything = {
        *(f"agency.dishub.{verb}" for verb in verbs.AGENCY_UPDATES),
        *(f"desk.admin.{verb}" for verb in verbs.DESK_UPDATES),
        *(f"channel.web.{verb}" for verb in verbs.CHANNEL_UPDATES),
    }
    assert {key for key, _, _ in TABLE} == everything
    assert set(SUPPORTING) == set(verbs.AGENCY_UPDATES)


@pytest.mark.parametrize(("state", "key", "data", "answer"), PAIRS)
def test_every_pair_of_state_and_update_has_its_answer(
    state: str, key: str, data: dict[str, Any], answer: str
) -> None:
    answers(a_case_in(state), key, answer, **data)


@pytest.mark.parametrize(("state", "key", "answer"), SUPPORTING_PAIRS)
def test_every_update_of_a_supporting_agency_has_its_answer(
    state: str, key: str, answer: str
) -> None:
    story = a_case_with_support_in(state)
    if answer == "supported":
        answer = str(story.it.state)
    answers(story, key, answer, reason="bukan urusan kami")
    assert not answer.startswith("!") or story.it.supports("pln")


def answers(story: Story, key: str, answer: str, **data: Any) -> None:
    before, told, lines = story.it, len(story.events), len(story.history)
    outcome = story.says(key, id="the one", note="catatan", **data)
    if answer.startswith("!"):
        assert isinstance(outcome, Refused)
        assert outcome.reason == answer[1:]
        assert outcome.detail
        assert story.it == before
        assert len(story.events) == told
        return
    assert isinstance(outcome, Applied)
    assert story.it.state == (before.state if answer == "=" else MEANS.get(answer, answer))
    same = replace(story.it, seen=before.seen) == before
    assert (outcome.changed, same) == (answer != "=", answer == "=")
    assert len(story.history) == lines + 1
    line = story.history[-1]
    assert (line.state_from, line.state_to) == (before.state, story.it.state)
    assert (line.who, line.what) == tuple(key.rsplit(".", 1))
    assert story.keys(told), "whatever is accepted is told"
    again = story.says(key, id="the one", note="lain", **data)
    assert isinstance(again, Repeated), "the same speaker and id is one update, whatever it says"


@pytest.mark.parametrize("state", OPEN)
def test_an_open_case_has_a_clock_that_runs(state: str) -> None:
    assert any(clock.running for clock in a_case_in(state).it.clocks)


@pytest.mark.parametrize("key", ["desk.admin.dismissed", "channel.web.withdrawn"])
@pytest.mark.parametrize("state", OPEN)
def test_a_closed_case_has_no_clock_and_no_complaint(state: str, key: str) -> None:
    story = a_case_in(state)
    story.says(key, reason="ganda")
    assert story.it.complaint is None
    assert not any(clock.open for clock in story.it.clocks)
    assert story.it.closed
    assert story.it.closed.by == key.rsplit(".", 1)[0]


@pytest.mark.parametrize("state", OPEN)
def test_an_update_of_somebody_elses_channel_changes_nothing(state: str) -> None:
    story = a_case_in(state)
    outcome = story.says("channel.sms.withdrawn")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "not-your-case"
    assert story.it.state == MEANS.get(state, state)

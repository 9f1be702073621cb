"""An agency that has ended: its successor speaks for it in the cases that it still has."""

from dataclasses import replace
from datetime import date

import pytest

from broker.domain.case import Applied, Outcome, Refused
from broker.domain.routing.directory import directory_of
from broker.domain.routing.rules import Rules
from tests.unit.broker.domain.case.story import DAY, LIGHT, ROAD, RULES, Story

ENDED_ON = date(2026, 2, 4)


def ending(agency: str, successor: str | None, rules: Rules = RULES) -> Rules:
    """The rules in which that agency does not exist from the fourth of February on."""
    ended = replace(rules.agencies[agency], valid_until=ENDED_ON, successor=successor)
    others = (a for code, a in rules.agencies.items() if code != agency)
    directory = directory_of([ended, *others], ())
    return replace(
        rules,
        agencies=directory.agencies,
        agency_index=directory.agency_index,
        answering=directory.answering,
    )


def a_case_of(text: str, rules: Rules) -> Story:
    """Routed on the second; it is the fifth by now."""
    story = Story(rules=rules).begins(text)
    story.now += 3 * DAY
    return story


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused)
    return outcome.reason


def test_the_successor_speaks_as_the_agency_that_has_the_case() -> None:
    story = a_case_of(ROAD, ending("dpupr", "dlh"))
    story.says("agency.dlh.responded", note="Kami lanjutkan.")
    assert story.it.state == "responded"
    assert story.it.agency == "dpupr", "the case is handed over by the desk"
    data = story.one("responded.dpupr.web").data
    assert (data["by"], data["role"]) == ("agency.dlh", "lead")
    assert story.history[-1].who == "agency.dlh"
    story.says("agency.dlh.resolved", note="Sudah diperbaiki.")
    assert story.it.state == "resolved"


def test_a_chain_of_successors_ends_with_the_one_that_exists() -> None:
    rules = ending("dlh", "dindik", ending("dpupr", "dlh"))
    story = a_case_of(ROAD, rules)
    assert reason(story.says("agency.dlh.acknowledged")) == "not-your-case"
    assert isinstance(story.says("agency.dindik.acknowledged"), Applied)


@pytest.mark.parametrize("agency", ["dindik", "dlh"])
def test_nobody_speaks_for_an_agency_that_exists(agency: str) -> None:
    story = Story(rules=ending("dpupr", "dlh")).begins(ROAD)
    story.now += DAY  # the third, its last day
    outcome = story.says(f"agency.{agency}.acknowledged")
    assert reason(outcome) == "not-your-case"


def test_an_agency_that_ended_without_a_successor_is_answered_for_by_nobody_else() -> None:
    story = a_case_of(ROAD, ending("dpupr", None))
    assert reason(story.says("agency.dlh.acknowledged")) == "not-your-case"
    assert isinstance(story.says("agency.dpupr.acknowledged"), Applied)


def test_what_the_successor_hands_back_comes_to_neither_of_the_two() -> None:
    story = a_case_of(ROAD, ending("dpupr", "dlh"))
    story.says("agency.dlh.returned", reason="bukan kami")
    assert story.it.agency not in ("dpupr", "dlh")
    assert set(story.it.previous) == {"dpupr", "dlh"}
    assert reason(story.says("agency.dlh.acknowledged")) == "not-your-case"


def test_the_successor_of_an_agency_in_support_speaks_for_its_part_alone() -> None:
    story = a_case_of(LIGHT, ending("pln", "bpjn"))
    story.says("agency.bpjn.responded", note="Petugas dikirim.")
    clock = story.it.clock("response", "pln")
    assert clock and not clock.open
    assert story.it.state == "routed"
    assert story.one("responded.pln.web").data["role"] == "supporting"
    assert reason(story.says("agency.bpjn.resolved", note="x")) == "lead-only"
    story.says("agency.bpjn.returned", reason="bukan kami")
    assert not story.it.supports("pln")
    assert set(story.it.previous) == {"pln", "bpjn"}


def test_a_successor_in_support_answers_for_both_parts() -> None:
    story = a_case_of(LIGHT, ending("dishub", "pln"))
    story.says("agency.pln.responded", note="Petugas dikirim.")
    assert story.it.state == "responded"
    for agency in ("dishub", "pln"):
        clock = story.it.clock("response", agency)
        assert clock and not clock.open

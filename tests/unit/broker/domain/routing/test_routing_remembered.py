"""Decisions by category that are remembered: few, short, and never anybody else's."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from broker.domain.routing import remembered
from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.rules import Rules

ON = date(2026, 1, 15)
LIGHT = "1398"


@pytest.fixture
def fresh(rules: Rules) -> Rules:
    """Rules that remember nothing yet."""
    return replace(rules)


def by_category(rules: Rules, category: str = LIGHT, on: date = ON, **place: Any) -> Decision:
    return decide(Query("apa saja", category=category, place=Place(**place)), rules, on=on)


def test_a_category_that_says_all_is_decided_once_a_place_and_a_day(fresh: Rules) -> None:
    first = by_category(fresh, village="Serdang")
    assert by_category(fresh, village="Serdang") is first
    assert by_category(fresh).because != first.because
    assert by_category(fresh, on=date(2026, 1, 16), village="Serdang") is not first
    assert len(fresh.remembered.decisions) == 3


def test_a_decision_that_the_text_has_a_say_in_is_not_kept(fresh: Rules) -> None:
    for topic in fresh.topics:
        before = len(fresh.remembered.decisions)
        by_category(fresh, topic.id)
        assert len(fresh.remembered.decisions) - before <= remembered.says_all(topic)


def test_other_rules_remember_nothing_of_the_ones_before(fresh: Rules) -> None:
    by_category(fresh)
    assert len(replace(fresh, version="next").remembered.decisions) == 0
    assert by_category(replace(fresh, version="next")).table == "next"


def test_the_agency_that_the_reporter_picked_or_that_handed_it_back_is_asked_first(
    fresh: Rules,
) -> None:
    kept = by_category(fresh)
    picked = decide(Query("apa saja", category=LIGHT, agency="dlh"), fresh, on=ON)
    assert (kept.agency, picked.agency) == ("dishub", "dlh")
    without = decide(Query("apa saja", category=LIGHT), fresh, on=ON, excluded=["dishub"])
    assert without.agency != "dishub"
    assert by_category(fresh) is kept


def test_an_unknown_agency_of_the_reporter_is_still_warned_of(fresh: Rules) -> None:
    by_category(fresh)
    assert decide(Query("x", category=LIGHT, agency="?"), fresh, on=ON).warnings


def test_strangers_words_do_not_fill_the_memory(
    fresh: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST", 10)
    for number in range(25):
        by_category(fresh, village=f"Nowhere {number}")
        by_category(fresh, f"unknown {number}")
        assert len(fresh.remembered.decisions) <= 10
    before = len(fresh.remembered.decisions)
    by_category(fresh, village="x" * 200)
    assert len(fresh.remembered.decisions) == before

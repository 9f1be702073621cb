"""How often the shipped rules see that a matter is elsewhere, and how often they think so wrongly.

`outside_texts.toml` was written before the rules that it measures; texts there are no examples to
write rules from. Single ones may fail: what is held is how many.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.rules import Rules
from config.loading import load_rules

ON = date(2026, 11, 2)
TEXTS = tomllib.loads(Path(__file__).with_name("outside_texts.toml").read_text("utf-8"))
CAUGHT = 0.90  # of the matters that are elsewhere, at least
FALSE_ALARMS = 0.06  # of our own matters, at most


@pytest.fixture(scope="module")
def shipped() -> Rules:
    return load_rules(None)


def _outside(texts: list[dict[str, Any]], rules: Rules) -> list[str]:
    """The texts that go to the desk because they are about another place."""
    return [
        entry["text"]
        for entry in texts
        if decide(
            Query(entry["text"], place=Place(address=entry.get("address"))), rules, on=ON
        ).rule
        == "triage/outside"
    ]


def test_nearly_all_matters_elsewhere_are_seen(shipped: Rules) -> None:
    caught = _outside(TEXTS["elsewhere"], shipped)
    missed = [entry["text"] for entry in TEXTS["elsewhere"] if entry["text"] not in caught]
    assert len(caught) >= CAUGHT * len(TEXTS["elsewhere"]), "\n".join(missed)


def test_a_place_that_is_only_named_is_hardly_ever_taken_for_where(shipped: Rules) -> None:
    wrong = _outside(TEXTS["ours"], shipped)
    assert len(wrong) <= FALSE_ALARMS * len(TEXTS["ours"]), "\n".join(wrong)


def test_the_set_is_large_enough_to_measure() -> None:
    assert len(TEXTS["elsewhere"]) >= 30
    assert len(TEXTS["ours"]) >= 30

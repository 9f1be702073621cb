"""After a hand-back nothing is surer than it was."""

from pathlib import Path
from typing import Final

import pytest

from broker.domain.routing.rules import Rules
from config.loading import load_rules
from tests.unit.broker.domain.case.story import RULES, Story

SHIPPED: Final = load_rules(Path(__file__).parents[5] / "config" / "defaults" / "bangka-selatan")
TWO_MATTERS: Final = "lampu jalan mati dan sampah menumpuk"


@pytest.mark.parametrize("rules", [RULES, SHIPPED], ids=["small", "shipped"])
def test_one_candidate_less_does_not_lift_another(rules: Rules) -> None:
    story = Story(rules=rules).begins(TWO_MATTERS)
    assert story.it.agency == "dishub"
    [other] = story.it.decision.alternatives
    assert (other.agency, other.confidence < rules.auto) == ("dlh", True)
    told = len(story.events)
    story.says("agency.dishub.returned", reason="bukan kami")
    assert story.keys(told) == ["moved.dishub.web", "triaged.triage.web"]
    decision = story.one("triaged.triage.web").data["decision"]
    assert decision["rule"] == "triage/unsure"
    assert decision["confidence"] <= other.confidence
    assert decision["alternatives"] == [{"agency": "dlh", "confidence": other.confidence}]


@pytest.mark.parametrize("rules", [RULES, SHIPPED], ids=["small", "shipped"])
def test_a_suggestion_of_the_agency_that_returns_it_still_counts(rules: Rules) -> None:
    story = Story(rules=rules).begins(TWO_MATTERS)
    story.says("agency.dishub.returned", reason="bukan kami", suggest="dlh")
    assert story.it.agency == "dlh"
    assert story.it.decision.rule == "suggested"


def test_a_bad_suggestion_lifts_nobody_either() -> None:
    story = Story().begins(TWO_MATTERS)
    story.says("agency.dishub.returned", reason="bukan kami", suggest="badan-bubar")
    assert story.it.state == "triage"
    assert any(w.startswith("suggest:") for w in story.it.decision.warnings)


def test_neither_does_the_desk_by_naming_one_that_returns_it() -> None:
    """A decision of the desk names no others: what the text says of them counts all the same."""
    story = Story().begins(TWO_MATTERS)
    story.says("desk.sri.assigned", agency="dishub")
    story.says("agency.dishub.returned", reason="bukan kami")
    assert story.it.state == "triage"


def test_a_category_whose_agency_returned_it_leaves_the_text_as_sure_as_it_was() -> None:
    alone = Story().begins("sampah menumpuk", category="928")
    assert alone.it.agency == "dpupr"
    alone.says("agency.dpupr.returned", reason="bukan kami")
    assert alone.it.agency == "dlh"
    text = Story().begins("sampah menumpuk")
    assert alone.it.decision.confidence == text.it.decision.confidence

    both = Story().begins("sampah menumpuk, jalan rusak parah", category="928")
    both.says("agency.dpupr.returned", reason="bukan kami")
    assert both.it.state == "triage", "the words for it stand against the others"


def test_what_the_reporter_said_to_the_first_agency_decides_where_it_goes_next() -> None:
    story = Story().begins("lampu jalan padam")
    story.says("channel.web.replied", note="Sampah tidak diangkut di bawahnya.")
    story.says("agency.dishub.returned", reason="bukan kami")
    assert story.it.agency == "dlh"
    notes = [said.get("note") for said in story.one("routed.dlh.web").data["conversation"]]
    assert notes == ["Sampah tidak diangkut di bawahnya.", None]

"""The shipped rules of Kabupaten Bangka Selatan on hard cases, one test a case."""

from datetime import date

import pytest

from broker.domain.routing.decide import decide
from broker.domain.routing.rules import Rules
from config.loading import load_rules
from tests.unit.broker.domain.routing.hard.hard_cases import HardCase, hard_cases

ON = date(2026, 11, 2)
CASES = hard_cases()


@pytest.fixture(scope="module")
def shipped() -> Rules:
    return load_rules(None)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}/{case.name}" for case in CASES])
def test_a_hard_case_goes_where_it_belongs(case: HardCase, shipped: Rules) -> None:
    decision = decide(case.query, shipped, on=ON)
    assert not case.faults(decision), case.message(decision)


def test_every_expected_agency_place_and_topic_exists(shipped: Rules) -> None:
    topics = {topic.id for topic in shipped.topics}
    for case in CASES:
        for code in (case.expect, *case.supporting):
            assert code.startswith("triage") or code in shipped.agencies, case.name
        assert not case.place or case.place in shipped.gazetteer.areas, case.name
        assert case.topic is None or case.topic in topics, case.name


def test_the_suite_is_large_and_of_many_kinds() -> None:
    assert len(CASES) >= 670
    assert len({case.kind for case in CASES}) >= 40

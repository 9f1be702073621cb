"""A topic that leaves its matter to the agency that the text names."""

from datetime import date

import pytest

from broker.domain.routing.decide import Decision, Query, decide
from broker.domain.routing.rules import Rules, compile_rules
from broker.domain.routing.tables import Agency, Topic, Words

ON = date(2026, 1, 15)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return compile_rules(
        tenant="t",
        name="T",
        version="1",
        region="99.01",
        agencies=[
            Agency("office", "Bagian Organisasi"),
            Agency("registry", "Dukcapil"),
            Agency("transport", "Dishub"),
            Agency("gone", "Disbun", valid_until=date(2025, 1, 1)),
        ],
        topics=[
            Topic(
                "manners",
                "Sikap",
                "office",
                supporting=("registry",),
                strong=("petugas + kasar",),
                to_named=True,
            ),
            Topic("lamps", "Lampu", "transport", strong=("lampu jalan",)),
        ],
        words=Words(expand=(("rb", "ribu"),)),
    )


def _ask(text: str, rules: Rules, excluded: tuple[str, ...] = ()) -> Decision:
    return decide(Query(text), rules, on=ON, excluded=excluded)


def test_the_office_that_is_named_answers_and_the_reason_says_so(rules: Rules) -> None:
    decision = _ask("petugas dukcapil kasar", rules)
    assert (decision.agency, decision.topic, decision.supporting) == ("registry", "manners", ())
    assert "menyebut kantornya" in decision.because


def test_without_a_name_the_topics_own_agency_answers(rules: Rules) -> None:
    decision = _ask("petugas kasar sekali", rules)
    assert (decision.agency, decision.supporting) == ("office", ("registry",))


def test_of_several_names_the_first_that_still_exists_answers(rules: Rules) -> None:
    assert _ask("petugas dishub kasar, sudah ke dukcapil", rules).agency == "transport"
    assert _ask("petugas disbun kasar", rules).agency == "office"
    assert _ask("petugas disbun dan dukcapil kasar", rules).agency == "registry"


def test_one_complaint_leaves_no_trace_in_the_next(rules: Rules) -> None:
    for _ in range(2):
        assert _ask("petugas dukcapil kasar", rules).agency == "registry"
        assert _ask("petugas kasar", rules).agency == "office"


def test_the_named_office_that_handed_it_back_does_not_come_out(rules: Rules) -> None:
    assert _ask("petugas dukcapil kasar", rules, excluded=("registry",)).agency is None


def test_other_topics_keep_their_agency(rules: Rules) -> None:
    assert _ask("lampu jalan mati, sudah lapor dukcapil", rules).topic == "lamps"

"""Names of agencies in a text speak for them, unless people write them for another word."""

from datetime import date

from broker.domain.routing.decide import Query, decide
from config.loading import load_rules


def test_bkn_in_a_text_is_bukan_and_not_the_civil_service_agency() -> None:
    decision = decide(
        Query("bkn jalannya tapi lampu jalan mati"), load_rules(None), on=date(2026, 11, 2)
    )
    assert decision.agency == "dishub"
    assert "bkn" not in [alternative.agency for alternative in decision.alternatives]

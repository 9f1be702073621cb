"""How much a learned decision believes in each candidate."""

import pytest

from broker.domain.routing.learned.calibration import CERTAIN, WIDEST, Calibration, confidences

EVEN = Calibration((0, WIDEST), (6_000, 6_000))


def test_the_first_by_its_lead_and_the_others_by_how_far_they_are_behind() -> None:
    first, second, third, fourth = confidences([900, 750, 600, 600], EVEN)
    assert first == 6_000
    assert second == pytest.approx(2 * third, abs=1)
    assert third == fourth


def test_it_may_be_none_of_the_candidates() -> None:
    first, *others = confidences([900, 100, 0, -50], EVEN)
    assert sum(others) == pytest.approx(0.85 * (CERTAIN - first), abs=len(others))


def test_no_alternative_is_likelier_than_the_first() -> None:
    first, second = confidences([10, 10], Calibration((0, WIDEST), (3_000, 9_000)))
    assert first == second == 3_000


def test_a_candidate_alone_has_the_widest_lead() -> None:
    assert confidences([-400], Calibration((0, WIDEST), (3_000, 9_000))) == [9_000]
    assert confidences([], EVEN) == []

"""A month that is worse than those before is told from one that had bad luck."""

import random

import pytest

from broker.domain.case.drift import (
    LEAST,
    ONE_IN_A_THOUSAND,
    Share,
    by_itself,
    drop,
    first_alternative,
)


def test_what_nobody_has_judged_counts_as_right_so_that_a_young_month_is_no_bad_one() -> None:
    assert by_itself({"by_itself": 100, "stood": 5, "wrong": 4}) == Share(96, 100)
    assert first_alternative({"assigned": 20, "first_alternative": 13}) == Share(13, 20)


def test_of_few_cases_nothing_is_said() -> None:
    good = [Share(90, 100)] * 6
    assert drop(Share(0, LEAST - 1), good) is None
    assert drop(Share(0, LEAST), [Share(LEAST, LEAST)]) is None
    assert drop(Share(0, LEAST), [Share(0, 0), Share(0, 0)]) is None
    assert drop(Share(0, LEAST), good) is not None


def test_a_month_that_fell_by_ten_points_is_noticed() -> None:
    found = drop(Share(160, 200), [Share(180, 200)] * 6)
    assert found is not None
    assert found.estimate == pytest.approx(0.1, abs=0.01)
    assert 0.02 < found.lower < found.estimate


def test_a_better_month_is_no_drop() -> None:
    found = drop(Share(198, 200), [Share(180, 200)] * 6)
    assert found is not None and found.lower < found.estimate < 0


def test_an_office_without_a_single_wrong_one_is_not_alarmed_by_the_first() -> None:
    found = drop(Share(99, 100), [Share(100, 100)] * 6)
    assert found is not None and found.lower < 0


def test_months_that_differ_of_themselves_need_more_to_be_noticed() -> None:
    steady = drop(Share(170, 200), [Share(180, 200)] * 6)
    restless = drop(Share(170, 200), [Share(n, 200) for n in (160, 199, 170, 196, 165, 190)])
    assert steady is not None and restless is not None
    assert steady.estimate == pytest.approx(restless.estimate)
    assert restless.lower < steady.lower - 0.02


def some(chance: random.Random, p: float, n: int) -> Share:
    return Share(sum(chance.random() < p for _ in range(n)), n)


def alarms(p: float, now: float, n: int, times: int) -> float:
    """How often a month of ``n`` cases with accuracy ``now`` is said to be worse, after months
    with ``p``."""
    chance, found = random.Random(3), 0
    for _ in range(times):
        one = drop(some(chance, now, n), [some(chance, p, n) for _ in range(6)])
        found += one is not None and one.lower > 0.01
    return found / times


def test_of_months_like_those_before_not_one_in_a_hundred_is_said_to_be_worse() -> None:
    assert alarms(0.9, 0.9, 80, 500) <= 0.01
    assert alarms(0.98, 0.98, 80, 500) <= 0.01


def test_a_month_of_wrong_labels_is_said_to_be_worse() -> None:
    assert alarms(0.9, 0.75, 100, 200) >= 0.75
    assert alarms(0.9, 0.7, 200, 200) >= 0.99


def test_a_month_that_is_looked_at_every_day_needs_more_evidence() -> None:
    month, before = Share(80, 100), [Share(90, 100)] * 6
    once, often = drop(month, before), drop(month, before, ONE_IN_A_THOUSAND)
    assert once is not None and often is not None
    assert once.estimate == often.estimate and often.lower < once.lower

"""A candidate is chosen where it is better, and luck never makes it so."""

import random

import pytest

from pintu.rules.renewing.choosing import (
    Comparison,
    Outcome,
    Side,
    chance,
    chosen,
    compared,
    departs,
    departure,
    falls,
    leads,
    worse,
)

RIGHT, WRONG = Outcome(routed=True, first=True), Outcome(routed=True, first=False)
DESK, DESK_WRONG = Outcome(routed=False, first=True), Outcome(routed=False, first=False)


def pairs(**rows: int) -> Comparison:
    """Rows by what became of them under the old rules and under the candidate."""
    kinds = {
        "same": (RIGHT, RIGHT),
        "both_wrong": (WRONG, WRONG),
        "gained": (DESK_WRONG, RIGHT),
        "lost": (RIGHT, DESK_WRONG),
        "surer": (DESK, RIGHT),
        "first_gained": (DESK_WRONG, DESK),
        "first_lost": (DESK, DESK_WRONG),
        "mistaken": (DESK, WRONG),
    }
    return compared(kinds[kind] for kind, count in rows.items() for _ in range(count))


def test_of_each_row_it_counts_what_both_made_of_it():
    found = pairs(same=5, gained=3, lost=1, mistaken=2)
    assert found.rows == 11
    assert found.old == Side(routed=6, routed_right=6, first_right=8)
    assert found.new == Side(routed=10, routed_right=8, first_right=8)
    assert (found.gained, found.lost) == (3, 1)
    assert (found.first_gained, found.first_lost) == (3, 3)


def test_what_is_plainly_right_more_often_is_chosen():
    assert chosen(pairs(same=200, gained=20, lost=4), 0.9) == "better"


def test_what_is_surer_of_the_same_agencies_is_chosen():
    assert chosen(pairs(same=200, surer=20), 0.9) == "better"


def test_what_puts_the_right_agency_first_more_often_is_chosen_though_it_routes_no_more():
    assert chosen(pairs(same=200, first_gained=20, first_lost=4), 0.9) == "better"


def test_but_not_where_it_plainly_routes_less():
    assert chosen(pairs(same=200, lost=12, first_gained=40), 0.9) == "not-better"
    assert chosen(pairs(same=200, lost=2, first_gained=40), 0.9) == "better"


def test_routing_less_is_no_fault_where_the_old_routed_more_than_its_precision_allows():
    """The candidate leaves to the desk what the old rules sent somewhere, rightly or not."""
    rows = [(RIGHT, RIGHT)] * 150 + [(RIGHT, DESK)] * 30 + [(WRONG, DESK)] * 24
    found = compared(rows)
    assert (found.old.precision or 1) < 0.9 < (found.new.precision or 0)
    assert chosen(found, 0.9) == "better"


def test_a_tie_keeps_the_old():
    assert chosen(pairs(same=200), 0.9) == "not-better"
    assert chosen(pairs(same=200, gained=9, lost=9), 0.9) == "not-better"


def test_what_decides_nothing_beats_nothing():
    assert chosen(compared([(DESK_WRONG, DESK_WRONG)] * 100), 0.9) == "not-better"


def test_a_first_model_is_chosen_where_it_beats_what_decides_less():
    assert chosen(compared([(DESK_WRONG, RIGHT)] * 60 + [(DESK_WRONG, DESK)] * 40), 0.9) == "better"


def test_a_lead_that_luck_may_bring_changes_nothing():
    assert chosen(pairs(same=200, gained=9, lost=5), 0.9) == "not-better"


def test_luck_alone_changes_rules_in_one_month_of_twenty_at_most():
    """Both are equally good: of each row on which they differ a coin says which one is right."""
    draw, flips = random.Random(5), 0
    for _ in range(400):
        gained = sum(draw.random() < 0.5 for _ in range(60))
        flips += leads(gained, 60 - gained)
    assert flips <= 400 * 0.05


def test_what_errs_more_than_was_asked_and_than_before_is_not_chosen():
    assert chosen(pairs(same=100, gained=50, mistaken=30), 0.9) == "less-precise"


def test_what_errs_more_than_was_asked_is_chosen_where_the_old_erred_more():
    old_errs = pairs(same=100, both_wrong=30, gained=40)
    assert (old_errs.new.precision or 1) < 0.9
    assert chosen(old_errs, 0.9) == "better"


@pytest.mark.parametrize(
    ("more", "fewer", "expected"), [(5, 0, 1 / 32), (1, 1, 3 / 4), (0, 0, 1.0), (0, 3, 1.0)]
)
def test_the_chance_is_that_of_a_fair_coin(more, fewer, expected):
    assert chance(more, fewer) == pytest.approx(expected)


def test_it_is_worse_where_it_loses_more_than_luck_takes():
    assert worse(pairs(same=100, lost=12, gained=2))
    assert worse(pairs(same=100, first_lost=12, first_gained=2))
    assert not worse(pairs(same=100, lost=4, gained=2))


AGENCIES = tuple(f"dinas-{n}" for n in range(12))


def labels(rows: int, seed: int, of: tuple[str, ...] = AGENCIES) -> list[str]:
    draw = random.Random(seed)
    return draw.choices(of, weights=range(1, len(of) + 1), k=rows)


def test_an_ordinary_month_does_not_depart():
    assert not any(departs(labels(60, seed), labels(900, 1)) for seed in range(2, 22))


def test_a_season_in_which_one_agency_has_a_tenth_more_does_not_depart():
    assert not departs(labels(270, 2) + ["dinas-0"] * 30, labels(3_000, 1))


@pytest.mark.parametrize("rows", [60, 600])
def test_a_month_in_which_everything_went_to_one_agency_departs(rows):
    assert departs(["dinas-3"] * rows, labels(3_000, 1))
    assert departs(["dinas-3"] * (rows // 2) + labels(rows // 2, 2), labels(3_000, 1))


def test_the_same_labels_give_the_same_departure():
    assert departure(labels(60, 2), labels(900, 1)) == departure(labels(60, 2), labels(900, 1))


def test_of_nothing_nothing_departs():
    assert not departs([], labels(90, 1))
    assert not departs(labels(90, 1), [])


def test_a_month_whose_labels_were_shuffled_falls_far_below_what_was_promised():
    assert falls(right=40, rows=100, expected=0.8)
    assert not falls(right=70, rows=100, expected=0.8)


def test_few_rows_fall_by_luck_alone():
    assert not falls(right=7, rows=14, expected=0.8)
    assert not falls(right=0, rows=0, expected=0.8)

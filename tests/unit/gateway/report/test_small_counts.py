"""Small counts are hidden so that nobody subtracts them; what burns is more than chance."""

import random
from datetime import date

import pytest

from gateway.report.burning import burns, chance, expected
from gateway.report.facts import Brief
from gateway.report.hiding import shown
from gateway.report.model import Days, Share, days_of
from gateway.report.tally import FEW, Cells, Counted


def a_brief(anonymous: bool, number: int) -> Brief:
    day = date(2026, 1, 5)
    more = ("web", "complaint", None, "19.03.01.2001", anonymous)
    return Brief(f"id-{number}", f"code-{number}", day, None, "waiting", "dlh", *more)


def villages(known: int, anonymous: int) -> Cells:
    counted = Counted()
    counted.add(a_brief(number >= known, number) for number in range(known + anonymous))
    return counted.cells["village"]


def test_a_small_cell_of_an_anonymous_reporter_is_among_the_others() -> None:
    part = shown({"a": 20, "b": 9, "c": 3, "d": 4}, {"c"}, 10)
    assert part.rows == (("a", 20), ("b", 9))
    assert (part.others, part.cells) == (7, 2)  # d, which is not secret, would tell of c


def test_small_cells_of_others_are_shown() -> None:
    part = shown({"a": 20, "c": 3, "d": 1}, set(), 10)
    assert part.rows == (("a", 20), ("c", 3), ("d", 1)) and part.cells == part.hidden == 0


def test_no_hidden_cell_can_be_worked_out_from_the_total() -> None:
    for seed in range(500):
        draw = random.Random(seed)
        counts = {f"c{n}": draw.choice((1, 2, 3, 4, 5, 9, 40)) for n in range(draw.randrange(1, 9))}
        secret = {code for code, n in counts.items() if n < FEW and draw.random() < 0.5}
        part = shown(counts, secret, draw.randrange(1, 9))
        named = {code for code, _ in part.rows}
        assert not named & secret
        assert part.others + sum(n for _, n in part.rows) == sum(counts.values())
        if secret and part.rows:
            assert part.cells >= 2 and part.others >= FEW


def test_a_cell_is_protected_by_one_anonymous_or_confidential_case_while_it_is_small() -> None:
    cells = villages(3, 0)
    assert cells.in_question() == {"id-0", "id-1", "id-2"}
    assert cells.protected(set()) == frozenset()
    assert cells.protected({"id-2"}) == {"19.03.01.2001"}
    assert villages(3, 1).protected(set()) == {"19.03.01.2001"}
    assert villages(3, 2).protected(set()) == frozenset()


@pytest.mark.parametrize(
    ("now", "past", "is_burning"),
    [
        (4, 0, False),
        (5, 0, True),
        (12, 100, False),
        (20, 60, True),
        (9, 80, False),
        (400, 3000, True),
    ],
)
def test_what_burns_is_more_than_the_own_past_explains(
    now: int, past: int, is_burning: bool
) -> None:
    assert burns(now, past, 31, 365) is is_burning


def test_the_chance_is_the_binomial_tail() -> None:
    # Of 6, each with 1 in 4: P(X >= 4) = (15 * 9 + 6 * 3 + 1) / 4096.
    assert chance(4, 2, 1, 3) == pytest.approx(154 / 4096)
    assert chance(0, 5, 1, 3) == 1.0
    assert expected(120, 30, 360) == 10


def test_without_three_months_of_a_past_nothing_burns() -> None:
    assert not burns(50, 0, 31, 89)


def test_it_seldom_burns_by_chance() -> None:
    draw, days = random.Random(5), 365 + 31
    alarms = 0
    for _ in range(2_000):
        falls = [draw.randrange(days) for _ in range(120)]
        now = sum(day >= 365 for day in falls)
        alarms += burns(now, len(falls) - now, 31, 365)
    assert alarms <= 6


def test_no_percentage_of_fewer_than_ten() -> None:
    assert Share(6, 13).share == pytest.approx(6 / 13)
    assert Share(9, 9).share is None and Share(0, 0).share is None


def test_mean_and_median_of_days_by_how_often_they_were() -> None:
    assert days_of({1: 2, 4: 1, 10: 1}) == Days(4.0, 2.5, 4)
    assert days_of({}) == Days(None, None, 0)

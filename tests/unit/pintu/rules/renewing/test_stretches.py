"""The newest rows are those that nobody has learned from."""

from datetime import date, datetime, timedelta

from pintu.rules.learning.history import Row
from pintu.rules.renewing.stretches import days_of, stretches

START = datetime(2025, 1, 1, 8)


def rows(count: int, a_day: int = 10) -> list[Row]:
    return [
        Row("lampu padam", "dishub", reported_at=START + timedelta(days=n // a_day))
        for n in range(count)
    ]


def test_the_newest_month_is_held_back():
    found = stretches(rows(3_600))
    assert (len(found.earlier), len(found.newest)) == (3_240, 360)
    found = stretches(rows(2_000))
    assert len(found.newest) == 310
    assert days_of(found.newest) == (date(2025, 6, 19), date(2025, 7, 19))


def test_a_tenth_of_a_long_history_is_held_back():
    assert len(stretches(rows(7_300)).newest) == 730


def test_where_few_complain_at_least_fifty_rows_are_held_back():
    assert len(stretches(rows(300, a_day=1)).newest) == 50


def test_of_a_short_history_a_third_is_held_back():
    assert len(stretches(rows(90)).newest) == 30


def test_rows_that_the_rules_in_force_have_learned_from_are_not_tried_on():
    all_rows = rows(2_000)
    found = stretches(all_rows, learned_to=date(2025, 7, 12))
    assert days_of(found.newest) == (date(2025, 7, 13), date(2025, 7, 19))
    assert not stretches(all_rows, learned_to=date(2025, 7, 19)).newest
    assert not stretches(all_rows, learned_to=date(2025, 7, 19)).before


def test_the_rows_before_are_as_many():
    found = stretches(rows(2_000))
    assert len(found.before) == len(found.newest)
    assert days_of(found.before) == (date(2025, 5, 19), date(2025, 6, 18))


def test_rows_without_a_time_are_parted_in_the_order_of_the_file():
    found = stretches([Row(str(n), "dishub") for n in range(1_000)])
    assert [row.text for row in found.newest] == [str(n) for n in range(900, 1_000)]

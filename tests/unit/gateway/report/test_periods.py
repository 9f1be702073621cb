"""Periods: presets, names, and what lies before them."""

from datetime import date

import pytest

from gateway.report.periods import BadPeriod, between, last_month, period_of, whole


@pytest.mark.parametrize(
    ("name", "first", "last", "before"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026-09"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4"),
        ("2026-h2", date(2026, 7, 1), date(2026, 12, 31), "2026-H1"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2023"),
        ("2026-03-30..2026-04-02", date(2026, 3, 30), date(2026, 4, 2), "2026-03-26..2026-03-29"),
    ],
)
def test_a_period_is_known_by_its_name(name: str, first: date, last: date, before: str) -> None:
    period = period_of(name)
    assert (period.first, period.last, period.before.key) == (first, last, before)
    assert period_of(period.key) == period
    assert period.before.after == period


def test_without_a_word_it_is_the_last_month() -> None:
    assert last_month(date(2026, 1, 5)).key == "2025-12"


def test_days_that_are_a_quarter_are_known_as_one() -> None:
    assert between("2026-07-01", "2026-09-30") == whole("quarter", date(2026, 8, 9))


def test_the_twelve_months_before_end_the_day_before() -> None:
    assert period_of("2024-02-29..2024-03-01").year_before.key == "2023-02-28..2024-02-28"


@pytest.mark.parametrize("name", ["", "2026-13", "2026-Q5", "26-1", "2026-10-01..", "b..a", "0000"])
def test_what_is_no_period_is_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(BadPeriod, match="2026"):
        period_of(name)


def test_the_last_day_does_not_lie_before_the_first() -> None:
    with pytest.raises(BadPeriod):
        between("2026-02-02", "2026-02-01")

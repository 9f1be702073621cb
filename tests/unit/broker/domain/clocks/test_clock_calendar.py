"""Days off, their sources, and calendars that change."""

import pickle
from collections.abc import MutableMapping
from datetime import date, datetime

import pytest

from broker.domain.clocks import SlaCalendar, WorkingCalendar, calendar_cautions, cautions
from config.loading.clocks import load_clocks


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return load_clocks().calendar


def weekdays_off(calendar: WorkingCalendar, year: int, month: int) -> list[int]:
    return [
        day
        for day in range(1, 32)
        if _exists(year, month, day)
        and date(year, month, day).isoweekday() <= 5
        and not calendar.is_working_day(date(year, month, day))
    ]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# Mondays to Fridays off, month by month, as decreed: public holidays and cuti bersama.
SKB_2025 = {  # SKB 3 Menteri 1017/2024, 2/2024, 2/2024; 18 August: 933/2025, 1/2025, 3/2025
    1: [1, 27, 28, 29],
    2: [],
    3: [28, 31],
    4: [1, 2, 3, 4, 7, 18],
    5: [1, 12, 13, 29, 30],
    6: [6, 9, 27],
    7: [],
    8: [18],
    9: [5],
    10: [],
    11: [],
    12: [25, 26],
}
SKB_2026 = {  # SKB 3 Menteri 1497/2025, 2/2025, 5/2025
    1: [1, 16],
    2: [16, 17],
    3: [18, 19, 20, 23, 24],
    4: [3],
    5: [1, 14, 15, 27, 28],
    6: [1, 16],
    7: [],
    8: [17, 25],
    9: [],
    10: [],
    11: [],
    12: [24, 25],
}


@pytest.mark.parametrize(("year", "decree"), [(2025, SKB_2025), (2026, SKB_2026)])
def test_the_days_off_are_those_of_the_decree(
    calendar: WorkingCalendar, year: int, decree: dict[int, list[int]]
) -> None:
    assert {month: weekdays_off(calendar, year, month) for month in range(1, 13)} == decree


def test_the_anniversary_of_the_regency_is_a_working_day(calendar: WorkingCalendar) -> None:
    assert calendar.is_working_day(date(2025, 2, 25))


def test_outside_the_years_it_covers_only_the_weekend_is_off(calendar: WorkingCalendar) -> None:
    for year in (1999, 2101):
        working = [
            calendar.is_working_day(date.fromordinal(date(year, 1, 1).toordinal() + n))
            for n in range(7)
        ]
        assert working.count(False) == 2
    assert calendar.add_working_days(date(1999, 12, 31), 1) == date(2000, 1, 3)
    assert calendar.add_working_days(date(2100, 12, 31), 1) == date(2101, 1, 3)


def test_a_working_day_beyond_all_years_is_an_overflow(calendar: WorkingCalendar) -> None:
    for day, n in ((date(9999, 12, 30), 5), (date(1, 1, 3), -10), (date(2025, 1, 1), 10**12)):
        with pytest.raises(OverflowError):
            calendar.add_working_days(day, n)


def amended(calendar: WorkingCalendar, working: dict[date, str]) -> WorkingCalendar:
    return WorkingCalendar(
        zone=calendar.zone,
        holidays=calendar.holidays,
        covered=calendar.covered,
        extra_working_days=working,
    )


def test_a_day_declared_off_moves_the_deadlines_behind_it_and_changes_the_version(
    calendar: WorkingCalendar,
) -> None:
    before = amended(calendar, {date(2025, 8, 18): "before the decree of 7 August 2025"})
    start = datetime.fromisoformat("2025-08-06T10:00:00+07:00")
    assert before.deadline(start, 14).date() == date(2025, 8, 26)
    assert calendar.deadline(start, 14).date() == date(2025, 8, 27)
    assert before.deadline(start, 7) == calendar.deadline(start, 7)
    assert before.version != calendar.version
    assert before != calendar


def test_the_version_depends_on_the_days_and_not_on_their_names_or_how_often_it_is_read(
    calendar: WorkingCalendar,
) -> None:
    renamed = WorkingCalendar(
        zone=calendar.zone,
        holidays=dict.fromkeys(calendar.holidays, "off"),
        covered=calendar.covered,
    )
    assert renamed.version == calendar.version == load_clocks().calendar.version
    assert renamed == calendar
    assert hash(renamed) == hash(calendar)


def test_a_saturday_may_be_a_working_day(calendar: WorkingCalendar) -> None:
    swapped = amended(calendar, {date(2025, 2, 8): "tukar hari kerja"})
    assert swapped.add_working_days(date(2025, 2, 7), 1) == date(2025, 2, 8)
    assert swapped.working_days_between(date(2025, 2, 7), date(2025, 2, 10)) == 2


def test_a_calendar_cannot_be_changed_from_outside(calendar: WorkingCalendar) -> None:
    own = {date(2025, 2, 5): "off"}
    mine = WorkingCalendar(zone=calendar.zone, holidays=own, covered=range(2025, 2026))
    own.clear()
    assert not mine.is_working_day(date(2025, 2, 5))
    assert not isinstance(mine.holidays, MutableMapping)


def test_a_year_without_cuti_bersama_and_with_estimates_is_told_of(
    calendar: WorkingCalendar,
) -> None:
    said = calendar_cautions(calendar, date(2035, 1, 1), date(2035, 3, 31))
    assert said[0] == "2035: no cuti bersama is known yet"
    assert "2035-02-19 Hari Raya Idul Adha" in said[1]
    assert "2035-12-01" not in said[1], "an estimate far behind the span says nothing about it"


def test_settled_years_are_not_told_of(calendar: WorkingCalendar) -> None:
    assert calendar_cautions(calendar, date(2024, 1, 1), date(2026, 12, 31)) == ()


def test_an_estimate_just_behind_the_span_counts_for_it_may_fall_inside(
    calendar: WorkingCalendar,
) -> None:
    day = next(d for d in sorted(calendar.estimated) if d.year == 2035)
    assert calendar_cautions(calendar, date(2035, 1, 1), day.replace(day=day.day - 2))[1:]
    assert not calendar_cautions(calendar, date(2035, 1, 1), day.replace(day=day.day - 4))[1:]


def test_a_year_outside_the_library_is_told_of(calendar: WorkingCalendar) -> None:
    said = calendar_cautions(calendar, date(2150, 1, 1), date(2150, 2, 1))
    assert said == ("2150: no holidays are known, only the weekends are off",)


def test_a_start_before_all_policies_is_told_of(calendar: WorkingCalendar) -> None:
    clocks: SlaCalendar = load_clocks()
    said = cautions(clocks, date(2010, 3, 1), date(2010, 4, 1))
    assert said == ("2010-03-01: no policy was in force yet; perpres-76-2013 is taken",)
    assert cautions(clocks, date(2014, 1, 1), date(2014, 2, 1)) == ()


def test_a_calendar_sent_to_another_process_is_the_same(calendar: WorkingCalendar) -> None:
    there = pickle.loads(pickle.dumps(calendar))
    assert there == calendar and there.holidays == calendar.holidays
    day = date(2026, 3, 16)
    assert there.add_working_days(day, 9) == calendar.add_working_days(day, 9)

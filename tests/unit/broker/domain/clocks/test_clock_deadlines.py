"""Deadlines on real dates, written out by hand from the decrees.

Sources of the days off:
- 2025: Keputusan Bersama (SKB) 3 Menteri 1017/2024, 2/2024 and 2/2024; 18 August 2025 added by
  933/2025, 1/2025 and 3/2025 of 7 August 2025.
- 2026: SKB 3 Menteri 1497/2025, 2/2025 and 5/2025.
"""

from datetime import date, datetime, timedelta

import pytest

from broker.domain.clocks import Hold, SlaCalendar, due_at
from config.loading.clocks import load_clocks

LOCAL = "+07:00"


@pytest.fixture(scope="module")
def clocks() -> SlaCalendar:
    return load_clocks()


def at(text: str) -> datetime:
    """A moment in Jakarta."""
    return datetime.fromisoformat(text + LOCAL)


DEADLINES = [
    # start, working days, deadline, why
    ("2025-02-04T16:00", 3, "2025-02-07", "the hour plays no part: at the close itself"),
    ("2025-02-04T15:59:59", 3, "2025-02-07", "a second before the close"),
    ("2025-02-04T23:59", 3, "2025-02-07", "a minute before midnight"),
    ("2025-02-05T00:00", 3, "2025-02-10", "midnight is the next day, and Friday the second one"),
    ("2025-04-11T00:30", 3, "2025-04-16", "half past midnight on a Friday, UTC still Thursday"),
    ("2025-02-07T09:00", 1, "2025-02-10", "Friday: the next working day is Monday"),
    ("2025-02-08T12:00", 1, "2025-02-10", "Saturday"),
    ("2025-02-09T23:59", 1, "2025-02-10", "Sunday, a minute before Monday"),
    ("2025-02-10T00:00", 1, "2025-02-11", "Monday's first moment"),
    # Idul Fitri 2025: Nyepi Sat 29 March, cuti bersama Fri 28 March, Idul Fitri Mon 31 March and
    # Tue 1 April, cuti bersama 2, 3, 4 and 7 April. From 27 March straight to 8 April.
    ("2025-03-26T10:00", 5, "2025-04-11", "27 March, 8, 9, 10, 11 April"),
    ("2025-03-27T10:00", 1, "2025-04-08", "the last day before the long holiday"),
    ("2025-03-31T08:00", 1, "2025-04-08", "on Idul Fitri itself"),
    ("2025-04-07T23:59", 2, "2025-04-09", "on the last cuti bersama"),
    # Idul Fitri 2026: cuti bersama Wed 18 March, Nyepi Thu 19 March, cuti bersama Fri 20 March,
    # Idul Fitri Sat 21 and Sun 22 March, cuti bersama 23 and 24 March.
    ("2026-03-16T09:00", 1, "2026-03-17", "the last working day before"),
    ("2026-03-17T09:00", 1, "2026-03-25", "over all of it"),
    ("2026-03-17T09:00", 5, "2026-03-31", "25, 26, 27, 30, 31 March"),
    ("2026-03-16T09:00", 14, "2026-04-13", "17, 25 to 27, 30 March to 2 April; 3 April is off"),
    # 60 days from 2 February 2026: off are 16 and 17 February (Imlek), 18 to 24 March, 3 April
    # (Good Friday) and 1 May: 69 Mondays to Fridays to 8 May, nine of them off.
    ("2026-02-02T09:00", 60, "2026-05-08", "an inquiry of the inspectorate"),
    # Christmas and New Year
    ("2024-12-24T10:00", 1, "2024-12-27", "Christmas 2024 and cuti bersama 26 December"),
    ("2025-12-23T10:00", 3, "2025-12-30", "24; 25 and 26 off; 29, 30 December"),
    ("2025-12-31T16:30", 1, "2026-01-02", "New Year's Eve after the close"),
    ("2025-12-31T23:59:59", 3, "2026-01-06", "2, 5, 6 January"),
    ("2026-12-23T08:00", 1, "2026-12-28", "cuti bersama on Christmas Eve, Christmas on a Friday"),
    ("2026-12-30T08:00", 3, "2027-01-06", "31 December, 4 January, not 5 (Isra Mikraj), 6"),
    # 18 August 2025, a Monday, declared cuti bersama eleven days before
    ("2025-08-15T10:00", 1, "2025-08-19", "Friday before the anniversary"),
]


@pytest.mark.parametrize(("start", "days", "day", "why"), DEADLINES)
def test_a_deadline_falls_at_the_close_of_the_nth_working_day_after_the_local_day_of_the_start(
    clocks: SlaCalendar, start: str, days: int, day: str, why: str
) -> None:
    assert clocks.calendar.deadline(at(start), days).isoformat() == f"{day}T16:00:00+07:00", why


def test_the_zone_of_the_start_does_not_matter_but_the_day_in_jakarta_does(
    clocks: SlaCalendar,
) -> None:
    utc = datetime.fromisoformat("2025-04-10T17:30:00+00:00")  # 00:30 on Friday in Jakarta
    papua = datetime.fromisoformat("2025-04-11T02:30:00+09:00")
    assert utc == papua
    for start in (utc, papua):
        assert clocks.calendar.deadline(start, 3).isoformat() == "2025-04-16T16:00:00+07:00"


def test_a_moment_without_a_zone_is_refused(clocks: SlaCalendar) -> None:
    with pytest.raises(ValueError, match="zone"):
        clocks.calendar.deadline(datetime.fromisoformat("2025-02-04T16:00"), 3)


def test_a_deadline_of_no_days_is_refused(clocks: SlaCalendar) -> None:
    with pytest.raises(ValueError, match="at least one"):
        clocks.calendar.deadline(at("2025-02-04T16:00"), 0)


HOLDS: list[tuple[str, int, list[str], str, str]] = [
    # start, days, holds, deadline, why
    ("2025-02-04T10:00", 3, ["2025-02-05T09:00/2025-02-05T15:00"], "2025-02-07", "within a day"),
    ("2025-02-04T10:00", 3, ["2025-02-05T09:00/2025-02-06T09:00"], "2025-02-10", "one close"),
    ("2025-02-04T10:00", 3, ["2025-02-05T17:00/2025-02-06T09:00"], "2025-02-07", "after the close"),
    ("2025-02-04T10:00", 3, ["2025-02-05T17:00/2025-02-06T16:30"], "2025-02-10", "to the next"),
    ("2025-02-04T10:00", 3, ["2025-02-05T16:00/2025-02-06T09:00"], "2025-02-07", "from 16:00:00"),
    ("2025-02-04T10:00", 3, ["2025-02-05T15:59:59/2025-02-05T16:00"], "2025-02-10", "to 16:00:00"),
    ("2025-02-04T10:00", 3, ["2025-02-05T16:00/2025-02-06T16:00"], "2025-02-10", "close to close"),
    ("2025-02-04T10:00", 3, ["2025-02-07T17:00/2025-02-10T08:00"], "2025-02-07", "a weekend"),
    ("2025-02-04T10:00", 3, ["2025-02-04T12:00/2025-02-04T17:00"], "2025-02-10", "the first day"),
    ("2025-02-04T10:00", 3, ["2025-02-04T00:00/2025-02-04T09:00"], "2025-02-07", "before it began"),
    (
        "2025-02-04T17:00",
        3,
        ["2025-02-03T09:00/2025-02-05T09:00"],
        "2025-02-07",
        "its close was past",
    ),
    # 27 March passes, nothing from 28 March to 7 April does, 8 April does: two closes.
    ("2025-03-26T10:00", 5, ["2025-03-27T10:00/2025-04-09T10:00"], "2025-04-15", "Idul Fitri 2025"),
    ("2025-03-26T10:00", 5, ["2025-03-28T00:00/2025-04-08T08:00"], "2025-04-11", "only days off"),
    ("2026-03-16T09:00", 5, ["2026-03-17T18:00/2026-03-25T18:00"], "2026-03-31", "Idul Fitri 2026"),
    # 11 April and two working days is 15 April; the close of 14 April passes too.
    (
        "2025-03-26T10:00",
        5,
        ["2025-03-27T10:00/2025-04-09T10:00", "2025-04-14T09:00/2025-04-14T17:00"],
        "2025-04-16",
        "two holds",
    ),
    (
        "2025-02-04T10:00",
        3,
        ["2025-02-05T09:00/2025-02-06T09:00", "2025-02-05T10:00/2025-02-06T10:00"],
        "2025-02-10",
        "what two holds share counts once",
    ),
    # 29, 30, 31 December; the closes of 24, 29, 30, 31 December pass: 2, 5, 6, 7 January.
    ("2025-12-24T09:00", 3, ["2025-12-24T15:00/2026-01-01T12:00"], "2026-01-07", "year's end"),
]


@pytest.mark.parametrize("case", HOLDS)
def test_a_hold_moves_a_deadline_by_the_closes_of_business_that_passed_during_it(
    clocks: SlaCalendar, case: tuple[str, int, list[str], str, str]
) -> None:
    start, days, spans, day, why = case
    holds = [Hold(at(a), at(b)) for a, b in (span.split("/") for span in spans)]
    due = due_at(clocks.calendar, at(start), days, holds)
    assert due.isoformat() == f"{day}T16:00:00+07:00", why


def test_a_hold_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Hold(at("2025-02-05T09:00"), at("2025-02-05T08:59"))


def test_a_deadline_shifted_by_the_closes_of_a_hold_is_the_deadline_of_that_hold(
    clocks: SlaCalendar,
) -> None:
    start, hold = at("2025-03-26T10:00"), Hold(at("2025-03-27T10:00"), at("2025-04-09T10:00"))
    closes = clocks.calendar.closes_passed(hold.start, hold.end)
    shifted = clocks.calendar.shift(clocks.respond_by(start), closes)
    assert closes == 2
    assert shifted == due_at(clocks.calendar, start, 5, [hold])
    assert clocks.calendar.shift(shifted, 0) == shifted


def test_each_clock_has_its_days(clocks: SlaCalendar) -> None:
    start = at("2025-02-03T09:00")  # Monday; the first day off after it is Friday 28 March
    days = {
        "verification": (clocks.due("verification", start), 3),
        "response": (clocks.respond_by(start), 5),
        "information": (clocks.resolve_by(start, "information_request", False), 5),
        "complaint": (clocks.resolve_by(start, "complaint", False), 14),
        "aspiration": (clocks.resolve_by(start, "aspiration", False), 5),
        "oversight": (clocks.resolve_by(start, "complaint", True), 60),
        "information with oversight": (clocks.resolve_by(start, "information_request", True), 60),
        "waiting": (clocks.due("waiting", start), 10),
        "closing": (clocks.due("closing", start), 10),
    }
    measured = {
        name: clocks.calendar.working_days_between(start.date(), due.date())
        for name, (due, _) in days.items()
    }
    assert measured == {name: n for name, (_, n) in days.items()}
    assert days["complaint"][0].isoformat() == "2025-02-21T16:00:00+07:00"


def test_a_case_that_goes_on_keeps_its_own_policy(clocks: SlaCalendar) -> None:
    start = at("2026-02-02T09:00")
    old = clocks.policy_at(at("2025-02-03T09:00"))
    assert old.id == "permenpanrb-62-2018"
    assert clocks.policy_at(start).id == "permenpanrb-5-2025"
    assert clocks.policy_named(old.id, old.version) is old
    assert clocks.respond_by(start, old) == clocks.due("response", start, policy=old)
    wrong = clocks.policy_named("permenpanrb-5-2025", "1")
    assert wrong.days.aspiration == 14
    assert wrong not in {clocks.policy_at(at(f"{year}-06-01T09:00")) for year in range(2019, 2028)}
    with pytest.raises(KeyError):
        clocks.policy_named(old.id, "no such version")


def test_the_policy_is_chosen_by_the_local_day(clocks: SlaCalendar) -> None:
    before = datetime.fromisoformat("2025-04-30T16:59:59+00:00")  # 23:59:59 in Jakarta
    assert clocks.policy_at(before).id == "permenpanrb-62-2018"
    assert clocks.policy_at(before + timedelta(seconds=1)).id == "permenpanrb-5-2025"


def test_before_all_policies_the_earliest_holds(clocks: SlaCalendar) -> None:
    assert clocks.policy_at(at("2001-05-05T10:00")).id == "perpres-76-2013"


def test_counting_back_from_a_day_off_finds_the_last_working_day(clocks: SlaCalendar) -> None:
    calendar = clocks.calendar
    assert calendar.add_working_days(date(2025, 4, 8), -1) == date(2025, 3, 27)
    assert calendar.add_working_days(date(2025, 4, 1), -1) == date(2025, 3, 27)
    assert calendar.add_working_days(date(2025, 4, 1), 0) == date(2025, 4, 1)
    assert calendar.working_days_between(date(2025, 4, 8), date(2025, 3, 27)) == -1

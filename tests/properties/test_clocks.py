"""What holds of every calendar, start and hold: adding against measuring, and against walking."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from broker.domain.case import CaseClock
from broker.domain.case.deadlines import soonest_of
from broker.domain.clocks import RESPONSE, Hold, WorkingCalendar, closes_held, due_at
from config.loading.clocks import load_clocks

JAKARTA = ZoneInfo("Asia/Jakarta")
ONE = timedelta(days=1)
CLOCKS = load_clocks()
COVERED = range(2024, 2027)
# Two years beyond what the calendars cover on either side: the seams are inside.
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))
COUNTS = st.integers(-300, 300)
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
# Whole hours hit the close of business (09:00 UTC) itself often enough.
HOURS = st.builds(
    lambda h: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=h), st.integers(0, 8000)
)
WHEN = st.one_of(MOMENTS, HOURS)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    inside = st.dates(date(2023, 6, 1), date(2027, 6, 1))  # some outside: they change nothing
    off = draw(st.lists(inside, max_size=60))
    stretch = draw(st.dates(date(2024, 1, 1), date(2026, 10, 1)))
    off += [stretch + ONE * n for n in range(draw(st.integers(0, 40)))]
    extra = draw(st.lists(inside, max_size=20))
    return WorkingCalendar(
        zone=JAKARTA,
        holidays=dict.fromkeys(off, "off"),
        covered=COVERED,
        extra_working_days=dict.fromkeys(extra, "on"),
    )


def works(calendar: WorkingCalendar, day: date) -> bool:
    """The rule, written down a second time."""
    weekday = day.isoweekday() <= 5
    if day.year not in COVERED:
        return weekday
    return day in calendar.extra_working_days or (weekday and day not in calendar.holidays)


@given(calendars(), DAYS)
def test_a_day_is_a_working_day_by_the_rule(calendar: WorkingCalendar, day: date) -> None:
    assert calendar.is_working_day(day) == works(calendar, day)


@given(calendars(), DAYS, st.integers(-40, 40))
def test_adding_is_walking_day_by_day(calendar: WorkingCalendar, day: date, n: int) -> None:
    walked, left = day, abs(n)
    while left:
        walked += ONE if n > 0 else -ONE
        left -= works(calendar, walked)
    assert calendar.add_working_days(day, n) == walked


@given(calendars(), DAYS, COUNTS)
def test_what_one_adds_the_other_measures(calendar: WorkingCalendar, day: date, n: int) -> None:
    assert calendar.working_days_between(day, calendar.add_working_days(day, n)) == n


@given(calendars(), DAYS, DAYS)
def test_what_one_measures_the_other_adds(calendar: WorkingCalendar, a: date, b: date) -> None:
    n = calendar.working_days_between(a, b)
    if calendar.is_working_day(b):
        assert calendar.add_working_days(a, n) == b
    elif n > 0:
        assert calendar.add_working_days(a, n) < b
    elif n < 0:
        assert calendar.add_working_days(a, n) > b


@given(calendars(), DAYS, st.integers(0, 200), st.integers(0, 200))
def test_adding_twice_is_adding_the_sum(
    calendar: WorkingCalendar, day: date, m: int, n: int
) -> None:
    for sign in (1, -1):
        once = calendar.add_working_days(day, sign * (m + n))
        twice = calendar.add_working_days(calendar.add_working_days(day, sign * m), sign * n)
        assert once == twice


@given(calendars(), WHEN, st.integers(1, 100))
def test_a_deadline_is_a_close_of_business_and_depends_on_the_local_day_alone(
    calendar: WorkingCalendar, start: datetime, days: int
) -> None:
    due = calendar.deadline(start, days)
    local = start.astimezone(JAKARTA)
    assert due.isoformat()[10:] == "T16:00:00+07:00"
    assert calendar.is_working_day(due.date())
    assert calendar.working_days_between(local.date(), due.date()) == days
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    assert due == calendar.deadline(midnight, days)
    assert due == calendar.deadline(midnight + ONE - timedelta(microseconds=1), days)


@given(calendars(), WHEN, st.timedeltas(timedelta(0), timedelta(days=90)))
def test_closes_passed_are_those_after_the_start_up_to_and_with_the_end(
    calendar: WorkingCalendar, start: datetime, span: timedelta
) -> None:
    end = start + span
    day, count = start.date() - ONE, 0
    while day <= end.date() + ONE:
        count += works(calendar, day) and start < calendar.close_of(day) <= end
        day += ONE
    assert calendar.closes_passed(start, end) == count


@given(calendars(), st.lists(WHEN, min_size=3, max_size=3))
def test_spans_that_touch_add_up(calendar: WorkingCalendar, moments: list[datetime]) -> None:
    a, b, c = sorted(moments)
    parts = calendar.closes_passed(a, b) + calendar.closes_passed(b, c)
    assert parts == calendar.closes_passed(a, c)


@given(calendars(), WHEN, st.integers(1, 60), st.integers(0, 60))
def test_shifting_a_deadline_is_asking_for_more_days(
    calendar: WorkingCalendar, start: datetime, days: int, closes: int
) -> None:
    shifted = calendar.shift(calendar.deadline(start, days), closes)
    assert shifted == calendar.deadline(start, days + closes)


HOLDS = st.lists(st.tuples(HOURS, HOURS).map(lambda p: Hold(min(p), max(p))), max_size=5)


@given(calendars(), HOURS, HOLDS)
def test_closes_held_are_counted_once_however_the_holds_overlap_and_none_before_the_start(
    calendar: WorkingCalendar, start: datetime, holds: list[Hold]
) -> None:
    closes = (calendar.close_of(date(2025, 1, 1) + ONE * n) for n in range(400))
    expected = sum(
        calendar.is_working_day(close.date())
        and close > start
        and any(hold.start < close <= hold.end for hold in holds)
        for close in closes
    )
    assert closes_held(calendar, start, holds) == expected
    assert closes_held(calendar, start, holds[::-1]) == expected


@given(calendars(), HOURS, st.integers(1, 60), HOLDS, HOURS)
def test_cutting_a_hold_in_two_changes_no_deadline(
    calendar: WorkingCalendar, start: datetime, days: int, holds: list[Hold], cut: datetime
) -> None:
    pieces = [
        piece
        for hold in holds
        for piece in (
            (Hold(hold.start, cut), Hold(cut, hold.end)) if hold.start < cut < hold.end else (hold,)
        )
    ]
    due = due_at(calendar, start, days, holds)
    assert due == due_at(calendar, start, days, pieces)
    assert due >= calendar.deadline(start, days)


@given(WHEN, st.integers(1, 60), st.lists(WHEN, max_size=8))
def test_every_rung_fires_once_in_order_and_never_before_its_time(
    start: datetime, days: int, looks: list[datetime]
) -> None:
    calendar, policy = CLOCKS.calendar, CLOCKS.policies[-1]
    due = calendar.deadline(start, days)
    clock = CaseClock(RESPONSE.name, 1, "dpupr", started_at=start, due_at=due)
    for now in [*sorted(looks), due + timedelta(days=365)]:
        while (step := soonest_of([clock], policy, CLOCKS)) is not None and step.at <= now:
            assert start < step.at
            assert step.rung is not None
            clock = clock.fire(step.rung.name)
    fired = list(clock.fired)
    names = [rung.name for rung in policy.ladder]
    assert fired in (names, names[1:]), "only a reminder can lie before the start"


@given(calendars(), st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_a_calendar_in_which_one_day_differs_has_another_version(
    calendar: WorkingCalendar, day: date
) -> None:
    extra, off = dict(calendar.extra_working_days), dict(calendar.holidays)
    if calendar.is_working_day(day):
        extra.pop(day, None)
        off[day] = "off"
    else:
        extra[day] = "on"
    other = WorkingCalendar(zone=JAKARTA, holidays=off, covered=COVERED, extra_working_days=extra)
    assert (other.version != calendar.version) == (
        other.is_working_day(day) != calendar.is_working_day(day)
    )

"""The ladder: which rungs a clock has, when they fire, who is told."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from broker.domain.clocks import (
    Clock,
    Done,
    Fire,
    Holder,
    RungTime,
    SlaCalendar,
    Wait,
    next_rung,
    role_of,
    rung_times,
    rungs_of,
)
from config.loading.clocks import load_clocks

NAMES = ["reminder", "breach", "coordinator", "secretary", "inspectorate"]


@pytest.fixture(scope="module")
def clocks() -> SlaCalendar:
    return load_clocks()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+07:00")


def ladder(clocks: SlaCalendar, start: str, due: str, clock: Clock = "response") -> dict[str, str]:
    """Names and local days of the rungs, all at the close of business."""
    policy = clocks.policy_at(at(start))
    times = rung_times(at(start), at(due), policy, clock, clocks.calendar)
    assert all(t.at.isoformat()[10:] == "T16:00:00+07:00" for t in times)
    return {t.rung.name: t.at.date().isoformat() for t in times}


def test_rungs_fall_at_the_close_of_business_so_many_working_days_from_the_deadline(
    clocks: SlaCalendar,
) -> None:
    assert ladder(clocks, "2025-02-04T16:00", "2025-02-11T16:00") == {
        "reminder": "2025-02-10",
        "breach": "2025-02-11",
        "coordinator": "2025-02-13",
        "secretary": "2025-02-18",
        "inspectorate": "2025-02-25",
    }


def test_rungs_step_over_idul_fitri(clocks: SlaCalendar) -> None:
    assert ladder(clocks, "2025-03-17T10:00", "2025-03-27T16:00") == {
        "reminder": "2025-03-26",
        "breach": "2025-03-27",
        "coordinator": "2025-04-09",
        "secretary": "2025-04-14",
        "inspectorate": "2025-04-22",  # 18 April is Good Friday
    }


@pytest.mark.parametrize(
    ("start", "left_out"),
    [
        ("2025-02-10T15:59:59", []),
        ("2025-02-10T16:00:00", ["reminder"]),
        ("2025-02-10T23:59:00", ["reminder"]),
    ],
)
def test_a_rung_whose_time_does_not_lie_after_the_start_of_its_clock_is_left_out(
    clocks: SlaCalendar, start: str, left_out: list[str]
) -> None:
    found = ladder(clocks, start, "2025-02-11T16:00")
    assert list(found) == [name for name in NAMES if name not in left_out]


@pytest.mark.parametrize("clock", ["waiting", "closing"])
def test_waiting_and_closing_have_no_ladder(clocks: SlaCalendar, clock: Clock) -> None:
    assert rungs_of(clocks.policies[-1], clock) == ()
    assert ladder(clocks, "2025-02-04T16:00", "2025-02-18T16:00", clock) == {}


@pytest.mark.parametrize("clock", ["verification", "response", "resolution"])
def test_every_other_clock_has_the_whole_ladder(clocks: SlaCalendar, clock: Clock) -> None:
    assert [(r.name, r.offset, r.to) for r in rungs_of(clocks.policies[-1], clock)] == [
        ("reminder", -1, "agency"),
        ("breach", 0, "head"),
        ("coordinator", 2, "coordinator"),
        ("secretary", 5, "secretary"),
        ("inspectorate", 10, "inspectorate"),
    ]


TOLD: dict[Holder, list[str]] = {
    "agency": ["agency", "head", "coordinator", "secretary", "inspectorate"],
    "external": ["coordinator"] * 5,
    "triage": ["coordinator", "coordinator", "coordinator", "secretary", "inspectorate"],
}


@pytest.mark.parametrize("holder", get_args(Holder))
def test_who_is_told_depends_on_who_has_the_complaint(clocks: SlaCalendar, holder: Holder) -> None:
    rungs = rungs_of(clocks.policies[-1], "response")
    assert [role_of(rung, holder) for rung in rungs] == TOLD[holder]


@pytest.fixture
def times(clocks: SlaCalendar) -> tuple[RungTime, ...]:
    start, due = at("2025-02-04T10:00"), at("2025-02-11T16:00")
    return rung_times(start, due, clocks.policies[-1], "response", clocks.calendar)


def test_before_its_time_a_rung_waits_and_from_its_moment_on_it_fires(
    times: tuple[RungTime, ...],
) -> None:
    moment = at("2025-02-10T16:00")
    waits = next_rung(times, (), moment - timedelta(microseconds=1))
    fires = next_rung(times, (), moment)
    assert waits == Wait(times[0].rung, moment)
    assert fires == Fire(times[0].rung, moment)


def test_after_an_outage_the_rungs_fire_in_order_and_none_is_left_out(
    times: tuple[RungTime, ...],
) -> None:
    now, fired = at("2025-02-18T17:00"), list[str]()
    while isinstance(step := next_rung(times, fired, now), Fire):
        fired.append(step.rung.name)
        assert step.late(now) == now - step.at
    assert fired == NAMES[:4]
    assert step == Wait(times[4].rung, at("2025-02-25T16:00"))


def test_a_rung_that_fired_stays_fired_when_its_time_moves_on(clocks: SlaCalendar) -> None:
    later = rung_times(
        at("2025-02-04T10:00"),
        at("2025-02-14T16:00"),
        clocks.policies[-1],
        "response",
        clocks.calendar,
    )
    step = next_rung(later, {"reminder", "breach"}, at("2025-02-14T16:00"))
    assert step == Wait(later[2].rung, at("2025-02-18T16:00"))


def test_a_climbed_ladder_and_none_at_all_are_done(times: tuple[RungTime, ...]) -> None:
    assert next_rung(times, NAMES, at("2025-03-01T00:00")) == Done()
    assert next_rung((), (), at("2025-03-01T00:00")) == Done()

"""The ladder: which rungs a clock has, when they fire, who is told."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from broker.domain.case import CaseClock, Due
from broker.domain.case.deadlines import dues_of, soonest_of
from broker.domain.clocks import (
    CLOSING,
    RESOLUTION,
    RESPONSE,
    VERIFICATION,
    WAITING,
    ClockKind,
    Holder,
    SlaCalendar,
    role_of,
    rungs_of,
)
from config.loading.clocks import load_clocks

STEP = timedelta(microseconds=1)
NAMES = ["reminder", "breach", "coordinator", "secretary", "inspectorate"]


@pytest.fixture(scope="module")
def clocks() -> SlaCalendar:
    return load_clocks()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+07:00")


def running(start: str, due: str, kind: ClockKind = RESPONSE) -> CaseClock:
    """A clock that nothing has stopped."""
    return CaseClock(kind.name, 1, "dpupr", started_at=at(start), due_at=at(due))


def rungs_ahead(clocks: SlaCalendar, clock: CaseClock) -> list[Due]:
    return list(dues_of(clock, clocks.policy_at(clock.started_at), clocks))


def next_of(clocks: SlaCalendar, *its: CaseClock) -> Due | None:
    return soonest_of(its, clocks.policies[-1], clocks)


def name_of(due: Due) -> str:
    assert due.rung is not None
    return due.rung.name


def ladder(clocks: SlaCalendar, start: str, due: str, kind: ClockKind = RESPONSE) -> dict[str, str]:
    """Names and local days of the rungs, all at the close of business."""
    ahead = rungs_ahead(clocks, running(start, due, kind))
    assert all(due.at.isoformat()[10:] == "T16:00:00+07:00" for due in ahead)
    return {name_of(due): due.at.date().isoformat() for due in ahead}


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


@pytest.mark.parametrize("kind", [WAITING, CLOSING])
def test_waiting_and_closing_have_no_ladder(clocks: SlaCalendar, kind: ClockKind) -> None:
    clock = running("2025-02-04T16:00", "2025-02-18T16:00", kind)
    assert rungs_of(clocks.policies[-1], kind) == ()
    assert rungs_ahead(clocks, clock) == [Due(clock, None, clock.due_at)], "it ends by itself"


@pytest.mark.parametrize("kind", [VERIFICATION, RESPONSE, RESOLUTION])
def test_every_other_clock_has_the_whole_ladder(clocks: SlaCalendar, kind: ClockKind) -> None:
    assert [(r.name, r.offset, r.to) for r in rungs_of(clocks.policies[-1], kind)] == [
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
    rungs = rungs_of(clocks.policies[-1], RESPONSE)
    assert [role_of(rung, holder) for rung in rungs] == TOLD[holder]


@pytest.fixture
def clock() -> CaseClock:
    return running("2025-02-04T10:00", "2025-02-11T16:00")


def test_a_rung_is_due_from_its_moment_on_and_not_before(
    clocks: SlaCalendar, clock: CaseClock
) -> None:
    due = next_of(clocks, clock)
    assert due is not None
    assert (name_of(due), due.at) == ("reminder", at("2025-02-10T16:00"))
    just_before = due.at - timedelta(microseconds=1)
    assert name_of(due) in [name_of(d) for d in rungs_ahead(clocks, clock.stop(due.at + STEP))]
    assert rungs_ahead(clocks, clock.stop(due.at)) == [], "what stops it at that moment is in time"
    assert rungs_ahead(clocks, clock.stop(just_before)) == []


def test_after_an_outage_the_rungs_fire_in_order_and_none_is_left_out(
    clocks: SlaCalendar, clock: CaseClock
) -> None:
    now = at("2025-02-18T17:00")
    while (due := next_of(clocks, clock)) is not None and due.at <= now:
        clock = clock.fire(name_of(due))
    assert list(clock.fired) == NAMES[:4]
    assert due is not None
    assert (name_of(due), due.at) == (NAMES[4], at("2025-02-25T16:00"))


def test_a_rung_that_fired_stays_fired_when_its_time_moves_on(clocks: SlaCalendar) -> None:
    later = running("2025-02-04T10:00", "2025-02-14T16:00").fire("reminder").fire("breach")
    due = next_of(clocks, later)
    assert due is not None
    assert (name_of(due), due.at) == ("coordinator", at("2025-02-18T16:00"))


def test_a_climbed_ladder_and_none_at_all_have_nothing_to_come(
    clocks: SlaCalendar, clock: CaseClock
) -> None:
    for name in NAMES:
        clock = clock.fire(name)
    assert next_of(clocks, clock) is None
    assert next_of(clocks) is None

"""The time that several clocks agree on: ahead, behind, leaping, and across a restart."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from broker.ports import Anchor, ClockState
from consumers.runtime.agreed_clock import AgreedClock

TRUE = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BOOT = "this-start"


@dataclass
class Machine:
    """A machine whose clock may be wrong by ``off``; ``seconds`` since its start never are."""

    off: timedelta = timedelta()
    passed: float = 1000.0
    state: ClockState = field(default_factory=ClockState)

    def __post_init__(self) -> None:
        self.started = TRUE - timedelta(seconds=self.passed)
        self.clock = AgreedClock(self, self.seconds, BOOT)

    def seconds(self) -> float:
        return self.passed

    @property
    def true(self) -> datetime:
        return self.started + timedelta(seconds=self.passed)

    def now(self) -> datetime:
        return self.true + self.off

    def waits(self, by: timedelta) -> None:
        self.passed += by.total_seconds()

    def reads(self, name: str, off: timedelta = timedelta(), *, elsewhere: bool = True) -> None:
        self.clock.read(name, self.true + off, elsewhere=elsewhere)

    def looks(self) -> timedelta | None:
        return self.clock.look(self.state)

    def restarts(self, boot: str = BOOT) -> None:
        """The process does; the store remembers what it believed."""
        self.state = replace(self.state, anchor=self.clock.anchor)
        self.clock = AgreedClock(self, self.seconds, boot)


def near(moment: datetime, other: datetime) -> bool:
    return abs(moment - other) < timedelta(minutes=3)


def test_a_clock_that_is_right_is_believed_to_the_microsecond() -> None:
    machine = Machine(state=ClockState(watermark=TRUE - HOUR))
    machine.reads("database", timedelta(seconds=-1))
    machine.looks()
    assert machine.clock.trusted.is_set()
    assert machine.clock.now() == machine.clock.agreed() == TRUE
    assert machine.clock.problem() is None


@pytest.mark.parametrize("name", ["database", "broker"])
def test_a_machine_ahead_goes_by_the_clock_that_is_behind_it(name: str) -> None:
    machine = Machine(off=60 * DAY)
    machine.reads(name)
    machine.looks()
    assert machine.clock.trusted.is_set()
    assert near(machine.clock.now(), TRUE) and near(machine.clock.agreed(), TRUE)
    assert f"the clock of the {name} says" in (machine.clock.problem() or "")
    assert machine.clock.ahead()[name] == pytest.approx((60 * DAY).total_seconds(), abs=1)


def test_what_is_agreed_is_never_later_than_the_clock_that_is_furthest_behind() -> None:
    machine = Machine()
    machine.reads("database", -3 * DAY)
    machine.reads("broker")
    machine.looks()
    assert machine.clock.agreed() <= TRUE - 3 * DAY


def test_a_leap_forward_amid_the_work_is_not_followed() -> None:
    machine = Machine()
    machine.looks()
    machine.off = 60 * DAY
    machine.waits(HOUR)
    assert machine.looks() is None
    assert machine.clock.now() == machine.clock.agreed() == machine.true
    assert "by the seconds that have passed it is" in (machine.clock.problem() or "")


def test_a_clock_that_runs_too_fast_is_not_followed_step_by_step() -> None:
    machine = Machine()
    machine.looks()
    for _ in range(1000):
        machine.waits(timedelta(seconds=5))
        machine.off += timedelta(seconds=45)
        machine.looks()
        assert machine.clock.agreed() - machine.true < timedelta(minutes=3)


def test_a_leap_back_amid_the_work_lets_cases_go_on_and_fires_nothing() -> None:
    machine = Machine()
    machine.looks()
    machine.off = -60 * DAY
    machine.looks()
    assert machine.clock.now() == machine.true
    assert machine.clock.agreed() == machine.true - 60 * DAY


def test_small_steps_are_followed() -> None:
    machine = Machine()
    machine.looks()
    machine.off = timedelta(seconds=100)
    assert machine.clock.agreed() == machine.now()
    machine.off = timedelta(seconds=-100)
    assert machine.clock.now() == machine.now()


def test_a_machine_that_was_paused_is_followed_where_another_machine_bears_witness() -> None:
    machine = Machine()
    machine.looks()
    machine.off = 2 * DAY  # its count of seconds stood still meanwhile
    machine.reads("database", 2 * DAY)
    assert machine.looks() == 2 * DAY
    assert machine.clock.agreed() == machine.now()
    assert machine.clock.problem() is None


def test_a_clock_on_the_same_machine_bears_no_witness() -> None:
    machine = Machine()
    machine.looks()
    machine.off = 2 * DAY
    machine.reads("database", 2 * DAY, elsewhere=False)
    machine.reads("broker", 2 * DAY, elsewhere=False)
    assert machine.looks() is None
    assert machine.clock.agreed() == machine.true


def test_where_every_clock_leaps_by_two_months_an_operator_has_to_say_so() -> None:
    machine = Machine()
    machine.looks()
    machine.off = 60 * DAY
    machine.reads("database", 60 * DAY)
    machine.reads("broker", 60 * DAY)
    assert machine.looks() is None
    assert machine.clock.agreed() == machine.true
    machine.state = replace(machine.state, vouched=machine.now())
    assert machine.looks() == 60 * DAY
    assert machine.clock.agreed() == machine.now()


def test_what_an_operator_said_long_ago_excuses_no_leap() -> None:
    machine = Machine(state=ClockState(vouched=TRUE))
    machine.looks()
    machine.waits(5 * DAY)
    machine.off = 60 * DAY
    assert machine.looks() is None
    assert machine.clock.agreed() == machine.true


def test_a_process_that_restarts_does_not_believe_what_the_clock_leapt_to_meanwhile() -> None:
    machine = Machine()
    machine.looks()
    machine.restarts()
    machine.off = 5 * DAY
    machine.waits(HOUR)
    machine.looks()
    assert machine.clock.trusted.is_set()
    assert machine.clock.agreed() == machine.true


def test_after_a_start_of_the_machine_an_outage_of_days_is_believed() -> None:
    machine = Machine(state=ClockState(watermark=TRUE - 6 * DAY))
    machine.looks()
    assert machine.clock.trusted.is_set() and machine.clock.agreed() == TRUE


def test_after_a_start_of_the_machine_one_of_months_is_for_an_operator_to_say() -> None:
    machine = Machine(state=ClockState(watermark=TRUE - 60 * DAY))
    machine.looks()
    assert not machine.clock.trusted.is_set()
    assert "nobody knows" in (machine.clock.problem() or "")
    machine.state = replace(machine.state, vouched=TRUE)
    machine.looks()
    assert machine.clock.trusted.is_set() and machine.clock.problem() is None


def test_or_for_another_machine() -> None:
    machine = Machine(state=ClockState(watermark=TRUE - 60 * DAY))
    machine.reads("broker")
    machine.looks()
    assert machine.clock.trusted.is_set()


def test_a_machine_that_starts_behind_the_watermark_waits_until_its_clock_is_set() -> None:
    machine = Machine(off=-9000 * DAY, state=ClockState(watermark=TRUE - HOUR))
    machine.looks()
    assert not machine.clock.trusted.is_set()
    machine.off = timedelta()
    machine.looks()
    assert machine.clock.trusted.is_set() and machine.clock.agreed() == machine.true


def test_a_watermark_that_lies_ahead_is_told() -> None:
    machine = Machine(state=ClockState(watermark=TRUE + 60 * DAY))
    machine.reads("database")
    machine.looks()
    assert machine.clock.agreed() == TRUE
    assert "which lies ahead" in (machine.clock.problem() or "")
    assert machine.clock.ahead()["watermark"] < 0


def test_a_clock_that_is_set_right_is_not_held_to_what_was_believed_wrongly() -> None:
    """The first start ever was with a clock ahead; later it is set: nobody else can tell."""
    machine = Machine(off=60 * DAY)
    machine.looks()
    machine.state = replace(machine.state, watermark=machine.now())
    machine.off = timedelta()
    machine.restarts()
    machine.looks()
    assert not machine.clock.trusted.is_set()
    assert machine.clock.agreed() == TRUE, "what may fire is by the earliest of all"
    machine.state = replace(machine.state, watermark=TRUE, vouched=TRUE)
    machine.looks()
    assert machine.clock.trusted.is_set() and machine.clock.now() == machine.true


def test_a_reading_that_is_old_is_no_witness_and_an_hour_later_none_at_all() -> None:
    machine = Machine()
    machine.looks()
    machine.reads("database", 2 * DAY)
    machine.waits(timedelta(minutes=5))
    machine.off = 2 * DAY
    assert machine.looks() is None
    machine.reads("database", -2 * DAY)
    assert machine.clock.differing()
    machine.waits(2 * HOUR)
    assert machine.clock.differing() == []


def test_the_count_of_another_start_of_a_machine_means_nothing() -> None:
    anchor = Anchor("another", 10.0, TRUE - 400 * DAY)
    machine = Machine(state=ClockState(watermark=TRUE - HOUR, anchor=anchor))
    machine.looks()
    assert machine.clock.trusted.is_set() and machine.clock.now() == TRUE

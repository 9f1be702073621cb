"""An outage is one line when it begins and one when it ends, however many loops meet it."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from broker.errors import BrokerUnavailable, NotTaken, StoreUnavailable, Unroutable
from consumers.runtime.outage_log import (
    BLOCKED,
    BROKER,
    PROBE,
    SETTLED,
    STORE,
    TOPOLOGY,
    WATCH_FAULT,
    OutageLog,
    fault_of,
    kind_of,
)


class Told:
    """An outage log by a clock that the test sets, and what it wrote."""

    def __init__(self, lines: list[structlog.types.EventDict]) -> None:
        self.seconds = 0.0
        self.lines = lines
        self.log = OutageLog(lambda: self.seconds)

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.seconds += 0.1
            self.log.look()

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]


@pytest.fixture
def told() -> Iterator[Told]:
    with capture_logs() as lines:
        yield Told(lines)


def test_an_outage_of_an_hour_that_three_loops_meet_is_two_lines(told: Told) -> None:
    loops = ("router work", "cases work", "escalations work")
    for second in range(3600):
        told.seconds = float(second)
        for who in loops:
            told.log.met(BROKER, who, f"refused at {second}")
    for who in loops:
        told.log.over(BROKER, who)
        told.seconds += 1
    told.passes(SETTLED + 1)
    begins, ends = told.lines
    assert begins == {
        "event": "broker.unavailable",
        "error": "refused at 0",
        "log_level": "warning",
    }
    assert ends["event"] == "broker.available"
    assert ends["log_level"] == "info"
    assert ends["seconds"] == pytest.approx(3601)
    assert ends["tries"] == 3 * 3600


def test_what_goes_away_again_before_it_settles_is_one_outage(told: Told) -> None:
    for _ in range(20):
        told.log.met(STORE, "router work", "away")
        told.passes(1)
        told.log.over(STORE, "router work")
        told.passes(SETTLED - 1)
    told.passes(SETTLED)
    assert told.events == ["store.unavailable", "store.available"]


def test_after_it_settled_the_next_one_is_news(told: Told) -> None:
    for _ in range(2):
        told.log.met(STORE, "router work", "away")
        told.log.over(STORE, "router work")
        told.passes(SETTLED + 1)
    assert told.events == ["store.unavailable", "store.available"] * 2


def test_a_broker_that_hangs_is_told_by_what_notices_it_first_and_not_again(told: Told) -> None:
    told.log.met(PROBE, "router probe", "no answer", part="router")
    told.passes(3)
    told.log.met(BROKER, "router work", "no heartbeat")
    told.log.over(BROKER, "router work")
    told.passes(SETTLED + 1)
    assert told.events == ["probe.missed"]
    told.log.over(PROBE, "router probe")
    told.passes(SETTLED + 1)
    assert told.events == ["probe.missed", "probe.passed"]


def test_a_topology_that_looks_damaged_while_the_broker_is_away_is_told_only_if_it_stays(
    told: Told,
) -> None:
    told.log.met(BROKER, "router work", "refused")
    told.log.met(TOPOLOGY, "topology watch", "no leader")
    told.log.over(TOPOLOGY, "topology watch")
    told.log.met(TOPOLOGY, "topology watch", "agency.dlh is missing")
    told.log.over(BROKER, "router work")
    told.passes(SETTLED + 1)
    assert told.events == ["broker.unavailable", "broker.available"]
    told.log.met(TOPOLOGY, "topology watch", "agency.dlh is missing", differences=1)
    assert told.lines[-1]["event"] == "topology.damaged"
    assert told.lines[-1]["log_level"] == "error"
    assert told.lines[-1]["differences"] == 1


def test_an_alarm_beside_a_lost_connection_is_told_by_itself(told: Told) -> None:
    told.log.met(BLOCKED, "router probe", "memory alarm", part="router")
    told.log.met(BROKER, "router work", "refused")
    assert told.events == ["broker.blocked", "broker.unavailable"]
    assert told.lines[0]["why"] == "memory alarm"


def test_a_loop_beside_the_work_that_tries_seldom_makes_no_outage_longer(told: Told) -> None:
    told.log.met(BROKER, "watch", "refused", beside=True)
    told.log.met(BROKER, "router work", "refused")
    told.passes(10)
    told.log.over(BROKER, "router work")
    told.passes(SETTLED + 1)
    assert told.events == ["broker.unavailable", "broker.available"]
    assert told.lines[-1]["seconds"] == pytest.approx(10)
    told.log.over(BROKER, "watch")
    assert len(told.lines) == 2


def test_what_only_such_a_loop_meets_ends_with_it(told: Told) -> None:
    told.log.met(STORE, "watch", "away", beside=True)
    told.passes(SETTLED + 5)
    assert told.events == ["store.unavailable"]
    told.log.over(STORE, "watch")
    told.passes(SETTLED + 1)
    assert told.events == ["store.unavailable", "store.available"]


def test_whoever_did_not_know_of_it_does_not_end_it(told: Told) -> None:
    told.log.met(STORE, "router work", "away")
    told.log.over(STORE, "cases work")
    told.passes(SETTLED + 1)
    assert told.events == ["store.unavailable"]


def test_a_process_that_leaves_says_what_has_ended_and_no_more(told: Told) -> None:
    told.log.met(STORE, "router work", "away")
    told.log.met(BROKER, "router work", "away")
    told.log.over(STORE, "router work")
    told.log.finish()
    assert told.events == ["store.unavailable", "broker.unavailable", "store.available"]


def test_a_fault_that_repeats_itself_is_told_once_for_each_loop(told: Told) -> None:
    for who in ("one", "two", "one", "two"):
        told.log.met(fault_of(WATCH_FAULT, who), who, "a traceback", beside=True)
    assert told.events == ["watch.failed", "watch.failed"]


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        (StoreUnavailable("away"), STORE),
        (BrokerUnavailable("away"), BROKER),
        (NotTaken("refused", ["1"]), BROKER),
        (Unroutable("no queue"), TOPOLOGY),
    ],
)
def test_what_was_raised_says_what_is_away(why: Exception, kind: Any) -> None:
    assert kind_of(why) is kind

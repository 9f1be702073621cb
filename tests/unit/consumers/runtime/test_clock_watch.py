"""The watch reads every clock, tells of what does not agree, and remembers what was believed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from broker.errors import BadConfiguration, BrokerUnavailable, StoreUnavailable
from broker.memory.cases import MemoryCaseStore
from broker.ports import ClockState, Mended
from consumers.runtime import clock_watch
from consumers.runtime.agreed_clock import AgreedClock
from consumers.runtime.clock_watch import ClockWatch, refuse_speed
from consumers.runtime.health import CLOCK, Health
from consumers.runtime.metrics import ClockMetrics
from gateway.desk import clocks as desk

TRUE = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Here:
    """A machine, a store and a RabbitMQ with a clock."""

    off: timedelta = timedelta()
    passed: float = 1000.0
    broker: datetime | Exception | None = None

    def __post_init__(self) -> None:
        self.store = MemoryCaseStore()
        self.clock = AgreedClock(self, self.seconds, "boot")
        self.health = Health()
        self.registry = CollectorRegistry()
        self.watch = ClockWatch(
            self.clock,
            self.store,
            self.read_broker,
            self.health,
            ClockMetrics(self.registry),
            keeps=True,
            seconds=self.seconds,
        )

    def seconds(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return TRUE + timedelta(seconds=self.passed - 1000) + self.off

    async def read_broker(self) -> tuple[datetime, bool] | None:
        if isinstance(self.broker, Exception):
            raise self.broker
        return None if self.broker is None else (self.broker, True)

    def ahead(self, clock: str) -> float | None:
        return self.registry.get_sample_value("pintu_clock_disagreement_seconds", {"clock": clock})


@pytest.fixture
def here() -> Here:
    return Here()


async def test_what_is_believed_first_is_remembered_by_who_keeps_cases(here: Here) -> None:
    await here.watch.look()
    assert (await here.store.clock_state()).anchor == here.clock.anchor is not None
    assert CLOCK not in here.health.wanting


@pytest.mark.parametrize("name", ["database", "broker"])
async def test_a_clock_that_differs_is_told_in_health_log_and_metric(here: Here, name: str) -> None:
    here.off = 60 * DAY
    if name == "database":
        here.store.database = TRUE
    else:
        here.broker = TRUE
    with capture_logs() as logs:
        for _ in range(3):
            await here.watch.look()
    [line] = [line for line in logs if line["event"] == "clock.disagrees"]
    assert line["log_level"] == "error" and "pintu clock mend" in line["mend"]
    assert f"clock of the {name}" in here.health.wanting[CLOCK]
    assert here.ahead(name) == pytest.approx((60 * DAY).total_seconds())
    here.off = timedelta()
    with capture_logs() as logs:
        await here.watch.look()
        here.health.outages.finish()
    assert [line["event"] for line in logs] == ["clock.agrees"]
    assert CLOCK not in here.health.wanting


@pytest.mark.parametrize("why", [BrokerUnavailable("away"), KeyError("a fault of ours")])
async def test_a_broker_whose_clock_cannot_be_read_is_none(here: Here, why: Exception) -> None:
    here.broker = why
    await here.watch.look()
    assert here.clock.trusted.is_set() and here.ahead("broker") is None


async def test_an_outage_of_the_store_leaves_what_was_believed(here: Here) -> None:
    await here.watch.look()
    here.store.away = True
    with pytest.raises(StoreUnavailable):
        await here.watch.look()
    assert here.clock.agreed() == here.now()


async def test_what_an_operator_says_is_taken_over_and_logged(here: Here) -> None:
    await here.watch.look()
    here.off = 60 * DAY
    await here.watch.look()
    assert here.clock.agreed() == TRUE
    await here.store.mend_clock(Mended(here.now(), "sri", "mesin dijeda dua bulan"))
    with capture_logs() as logs:
        await here.watch.look()
        here.health.outages.finish()
    assert {"clock.mended", "clock.leapt", "clock.agrees"} == {line["event"] for line in logs}
    assert here.clock.agreed() == here.now()
    assert "mesin" not in str(logs)


async def test_a_demonstration_that_took_the_store_ends_the_process(here: Here) -> None:
    await here.watch.look()
    await here.store.began(TRUE)
    with pytest.raises(BadConfiguration, match="demonstration"):
        await here.watch.look()


def test_cases_of_real_time_and_a_fast_clock_refuse_each_other_and_nothing_else_does() -> None:
    real, demo = ClockState(holds_cases=True), ClockState(holds_cases=True, began=TRUE)
    with pytest.raises(BadConfiguration, match="PINTU_CLOCK_SPEED is 100"):
        refuse_speed(real, 100.0)
    with pytest.raises(BadConfiguration, match="demonstration"):
        refuse_speed(replace(demo, holds_cases=False), 1.0)
    refuse_speed(real, 1.0)
    refuse_speed(demo, 100.0)
    refuse_speed(ClockState(), 1.0)
    refuse_speed(ClockState(), 100.0)


async def test_the_desk_does_not_vouch_for_clocks_that_differ(here: Here) -> None:
    here.off = 60 * DAY
    here.store.database = TRUE
    seen = await desk.look(here.store, here.clock, here.read_broker)
    assert "the database's says 2026-11-27T03:00:00+00:00" in (desk.objection(seen) or "")
    shown = {name: note for name, _, note in seen.rows()}
    assert shown["database"] == "60 d 00:00:00 behind this machine"
    assert shown["broker"].startswith("not read")


async def test_the_desk_vouches_for_clocks_that_agree(here: Here) -> None:
    async with here.store.transaction() as transaction:
        await transaction.advance_watermark(TRUE + 60 * DAY)
    seen = await desk.look(here.store, here.clock, here.read_broker)
    assert desk.objection(seen) is None
    shown = {name: note for name, _, note in seen.rows()}
    assert shown["watermark"] == "60 d 00:00:00 ahead of this machine"
    mended = await desk.mend(here.store, seen, "sri", "jam maju", here.now)
    assert (mended.at, mended.watermark) == (TRUE, TRUE + 60 * DAY)
    assert await here.store.watermark() == TRUE


def test_the_watch_looks_often_enough_for_readyz() -> None:
    assert clock_watch.LOOK_EVERY < 15

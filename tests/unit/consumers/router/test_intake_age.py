"""How old complaints are when they are routed: what a sender says of it is not always so."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from consumers.router.handler import Batch, Done
from consumers.router.observing import RouterCounts
from consumers.runtime.metrics import CommonMetrics, RouterMetrics

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Decided:
    agency: str | None = "dlh"


class Still:
    def now(self) -> datetime:
        return NOW


def counted(*submitted: datetime | None) -> CollectorRegistry:
    registry = CollectorRegistry()
    counts = RouterCounts(RouterMetrics(registry, ["web"]), CommonMetrics(registry), Still())
    decision = cast(Any, Decided())
    done = tuple(Done("web", moment, decision, (), uuid4()) for moment in submitted)
    routed = {uuid4(): one for one in done}
    counts(Batch(time.perf_counter(), len(done), routed, fresh=done))
    return registry


def value(registry: CollectorRegistry, name: str) -> float | None:
    return registry.get_sample_value(name)


def test_a_time_of_eleven_years_ago_is_no_age() -> None:
    registry = counted(NOW - timedelta(seconds=2), NOW - 11 * 365 * DAY)
    assert value(registry, "pintu_intake_age_seconds_count") == 2
    assert value(registry, "pintu_intake_age_seconds_sum") == pytest.approx(2, abs=1)
    assert value(registry, "pintu_intake_time_implausible_total") == 1


@pytest.mark.parametrize("submitted", [NOW + DAY, NOW - 8 * DAY, datetime.min.replace(tzinfo=UTC)])
def test_nor_is_one_in_the_future_or_more_than_a_week_back(submitted: datetime) -> None:
    registry = counted(submitted)
    assert value(registry, "pintu_intake_age_seconds_sum") == pytest.approx(0, abs=1)
    assert value(registry, "pintu_intake_time_implausible_total") == 1


def test_a_sender_whose_clock_is_a_little_ahead_counts_as_at_once() -> None:
    registry = counted(NOW + timedelta(seconds=90), None)
    assert value(registry, "pintu_intake_age_seconds_count") == 1
    assert value(registry, "pintu_intake_age_seconds_sum") == 0
    assert value(registry, "pintu_intake_time_implausible_total") == 0


def test_what_waited_through_an_outage_of_days_counts() -> None:
    registry = counted(NOW - 3 * DAY)
    assert value(registry, "pintu_intake_age_seconds_sum") == (3 * DAY).total_seconds()

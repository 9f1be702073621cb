"""Ages of what is in the case store are as of the scrape."""

import math
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from consumers.runtime.metrics import StoreMetrics

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Told:
    """The metrics by a clock that the test sets."""

    def __init__(self, speed: float = 1.0) -> None:
        self.now = NOW
        self.registry = CollectorRegistry()
        self.metrics = StoreMetrics(self.registry)
        self.metrics.tell(lambda: self.now, speed)

    def value(self, name: str) -> float:
        found = self.registry.get_sample_value(f"pintu_{name}_seconds")
        assert found is not None
        return found


def test_they_grow_while_the_store_is_away() -> None:
    told = Told()
    told.metrics.show(NOW - 60 * MINUTE, NOW - MINUTE, NOW - 2 * MINUTE)
    told.now += MINUTE
    assert told.value("triage_oldest") == 61 * 60
    assert told.value("watermark_age") == 2 * 60
    assert told.value("escalations_behind") == 3 * 60


def test_nothing_in_triage_and_nothing_due_is_nought_and_no_watermark_is_no_number() -> None:
    told = Told()
    assert told.value("triage_oldest") == 0
    assert told.value("escalations_behind") == 0
    assert math.isnan(told.value("watermark_age"))
    told.metrics.show(None, None, NOW + MINUTE)
    assert told.value("escalations_behind") == 0


def test_in_a_demonstration_what_takes_seconds_is_told_in_seconds() -> None:
    told = Told(speed=1000)
    told.metrics.show(NOW - MINUTE, NOW - 1000 * MINUTE, NOW - 2000 * MINUTE)
    assert told.value("watermark_age") == 60
    assert told.value("escalations_behind") == 120
    assert told.value("triage_oldest") == 60

"""Values counted a batch at a time show as if the library had counted them one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from consumers.runtime.histogram import BatchHistogram

BOUNDS = (0.001, 0.25, 1, 30, 86400)
amounts = st.lists(st.sampled_from(BOUNDS) | st.integers(0, 100_000).map(lambda n: n / 8))


@given(amounts, st.sampled_from(BOUNDS), st.integers(0, 5))
def test_a_page_of_metrics_is_the_same_to_the_byte(
    values: list[float], alike: float, times: int
) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    batch = BatchHistogram("pintu_seconds", "How long", BOUNDS, ours)
    single = Histogram("pintu_seconds", "How long", buckets=BOUNDS, registry=theirs)
    batch.observe(values)
    batch.observe_alike(alike, times)
    for value in [*values, *[alike] * times]:
        single.observe(value)
    # A sum may differ in its last bit: it is added up in another order.
    assert _without_sum(ours) == _without_sum(theirs)
    found, expected = (_sum(registry) for registry in (ours, theirs))
    assert abs(found - expected) <= 1e-9 * max(expected, 1.0)


def test_a_name_is_registered_once() -> None:
    registry = CollectorRegistry()
    BatchHistogram("pintu_seconds", "How long", BOUNDS, registry)
    with pytest.raises(ValueError, match="pintu_seconds"):
        BatchHistogram("pintu_seconds", "How long", BOUNDS, registry)


def _without_sum(registry: CollectorRegistry) -> list[str]:
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if not line.startswith("pintu_seconds_sum ")]


def _sum(registry: CollectorRegistry) -> float:
    value = registry.get_sample_value("pintu_seconds_sum")
    assert value is not None
    return value

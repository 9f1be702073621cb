"""The gauges of what the watch of the topology has seen."""

import math

from prometheus_client import CollectorRegistry

from consumers.runtime.metrics import TopologyMetrics


def test_a_few_queues_are_shown_and_the_longest_of_an_agency() -> None:
    registry = CollectorRegistry()
    metrics = TopologyMetrics(registry)
    seen = {"router.intake": 1, "cases": 2, "triage": 3, "parked": 4, "agency.a": 5, "agency.b": 6}

    def shown() -> dict[str, float]:
        return {
            sample.labels["queue"]: sample.value
            for metric in registry.collect()
            for sample in metric.samples
            if sample.name == "pintu_queue_messages"
        }

    metrics.show({**seen, "audit": 7, "channel.web": 8}, 0)
    assert shown() == {q: n for q, n in seen.items() if q != "agency.a"}
    metrics.show({"agency.a": 9}, 0)
    assert shown() == {"agency.a": 9}
    metrics.show({}, None)
    assert shown() == {}


def test_members_that_nobody_could_see_are_no_number() -> None:
    registry = CollectorRegistry()
    metrics = TopologyMetrics(registry)

    def missing() -> float:
        return registry.get_sample_value("pintu_queue_members_missing") or 0.0

    assert math.isnan(missing())
    metrics.show({}, 3)
    assert missing() == 3
    metrics.show({}, None)
    assert math.isnan(missing())

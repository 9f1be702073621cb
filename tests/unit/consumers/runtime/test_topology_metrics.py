"""The gauges of what the watch of the topology has seen."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from consumers.runtime.metrics import ParkedMetrics, TopologyMetrics


@dataclass(frozen=True)
class Seen:
    """What a look has shown."""

    messages: Mapping[str, int] = field(default_factory=dict)
    consumers: Mapping[str, int] = field(default_factory=dict)
    members_missing: int | None = 0


def samples(registry: CollectorRegistry, name: str) -> dict[tuple[str, ...], float]:
    """The samples of a metric by their labels."""
    return {
        tuple(sample.labels.values()): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == name
    }


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

    metrics.show(Seen({**seen, "audit": 7, "channel.web": 8}))
    assert shown() == {q: n for q, n in seen.items() if q != "agency.a"}
    metrics.show(Seen({"agency.a": 9}))
    assert shown() == {"agency.a": 9}
    metrics.show(Seen(members_missing=None))
    assert shown() == {}


def test_members_that_nobody_could_see_are_no_number() -> None:
    registry = CollectorRegistry()
    metrics = TopologyMetrics(registry)

    def missing() -> float:
        return registry.get_sample_value("pintu_queue_members_missing") or 0.0

    assert math.isnan(missing())
    metrics.show(Seen(members_missing=3))
    assert missing() == 3
    metrics.show(Seen(members_missing=None))
    assert math.isnan(missing())


def test_readers_of_our_queues_are_shown_also_where_there_are_none() -> None:
    registry = CollectorRegistry()
    metrics = TopologyMetrics(registry)
    readers = {"router.intake": 0, "cases": 2, "parked": 0, "triage": 1, "audit": 3}
    metrics.show(Seen(consumers={**readers, "agency.a": 1, "agency.b": 0, "channel.web": 2}))
    assert samples(registry, "pintu_queue_consumers") == {
        ("router.intake",): 0,
        ("cases",): 2,
        ("agency.a",): 1,
        ("channel.web",): 2,
    }


def test_parked_messages_are_told_apart_as_far_as_senders_let_one() -> None:
    registry = CollectorRegistry()
    metrics = ParkedMetrics(registry)
    metrics.show([("bad-json", "channel.web")] * 2 + [("no-text", "channel.sms")], unseen=4)
    assert samples(registry, "pintu_parked_messages") == {
        ("bad-json", "channel.web"): 2,
        ("no-text", "channel.sms"): 1,
        ("other", "other"): 4,
    }
    metrics.show(("bad-json", f"channel.c{n}") for n in range(1000))
    found = samples(registry, "pintu_parked_messages")
    assert len(found) <= 51
    assert sum(found.values()) == 1000
    metrics.show(())
    assert samples(registry, "pintu_parked_messages") == {}

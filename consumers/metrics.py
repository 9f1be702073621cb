"""The metrics of the contract, on a registry of their own. No complaint id, no citizen's data."""

from collections.abc import Collection
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.process_collector import ProcessCollector

from broker.domain.names import OTHER_CHANNEL

_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SLOW: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)

# The time at which each series began says nothing here and doubles the page.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there


class RouterMetrics:
    """What the router counts. A channel that the configuration does not know is ``other``."""

    def __init__(self, registry: CollectorRegistry, channels: Collection[str]) -> None:
        self._channels = frozenset(channels)
        self.received = Counter(
            "pintu_complaints_received_total",
            "Messages taken from the intake",
            ["channel"],
            registry=registry,
        )
        self.routed = Counter(
            "pintu_complaints_routed_total",
            "Complaints routed to an agency as its lead",
            ["agency"],
            registry=registry,
        )
        self.triaged = Counter(
            "pintu_complaints_triaged_total",
            "Complaints that a person at the desk has to decide",
            ["channel"],
            registry=registry,
        )
        self.duplicates = Counter(
            "pintu_duplicates_total",
            "Complaints routed before, acknowledged and not routed again",
            registry=registry,
        )
        self.routing = Histogram(
            "pintu_routing_seconds",
            "From delivery to confirmed",
            buckets=_FAST,
            registry=registry,
        )
        self.age = Histogram(
            "pintu_intake_age_seconds",
            "From submitted to routed",
            buckets=_SLOW,
            registry=registry,
        )
        for channel in (*sorted(self._channels), OTHER_CHANNEL):
            self.received.labels(channel)
            self.triaged.labels(channel)

    def channel(self, code: str) -> str:
        """The label for a channel: bounded by the configuration, whatever adapters invent."""
        return code if code in self._channels else OTHER_CHANNEL


class CommonMetrics:
    """What every long-running command counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.connected = Gauge(
            "pintu_broker_connected", "1 while connected to RabbitMQ", registry=registry
        )
        self.parked = Counter(
            "pintu_messages_parked_total",
            "Messages put aside, by the reason's code",
            ["reason"],
            registry=registry,
        )
        ProcessCollector(registry=registry)

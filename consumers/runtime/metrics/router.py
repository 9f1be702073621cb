"""What the router counts."""

from collections.abc import Collection
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
)

from broker.messaging.names import OTHER_CHANNEL
from consumers.runtime.histogram import BatchHistogram

_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SLOW: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)


class RouterMetrics:
    """What the router counts. A channel that the configuration does not know is ``other``."""

    def __init__(self, registry: CollectorRegistry, channels: Collection[str]) -> None:
        self._channels = frozenset[str]()
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
        self.unknown = Counter(
            "pintu_unknown_channel_complaints_total",
            "Complaints routed or triaged of channels that the configuration does not know: nobody"
            " hears of what becomes of them",
            registry=registry,
        )
        self.duplicates = Counter(
            "pintu_duplicates_total",
            "Complaints routed before, acknowledged and not routed again",
            registry=registry,
        )
        self.routing = BatchHistogram(
            "pintu_routing_seconds", "From delivery to confirmed", _FAST, registry
        )
        self.held_back = Counter(
            "pintu_router_held_back_seconds_total",
            "Waited for the case consumer, whose queue was long",
            registry=registry,
        )
        self.age = BatchHistogram(
            "pintu_intake_age_seconds", "From submitted to routed", _SLOW, registry
        )
        self.implausible = Counter(
            "pintu_intake_time_implausible_total",
            "Complaints whose time of submission lies in the future or over a week back: their age"
            " counts from when the router took them",
            registry=registry,
        )
        self.last_routed = Gauge(
            "pintu_last_routed_timestamp_seconds",
            "When a complaint was last routed or triaged, in seconds since 1970; 0 before the first"
            " since the process began",
            registry=registry,
        )
        self.know(channels)

    def know(self, channels: Collection[str]) -> None:
        """The channels of the configuration, each with its series from the beginning."""
        self._channels = frozenset(channels)
        for channel in (*sorted(self._channels), OTHER_CHANNEL):
            self.received.labels(channel)
            self.triaged.labels(channel)

    def channel(self, code: str) -> str:
        """The label for a channel: bounded by the configuration, whatever adapters invent."""
        return code if code in self._channels else OTHER_CHANNEL

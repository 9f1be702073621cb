"""The metrics of the contract, on a registry of their own. No complaint id, no citizen's data."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.process_collector import ProcessCollector

from broker.domain.case import Entry
from broker.messaging import names
from broker.messaging.names import OTHER_CHANNEL, TRIAGE
from consumers.runtime.health import Health
from consumers.runtime.histogram import BatchHistogram
from schemas import verbs

_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SLOW: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)
_WATCHED: Final = (names.ROUTER_QUEUE, names.CASES_QUEUE, names.TRIAGE_QUEUE, names.PARKED_QUEUE)
_AGENCIES: Final = names.agency_queue("")

# The time at which each series began says nothing here and doubles the page.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there


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


class CaseMetrics:
    """What the case consumer counts, and the gauges that it reads from the store."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.updates = Counter(
            "pintu_updates_total",
            "Updates from agencies, the desk and channels, by what became of them",
            ["verb", "outcome"],
            registry=registry,
        )
        self._cases = Gauge(
            "pintu_cases",
            "Cases by the agency that has them and their state, as the store knows them",
            ["agency", "state"],
            registry=registry,
        )
        self._overdue = Gauge(
            "pintu_cases_overdue",
            "Open cases past a deadline, by agency and clock, as the store knows them",
            ["agency", "clock"],
            registry=registry,
        )

    def show(
        self,
        cases: Iterable[tuple[str | None, str, int]],
        overdue: Iterable[tuple[str | None, str, int]],
    ) -> None:
        """What the store counts now; an agency that has none any more is not shown."""
        for gauge, found in ((self._cases, cases), (self._overdue, overdue)):
            gauge.clear()
            for agency, what, number in found:
                gauge.labels(agency or TRIAGE, what).set(number)


class RulesMetrics:
    """Which rules are in force, and what became of those that were to be."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reloads = Counter(
            "pintu_rules_reloads_total",
            "Times the configuration was read again, by what came of it",
            ["outcome"],
            registry=registry,
        )
        self._info = Gauge(
            "pintu_rules_info", "1 for the version in force", ["table"], registry=registry
        )
        self._refused = Gauge(
            "pintu_rules_refused",
            "1 while the configuration folder holds what was refused: a restart would fail",
            registry=registry,
        )
        for outcome in ("reloaded", "unchanged", "refused", "postponed"):
            self.reloads.labels(outcome)

    def show(self, version: str) -> None:
        """The version in force."""
        self._info.clear()
        self._info.labels(version).set(1)

    def reloaded(self, version: str) -> None:
        self.reloads.labels("reloaded").inc()
        self._refused.set(0)
        self.show(version)

    def unchanged(self) -> None:
        """The folder says what is in force, perhaps again."""
        self.reloads.labels("unchanged").inc()
        self._refused.set(0)

    def refused(self) -> None:
        self.reloads.labels("refused").inc()
        self._refused.set(1)


class EscalationMetrics:
    """Rungs that fired, whoever fired them: the escalations, or the cases before an update."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._fired = Counter(
            "pintu_escalations_total",
            "Rungs that fired",
            ["clock", "rung"],
            registry=registry,
        )
        self._lag = Histogram(
            "pintu_escalation_lag_seconds",
            "From the moment at which a rung was due to its event",
            buckets=_SLOW,
            registry=registry,
        )

    def count(self, history: Iterable[Entry]) -> int:
        """Count what these lines of history tell of; gives how many rungs."""
        rungs = 0
        for entry in history:
            clock = entry.detail.get("clock")
            if entry.what == verbs.ESCALATED:
                rung = entry.detail["rung"]
            elif entry.what == verbs.RESUMED and entry.who == "clock.waiting":
                rung = "coordinator"  # a hold that ends by itself is told to him
            else:
                continue
            rungs += 1
            self._fired.labels(clock, rung).inc()
            self._lag.observe(max((entry.recorded_at - entry.at).total_seconds(), 0.0))
        return rungs


class CommonMetrics:
    """What every long-running command counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.parked = Counter(
            "pintu_messages_parked_total",
            "Messages parked, by the reason's code",
            ["reason"],
            registry=registry,
        )
        ProcessCollector(registry=registry)


class HealthMetrics:
    """What /readyz tells, as numbers. ``part`` is ``router``, ``cases`` or ``escalations``;
    ``condition`` is a word of /readyz."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._connected = Gauge(
            "pintu_broker_connected",
            "1 while connected to a RabbitMQ that answers and takes publishes",
            registry=registry,
        )
        self._blocked = Gauge(
            "pintu_broker_blocked",
            "1 while RabbitMQ says that it takes no publishes: a memory or disk alarm",
            registry=registry,
        )
        self._ready = Gauge(
            "pintu_ready", "1 while everything holds that a part needs", ["part"], registry=registry
        )
        self._since = Gauge(
            "pintu_condition_since_seconds",
            "For how many seconds a condition has not held; 0 while it holds",
            ["part", "condition"],
            registry=registry,
        )

    def show(self, health: Health) -> None:
        """As it is now, of every part of the process."""
        self._connected.set(1 if health.connected else 0)
        self._blocked.set(0 if health.blocked is None else 1)
        for part in health.parts:
            wanting = health.seconds_wanting(part)
            self._ready.labels(part).set(all(since is None for since in wanting.values()))
            for condition, seconds in wanting.items():
                self._since.labels(part, condition).set(seconds or 0.0)


class ClockMetrics:
    """How far this machine's clock is from the others. ``clock`` is ``database``, ``broker``,
    ``elapsed`` (the seconds that have passed since it was believed) or ``watermark``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._disagreement = Gauge(
            "pintu_clock_disagreement_seconds",
            "By how much this machine's clock is ahead of another one; negative: behind it",
            ["clock"],
            registry=registry,
        )

    def show(self, ahead: Mapping[str, float]) -> None:
        """``ahead``: by clock, of those that can be read; a watermark only where it lies ahead."""
        self._disagreement.clear()
        for clock, seconds in ahead.items():
            self._disagreement.labels(clock).set(seconds)


class TopologyMetrics:
    """What the watch of the topology has seen on RabbitMQ at its last look."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._messages = Gauge(
            "pintu_queue_messages",
            "Messages in router.intake, cases, triage, parked and the longest queue of an agency",
            ["queue"],
            registry=registry,
        )
        self._members = Gauge(
            "pintu_queue_members_missing",
            "Members of quorum queues and streams that are offline or were never there; NaN where"
            " RabbitMQ's management API does not show them",
            registry=registry,
        )
        self.mended = Counter(
            "pintu_topology_mended_total",
            "Objects of the topology that were gone and declared again",
            registry=registry,
        )
        self._members.set(math.nan)

    def show(self, messages: Mapping[str, int], members_missing: int | None) -> None:
        """``messages``: by queue, of all queues that were seen."""
        self._members.set(math.nan if members_missing is None else members_missing)
        self._messages.clear()
        longest = max(
            (queue for queue in messages if queue.startswith(_AGENCIES)),
            key=lambda queue: messages[queue],
            default=None,
        )
        for queue in (*_WATCHED, longest):
            if queue is not None and queue in messages:
                self._messages.labels(queue).set(messages[queue])

"""What every process tells: what it parks, its rules, its health, its clocks and the topology."""

import math
from collections.abc import Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
)
from prometheus_client.process_collector import ProcessCollector

from broker.messaging import names
from consumers.runtime.health import Health

_WATCHED: Final = (names.ROUTER_QUEUE, names.CASES_QUEUE, names.TRIAGE_QUEUE, names.PARKED_QUEUE)
_AGENCIES: Final = names.agency_queue("")


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

"""What every process tells: what it is, what it parks, its rules, its health, its clocks."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
)
from prometheus_client.process_collector import ProcessCollector

from broker.domain.case import INTERNAL_ERROR
from consumers.runtime.health import Health

_DIGITS: Final = 16
"""Of a digest: enough to tell two folders apart."""


class CommonMetrics:
    """What every long-running command counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.parked = Counter(
            "pintu_messages_parked_total",
            "Messages parked, by the reason's code",
            ["reason"],
            registry=registry,
        )
        # From the beginning, so that the first one is seen to be more than none.
        self.parked.labels(INTERNAL_ERROR.reason)
        ProcessCollector(registry=registry)


class BuildMetrics:
    """Which program this is, by which configuration it works."""

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        self._version = version
        self._build = Gauge(
            "pintu_build_info",
            "1 for the version of this program and that of the rules in force",
            ["version", "rules"],
            registry=registry,
        )
        self._configuration = Gauge(
            "pintu_configuration_info",
            "1 for the digest of all files of the configuration in force",
            ["digest"],
            registry=registry,
        )

    def show(self, rules: str, digest: str | None) -> None:
        """``rules``: their version; ``digest``: of what they were read from, where it is known."""
        self._build.clear()
        self._build.labels(self._version, rules).set(1)
        self._configuration.clear()
        if digest is not None:
            self._configuration.labels(digest[:_DIGITS]).set(1)


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

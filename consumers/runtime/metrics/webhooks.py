"""What is counted of webhooks, by endpoint: that is the name of a queue, never an address."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from broker.ports.webhooks import Backlog, Endpoint

_STATES = ("active", "paused", "off")
_OUTCOMES = ("delivered", "failed", "parked", "gone")


class WebhookMetrics:
    """Backlogs as of the last look at the store; ages by ``now``, which goes ``speed`` times faster
    than seconds pass. Several processes see the same: take the maximum, not the sum."""

    def __init__(
        self, registry: CollectorRegistry, now: Callable[[], datetime], speed: float = 1.0
    ) -> None:
        self._now, self._speed = now, speed
        self._tries = Counter(
            "pintu_webhook_deliveries_total",
            "Tries to deliver an event, by endpoint and what came of it: delivered, failed (tried"
            " again later), parked, gone (410, the endpoint is off)",
            ["endpoint", "outcome"],
            registry=registry,
        )
        self._waiting = Gauge(
            "pintu_webhook_waiting",
            "Events taken out of the queue that an endpoint has not received yet",
            ["endpoint"],
            registry=registry,
        )
        self._oldest = Gauge(
            "pintu_webhook_oldest_waiting_seconds",
            "For how long the oldest of these waits; 0 for none",
            ["endpoint"],
            registry=registry,
        )
        self._states = Gauge(
            "pintu_webhook_endpoints",
            "Endpoints by state: active, paused (by an operator), off (answered 410)",
            ["state"],
            registry=registry,
        )
        self._known: set[str] = set()

    def tried(self, endpoint: str, outcome: str) -> None:
        """One try is over."""
        self._tries.labels(endpoint, outcome).inc()

    def show(self, endpoints: Collection[Endpoint], backlog: Sequence[Backlog]) -> None:
        """What the store says now."""
        for state in _STATES:
            self._states.labels(state).set(sum(one.state == state for one in endpoints))
        waiting = {one.endpoint: one for one in backlog}
        named = {one.name for one in endpoints} | waiting.keys()
        for gone in self._known - named:
            self._waiting.remove(gone)
            self._oldest.remove(gone)
        self._known = named
        for name in named:
            for outcome in _OUTCOMES:  # Prometheus sees no growth of what begins with one
                self._tries.labels(name, outcome)
            one = waiting.get(name)
            self._waiting.labels(name).set(one.waiting if one else 0)
            age = (self._now() - one.oldest).total_seconds() / self._speed if one else 0.0
            self._oldest.labels(name).set(max(age, 0.0))

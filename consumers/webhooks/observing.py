"""What is counted and logged of deliveries: a line when an endpoint begins to fail and when it is
back, not one for each try."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from broker.ports.webhooks import Delivery
from consumers.runtime.metrics import WebhookMetrics

log = structlog.get_logger()


_SETTLED = 60.0
"""Seconds without a failure after which an endpoint that takes events works again: one that fails
now and then makes two lines, not two for each time."""


@dataclass(slots=True)
class _Failing:
    failed: int
    last: float


class Observer:
    """No id of a case and no address in a line: an address may have a secret in it.

    ``seconds``: a clock that never jumps.
    """

    def __init__(
        self, metrics: WebhookMetrics, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._metrics = metrics
        self._seconds = seconds
        self._failing: dict[str, _Failing] = {}

    def delivered(self, delivery: Delivery) -> None:
        name = delivery.endpoint
        self._metrics.tried(name, "delivered")
        known = self._failing.get(name)
        if known is not None and self._seconds() - known.last > _SETTLED:
            del self._failing[name]
            log.info("webhooks.works", endpoint=name, failed=known.failed)

    def failed(self, delivery: Delivery, why: str) -> None:
        name = delivery.endpoint
        self._metrics.tried(name, "failed")
        known = self._failing.get(name)
        if known is None:
            log.warning("webhooks.fails", endpoint=name, why=why)
            known = self._failing[name] = _Failing(0, 0.0)
        known.failed += 1
        known.last = self._seconds()

    def parked(self, delivery: Delivery, why: str) -> None:
        self._metrics.tried(delivery.endpoint, "parked")
        log.error(
            "webhooks.parked",
            endpoint=delivery.endpoint,
            event_type=delivery.type,
            tries=delivery.tries + 1,
            why=why,
        )

    def gone(self, endpoint: str) -> None:
        self._metrics.tried(endpoint, "gone")
        log.error("webhooks.off", endpoint=endpoint)

    def unreadable(self, endpoint: str, reason: str) -> None:
        log.error("webhooks.unreadable", endpoint=endpoint, reason=reason)

    def lost(self, endpoint: str) -> None:
        log.warning("webhooks.lost", endpoint=endpoint)

    def shared(self, endpoint: str, consumers: int) -> None:
        log.warning("webhooks.shared", endpoint=endpoint, consumers=consumers)

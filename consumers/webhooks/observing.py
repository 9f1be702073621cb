"""What is counted and logged of deliveries: a line when an endpoint begins to fail and when it is
back, not one for each try."""

import structlog

from broker.ports.webhooks import Delivery
from consumers.runtime.metrics import WebhookMetrics

log = structlog.get_logger()


class Observer:
    """No id of a case and no address in a line: an address may have a secret in it."""

    def __init__(self, metrics: WebhookMetrics) -> None:
        self._metrics = metrics
        self._failing: dict[str, int] = {}

    def delivered(self, delivery: Delivery) -> None:
        self._metrics.tried(delivery.endpoint, "delivered")
        failed = self._failing.pop(delivery.endpoint, 0)
        if failed:
            log.info("webhooks.works", endpoint=delivery.endpoint, failed=failed)

    def failed(self, delivery: Delivery, why: str) -> None:
        self._metrics.tried(delivery.endpoint, "failed")
        if delivery.endpoint not in self._failing:
            log.warning("webhooks.fails", endpoint=delivery.endpoint, why=why)
        self._failing[delivery.endpoint] = self._failing.get(delivery.endpoint, 0) + 1

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

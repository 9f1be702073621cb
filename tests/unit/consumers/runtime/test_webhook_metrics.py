"""What is shown of webhooks."""

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from broker.ports.webhooks import Backlog, Endpoint
from consumers.runtime.metrics import WebhookMetrics

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DLH = Endpoint("agency.dlh", "https://dlh.example/", b"s", NOW)


def test_what_has_not_happened_yet_is_there_as_zero_so_that_its_growth_is_seen() -> None:
    registry = CollectorRegistry()
    metrics = WebhookMetrics(registry, lambda: NOW)
    metrics.show([DLH], [])
    for outcome in ("delivered", "failed", "parked", "gone"):
        labels = {"endpoint": "agency.dlh", "outcome": outcome}
        assert registry.get_sample_value("pintu_webhook_deliveries_total", labels) == 0


def test_backlogs_are_those_of_the_last_look_and_go_with_their_endpoint() -> None:
    registry = CollectorRegistry()
    metrics = WebhookMetrics(registry, lambda: NOW)
    labels = {"endpoint": "agency.dlh"}

    def shown(name: str) -> float | None:
        return registry.get_sample_value(f"pintu_webhook_{name}", labels)

    metrics.show([DLH], [Backlog("agency.dlh", 3, NOW - timedelta(hours=2), NOW)])
    assert (shown("waiting"), shown("oldest_waiting_seconds")) == (3, 7200)
    metrics.show([DLH], [])
    assert (shown("waiting"), shown("oldest_waiting_seconds")) == (0, 0)
    metrics.show([], [])
    assert (shown("waiting"), shown("oldest_waiting_seconds")) == (None, None)
    assert registry.get_sample_value("pintu_webhook_endpoints", {"state": "active"}) == 0

"""When certificates end."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge


class CertificateMetrics:
    """Certificates by which this process reaches RabbitMQ. ``of`` is ``broker`` (what RabbitMQ
    shows, the one that ends first of several nodes) or ``client`` (this process's own)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ends = Gauge(
            "pintu_certificate_end_timestamp_seconds",
            "When a certificate ends, in seconds since 1970; none where there is no TLS",
            ["of"],
            registry=registry,
        )

    def show(self, ends: Mapping[str, datetime]) -> None:
        """What was seen now; one that could not be seen stays as it was."""
        for of, moment in ends.items():
            self._ends.labels(of).set(moment.timestamp())

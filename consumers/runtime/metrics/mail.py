"""What is counted of mails."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from broker.ports import Waiting

KINDS: Final = ("complaints", "news", "escalations")
OUTCOMES: Final = ("sent", "again", "refused", "expired", "without-contact")


class MailMetrics:
    """By kind of event, never by whom: an address is somebody's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._mails = Counter(
            "pintu_mails_total",
            "Mails by kind of event, and by what became of them",
            ["kind", "outcome"],
            registry=registry,
        )
        self._waiting = Gauge(
            "pintu_mails_waiting", "Mails that are to be sent", ["kind"], registry=registry
        )
        self._oldest = Gauge(
            "pintu_mail_oldest_seconds",
            "For how long the mail has been due that has waited longest",
            ["kind"],
            registry=registry,
        )
        self._server = Gauge(
            "pintu_smtp_up",
            "1 while the mail server answers, 0 while it is away",
            registry=registry,
        )
        for kind in KINDS:
            for outcome in OUTCOMES:
                self._mails.labels(kind, outcome)

    def became(self, kind: str, outcome: str) -> None:
        """One mail was tried."""
        self._mails.labels(kind, outcome).inc()

    def server(self, up: bool) -> None:
        """Whether the server can be used."""
        self._server.set(1 if up else 0)

    def show(self, waiting: Iterable[Waiting], now: datetime) -> None:
        """What waits."""
        found = {one.kind: one for one in waiting}
        for kind in KINDS:
            one = found.get(kind)
            late = (now - one.due_since).total_seconds() if one else 0.0
            self._waiting.labels(kind).set(one.mails if one else 0)
            self._oldest.labels(kind).set(max(0.0, late))

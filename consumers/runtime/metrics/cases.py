"""What the case consumer and the escalations count."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
)

from broker.domain.case import Entry
from broker.messaging.names import TRIAGE
from schemas import verbs

_SLOW: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)


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

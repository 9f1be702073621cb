"""How long what is in the case store has waited."""

import math
from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge

Now = Callable[[], datetime]


class StoreMetrics:
    """Ages as of the scrape, of what the store said last: they grow on while it is away. The cases
    and the escalations look: take the maximum of them, not the sum."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._now: Now | None = None
        self._speed = 1.0
        self._triage: datetime | None = None
        self._watermark: datetime | None = None
        self._due: datetime | None = None
        Gauge(
            "pintu_triage_oldest_seconds",
            "For how long the case that has waited longest for the desk is in triage; 0 for none",
            registry=registry,
        ).set_function(lambda: self._since(self._triage) or 0.0)
        Gauge(
            "pintu_watermark_age_seconds",
            "How long ago the case consumer had read everything that lay in its queue; NaN before"
            " the first time",
            registry=registry,
        ).set_function(lambda: self._since(self._watermark, math.nan) / self._speed)
        Gauge(
            "pintu_escalations_behind_seconds",
            "For how long the oldest thing that is due waits to be fired; 0 where nothing is",
            registry=registry,
        ).set_function(lambda: self._since(self._due) / self._speed)

    def tell(self, now: Now, speed: float = 1.0) -> None:
        """By this clock, which goes so many times faster than seconds pass: a watermark comes back
        in real seconds however fast it goes."""
        self._now, self._speed = now, speed

    def show(
        self, triage: datetime | None, watermark: datetime | None, due: datetime | None
    ) -> None:
        """What the store holds now: since when the oldest case is in triage, up to when everything
        was read, when something falls due next."""
        self._triage, self._watermark, self._due = triage, watermark, due

    def _since(self, moment: datetime | None, none: float = 0.0) -> float:
        if moment is None or self._now is None:
            return none
        return max((self._now() - moment).total_seconds(), 0.0)

"""A histogram that takes the values of a whole batch at once; the library's takes one by one."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf
from threading import Lock

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class BatchHistogram(Collector):
    """Shows on /metrics what ``prometheus_client.Histogram`` would show.

    ``buckets``: upper bounds, rising, the infinite one left out.
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        buckets: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds = [*map(float, buckets), inf]
        self._counts = [0] * len(self._bounds)
        self._sum = 0.0
        self._lock = Lock()
        registry.register(self)

    def observe(self, amounts: Iterable[float]) -> None:
        """Count values, each for itself."""
        bounds, counts = self._bounds, self._counts
        with self._lock:
            for amount in amounts:
                counts[bisect_left(bounds, amount)] += 1
                self._sum += amount

    def observe_alike(self, amount: float, times: int) -> None:
        """Count one value so many times."""
        with self._lock:
            self._counts[bisect_left(self._bounds, amount)] += times
            self._sum += amount * times

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """Its name and kind, without a value: what the registry asks for."""
        return [HistogramMetricFamily(self._name, self._documentation)]

    def collect(self) -> Iterable[HistogramMetricFamily]:
        with self._lock:
            upto, total = list(accumulate(self._counts)), self._sum
        buckets = [
            (floatToGoString(bound), float(count))  # type: ignore[no-untyped-call]  # untyped there
            for bound, count in zip(self._bounds, upto, strict=True)
        ]
        return [HistogramMetricFamily(self._name, self._documentation, buckets, total)]

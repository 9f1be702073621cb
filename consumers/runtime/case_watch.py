"""Looks, beside the work, how long what is in the case store has waited."""

from functools import partial
from typing import Final

from broker.ports import CaseStore, TimeSource
from consumers.runtime.metrics import StoreMetrics
from consumers.runtime.service import Service

_LOOK_EVERY: Final = 10.0


async def watch_ages(service: Service, store: CaseStore, clock: TimeSource) -> None:
    """Look until the service is told to stop. Of several parts of a process one is enough, but each
    knows only itself: they tell the same."""
    metrics = service.store_metrics()
    metrics.tell(clock.now, service.settings.clock_speed)
    await service.every(_LOOK_EVERY, partial(_look, store, metrics))


async def _look(store: CaseStore, metrics: StoreMetrics) -> None:
    metrics.show(await store.oldest_in_triage(), await store.watermark(), await store.next_due())

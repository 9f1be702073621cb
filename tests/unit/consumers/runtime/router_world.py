"""A router on a memory broker with the shipped topology."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from prometheus_client import CollectorRegistry

from broker.memory import MemoryBroker, MemoryJournal
from broker.messaging import names
from broker.messaging.topology import topology
from config.loading import load_rules
from config.loading.clocks import load_clocks
from consumers.router import RouterHandler
from consumers.router.observing import RouterCounts, log_batch
from consumers.runtime.health import Health
from consumers.runtime.log_sample import EVERY
from consumers.runtime.metrics import CommonMetrics, RouterMetrics
from consumers.runtime.middleware import Observed
from consumers.runtime.worker import Worker
from schemas.properties import Properties
from tests.support.builders import an_event
from tests.support.eventually import PATIENCE

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RULES = load_rules(None)
CLOCKS = load_clocks(None)


class Frozen:
    def now(self) -> datetime:
        return NOW


class World:
    """A memory broker with the shipped topology, and a router that can be started and stopped."""

    def __init__(self) -> None:
        wanted = topology(RULES.agencies, RULES.channels, broker_version=(3, 10, 8))
        self.broker = MemoryBroker(wanted)
        self.journal = MemoryJournal()
        self.registry = CollectorRegistry()
        self.health = Health()
        self.log_sample = EVERY
        self.skipped = 0.0
        """Seconds by which the loop's clock is ahead of the machine's."""
        ids = iter(range(10**6))
        self.handler = RouterHandler(
            RULES,
            CLOCKS,
            self.journal,
            Frozen(),
            new_id=lambda: f"fresh-{next(ids)}",
        )
        metrics = RouterMetrics(self.registry, RULES.channels)
        self.counts = RouterCounts(metrics, CommonMetrics(self.registry), Frozen())

    @asynccontextmanager
    async def routing(self) -> AsyncIterator[asyncio.Event]:
        """While the router runs; gives its stop signal."""
        stop = asyncio.Event()
        handler = Observed(self.handler, self.counts, partial(log_batch, sample=self.log_sample))
        worker = Worker(
            self.broker,
            names.ROUTER_QUEUE,
            handler,
            self.health,
            stop,
            seconds=self.seconds,
        )
        running = asyncio.create_task(worker.run())
        try:
            yield stop
        finally:
            stop.set()
            await asyncio.wait_for(running, PATIENCE)

    def seconds(self) -> float:
        return time.monotonic() + self.skipped

    def submit(self, body: object, **properties: object) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        properties = {"content_type": "application/cloudevents+json"} | properties
        self.broker.put(names.INTAKE, "web", raw, Properties(**properties))  # type: ignore[arg-type]  # a test's shorthand

    def depth(self, queue: str) -> int:
        return len(self.broker.queues[queue].ready)

    def value(self, metric: str, **labels: str) -> float:
        return self.registry.get_sample_value(metric, labels) or 0.0


def picked(id: str, agency: str = "pln") -> dict[str, object]:
    return an_event(id, agency=agency)

"""What tracing costs a complaint: µs of CPU, off and with more and more of them sampled.

    python -m bench.tracing_cpu [--complaints N] [--batch B]

Router and case consumer, each with its store in SQLite and its observers, without a broker. The
ways take turns batch by batch in one process, each with handlers and stores of its own: ``off``
(as without OTEL_ variables), ``none`` (on, nothing sampled), ``1 in 100`` and ``all``. Spans are
put into OTLP's form, as they would be sent, and dropped. Nothing is asserted.

What the code itself costs where tracing is off, beside a checkout of before:
``python -m bench.router_cpu --beside TREE`` and ``python -m bench.cases_cpu --before TREE``.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler, TraceIdRatioBased
from prometheus_client import CollectorRegistry

from bench.router_cpu import messages
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from config.loading import load_rules
from config.loading.clocks import load_clocks
from config.logging import configure_logging
from consumers.cases import CaseHandler
from consumers.cases.observing import CaseCounts
from consumers.cases.observing import log_batch as log_cases
from consumers.cases.watermark import Watermarks
from consumers.router import RouterHandler
from consumers.router.observing import RouterCounts, log_batch
from consumers.runtime.clock import SystemClock
from consumers.runtime.isolating import Handler
from consumers.runtime.metrics import CaseMetrics, CommonMetrics, EscalationMetrics, RouterMetrics
from consumers.runtime.middleware import Observed, Traced
from consumers.runtime.tracing.keys import SafeKeys
from consumers.runtime.tracing.spans import Spans
from schemas.properties import Properties

WAYS: dict[str, Sampler | None] = {
    "off": None,
    "none": ALWAYS_OFF,
    "1 in 100": TraceIdRatioBased(0.01),
    "all": ALWAYS_ON,
}
WARM = 2  # batches before the first that counts


class _Drop(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        encode_spans(spans).SerializeToString()
        return SpanExportResult.SUCCESS


class Way:
    """A router and a case consumer, traced in one way."""

    def __init__(self, sampler: Sampler | None) -> None:
        self._provider = None
        if sampler is not None:
            self._provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
            self._provider.add_span_processor(BatchSpanProcessor(_Drop(), max_queue_size=100_000))
        self.router: list[float] = []
        self.cases: list[float] = []
        self._stack = AsyncExitStack()

    async def open(self, folder: Path) -> None:
        rules, clocks, clock = load_rules(None), load_clocks(), SystemClock()
        registry = CollectorRegistry()
        common, escalations = CommonMetrics(registry), EscalationMetrics(registry)
        folder.mkdir()
        journal = await open_journal(f"sqlite:///{folder}/journal.db")
        store = await open_case_store(f"sqlite:///{folder}/cases.db")
        self._stack.push_async_callback(journal.close)
        self._stack.push_async_callback(store.close)
        keys = SafeKeys()
        keys.use(rules)
        counts = RouterCounts(RouterMetrics(registry, rules.channels), common, clock)
        router = RouterHandler(rules, clocks, journal, clock, new_id=str)
        self._router = self._traced(Observed(router, counts, log_batch), names.ROUTER_QUEUE, keys)
        marks = Watermarks("bench", asyncio.get_running_loop().time, every=3600.0)
        cases = CaseHandler(rules, clocks, store, marks, clock)
        await cases.check()
        kept = CaseCounts(CaseMetrics(registry), escalations, common)
        self._cases = self._traced(Observed(cases, kept, log_cases), names.CASES_QUEUE, keys)

    async def close(self) -> None:
        await self._stack.aclose()

    async def takes(self, batch: Sequence[Incoming], counts: bool) -> None:
        """A batch of complaints, and then of what the cases get of it."""
        began = time.process_time()
        published = await self._done(self._router, batch)
        routed = time.process_time()
        arriving = [_arrived(one) for one in published if one.exchange == names.EVENTS]
        again = time.process_time()
        await self._done(self._cases, arriving)
        ended = time.process_time()
        if counts:
            self.router.append((routed - began) / len(batch) * 1e6)
            self.cases.append((ended - again) / len(batch) * 1e6)

    async def _done(self, handler: Handler[Any], batch: Sequence[Incoming]) -> list[Outgoing]:
        prepared = await handler.prepare(batch)
        async with handler.transaction(prepared) as outgoing:
            published = list(outgoing)
        if self._provider is not None:
            self._provider.force_flush()
        return published

    def _traced(self, handler: Handler[Any], queue: str, keys: SafeKeys) -> Handler[Any]:
        if self._provider is None:
            return handler
        return Traced(handler, Spans(self._provider.get_tracer("bench"), queue, keys))


def _arrived(event: Outgoing) -> Incoming:
    properties = Properties(
        content_type=event.content_type,
        headers=event.headers,
        message_id=event.message_id,
        type=event.type,
    )
    return Incoming(event.body, event.exchange, event.routing_key, properties, False, 1)


async def measured(complaints: int, size: int, folder: Path) -> dict[str, Way]:
    """Every way, with what each batch took."""
    ways = {name: Way(sampler) for name, sampler in WAYS.items()}
    for number, way in enumerate(ways.values()):
        await way.open(folder / str(number))
    arriving = messages([])
    gc.collect()
    gc.freeze()
    for number in range(WARM + complaints // size):
        batch = list(islice(arriving, size))
        order = list(ways.values())
        for way in order if number % 2 == 0 else reversed(order):
            gc.collect()
            await way.takes(batch, number >= WARM)
    for way in ways.values():
        await way.close()
    return ways


def main() -> None:
    arguments: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--complaints", type=int, default=8_000)
    arguments.add_argument("--batch", type=int, default=200)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with (folder / "log").open("w", buffering=1, encoding="utf-8") as log:
            told, sys.stderr = sys.stderr, log
            try:
                configure_logging("json")
                ways = uvloop.run(measured(given.complaints, given.batch, folder))
            finally:
                sys.stderr = told
    print(f"{'µs of CPU a complaint':24}{'router':>10}{'cases':>10}{'to off':>10}")
    off = median(ways["off"].router) + median(ways["off"].cases)
    for name, way in ways.items():
        router, cases = median(way.router), median(way.cases)
        print(f"{name:24}{router:10.1f}{cases:10.1f}{(router + cases) / off:10.2f}")


if __name__ == "__main__":
    main()

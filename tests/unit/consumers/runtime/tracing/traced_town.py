"""Router, cases and escalations in memory, each with spans, which are kept."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler

from broker.memory import MemoryBroker, MemoryCaseStore, MemoryJournal, Message
from broker.messaging import names
from broker.messaging.topology import topology
from config.loading import load_rules
from config.loading.clocks import load_clocks
from consumers.runtime.middleware import Traced
from consumers.runtime.tracing.keys import SafeKeys
from consumers.runtime.tracing.spans import Spans
from schemas.properties import Properties
from tests.acceptance.program import TOWN
from tests.support.by_hand import ByHand, Hand

RULES: Final = load_rules(TOWN)
MONDAY: Final = datetime(2025, 2, 3, 2, 0, tzinfo=UTC)


class TracedTown(ByHand):
    """``spans`` are those that ended, in that order."""

    def __init__(self, sampler: Sampler | None = None) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._tracer = provider.get_tracer("test")
        broker = MemoryBroker(topology(RULES.agencies, RULES.channels, broker_version=(4, 0)))
        clock = Hand(MONDAY)
        super().__init__(broker, MemoryJournal(), MemoryCaseStore(), RULES, load_clocks(), clock)

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def forget(self) -> None:
        self._exporter.clear()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def submits(self, text: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        """A complaint by the channel ``web``; its id is the text."""
        body = {"text": text, **more}
        self.put(
            names.INTAKE,
            "web",
            json.dumps(body).encode(),
            Properties("application/json", headers=headers or {}, message_id=text),
        )

    def says(self, about: Message, verb: str, headers: Mapping[str, str] | None = None) -> None:
        """The agency ``dlh`` about an event that it got."""
        event = json.loads(about.body)
        update = {"complaint_id": event["subject"]}
        self.put(
            names.UPDATES,
            f"agency.dlh.{verb}",
            json.dumps(update).encode(),
            Properties("application/json", headers=headers or {}, message_id=f"{verb} of Ani"),
        )

    def heard(self, queue: str, verb: str) -> Message:
        [one] = [m for m in self.broker.queues[queue].ready if m.routing_key.startswith(f"{verb}.")]
        return one

    def _start(self) -> None:
        super()._start()
        self.router = self._traced(self.router, names.ROUTER_QUEUE)
        self.cases = self._traced(self.cases, names.CASES_QUEUE)
        self._plain, self.escalations = (
            self.escalations,
            self._traced(self.escalations, "escalations"),
        )

    async def escalate(self, **_: Any) -> bool:
        batch: Any = await self.escalations.prepare([])
        if batch.prepared.upto is None:
            return False
        async with self.escalations.transaction(batch) as outgoing:
            await self._publish(outgoing, None)
        return True

    def _traced(self, handler: Any, queue: str) -> Any:
        return Traced(handler, Spans(self._tracer, queue, SafeKeys(RULES.agencies, RULES.channels)))

"""The consumers' handlers as wholes, on a broker and stores in memory.

They catch what the program fails on and park that message; here each such failure is a finding.
"""

import asyncio
import json
import struct
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from broker.memory import MemoryBroker
from broker.memory.cases import MemoryCaseStore
from broker.memory.journal import MemoryJournal
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.reply_to import node_of
from broker.messaging.topology import topology
from consumers.cases import CaseHandler
from consumers.cases.observing import CaseCounts
from consumers.cases.observing import log_batch as log_changed
from consumers.cases.watermark import Watermarks
from consumers.router.handler import RouterHandler
from consumers.router.observing import RouterCounts
from consumers.router.observing import log_batch as log_routed
from consumers.runtime.metrics import CaseMetrics, CommonMetrics, EscalationMetrics, RouterMetrics
from consumers.runtime.middleware import Observed
from tests.fuzz.mutating import Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.fuzz.targets.cases import an_update_of
from tests.fuzz.targets.messages import a_complaint, an_event, an_update, routed
from tests.fuzz.targets.world import NOW, clocks, message, publishable, rules

_failed: list[str] = []


class _Now:
    def now(self) -> Any:
        return NOW


class Place:
    """One loop, one set of metrics; stores are new for each input."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        registry = CollectorRegistry()
        self.common = CommonMetrics(registry)
        self.router = RouterMetrics(registry, rules().channels)
        self.cases = CaseMetrics(registry)
        self.escalations = EscalationMetrics(registry)
        self.topology = topology(rules().agencies, rules().channels, broker_version=(3, 10, 8))
        self.broker = MemoryBroker(self.topology)


@cache
def place() -> Place:
    return Place()


def _note_failures(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if str(event.get("event")).endswith(".failed"):
        _failed.append(str(event.get("traceback")))
    raise structlog.DropEvent


def _run(work: Any) -> None:
    """With every failure that the handlers would log and live with."""
    structlog.configure(processors=[_note_failures], cache_logger_on_first_use=False)
    _failed.clear()
    place().loop.run_until_complete(work)
    assert not _failed, f"the program fails on it: {_failed[0]}"


def some_complaints(maker: Maker) -> bytes:
    return joined([a_complaint(maker) for _ in range(maker.random.randrange(1, 4))])


def route(data: bytes) -> None:
    batch = [message(one, names.INTAKE, tag) for tag, one in enumerate(split(data), 1)]
    _run(_route(batch))


async def _route(batch: Sequence[Incoming]) -> None:
    here = place()
    handler = Observed(
        RouterHandler(rules(), clocks(), MemoryJournal(), _Now(), lambda: "fresh"),
        RouterCounts(here.router, here.common, _Now()),
        log_routed,
    )
    async with handler.transaction(await handler.prepare(batch)) as outgoing:
        _publish(outgoing)
        assert len(outgoing) >= (1 if batch else 0)


def some_of_a_case(maker: Maker) -> bytes:
    """Messages of the queue of the cases: each says whether it is an event of ours."""
    random = maker.random
    which = random.randrange(len(routed()))
    first = routed()[which]
    code = json.loads(first.body)["data"]["tracking"]
    parts = [b"\1" + _as_parts(first)] if random.random() < 0.8 else []
    subject = first.body.partition(b'"subject":"')[2][:36].decode()
    for _ in range(random.randrange(1, 4)):
        kind = random.random()
        if kind < 0.5:
            name = subject if random.random() < 0.6 else code
            parts.append(b"\0" + an_update_of(maker, name, "dishub"))
        elif kind < 0.7:
            parts.append(b"\0" + an_update(maker))
        else:
            parts.append(b"\1" + an_event(maker))
    random.shuffle(parts)
    return joined(parts)


def _as_parts(incoming: Incoming) -> bytes:
    header = struct.pack(">HHQH", 60, 0, 0, 0)
    return joined([incoming.routing_key.encode(), header, incoming.body])


def keep_cases(data: bytes) -> None:
    batch = [
        message(one[1:], names.EVENTS if one[:1] == b"\1" else names.UPDATES, tag)
        for tag, one in enumerate(split(data), 1)
    ]
    _run(_keep_cases(batch))


async def _keep_cases(batch: Sequence[Incoming]) -> None:
    here = place()
    watermarks = Watermarks("i", asyncio.get_running_loop().time)
    store = MemoryCaseStore()
    handler = Observed(
        CaseHandler(rules(), clocks(), store, watermarks, _Now()),
        CaseCounts(here.cases, here.escalations, here.common),
        log_changed,
    )
    await handler.check()
    for part in (batch, batch):  # whatever comes twice
        prepared = await handler.prepare(part)
        async with handler.transaction(prepared) as outgoing:
            _publish(outgoing)
            assert all(out.exchange or out.routing_key == names.CASES_QUEUE for out in outgoing)
        if prepared.done is not None:
            _answer(part, prepared.done.case_batch.receipts)


def _answer(batch: Sequence[Incoming], receipts: Sequence[Outgoing]) -> None:
    """Receipts go to who asked, under names that RabbitMQ has made, and to nobody else."""
    _publish(receipts)
    asked = {message.properties.reply_to for message in batch}
    for receipt in receipts:
        assert not receipt.exchange and not receipt.mandatory
        assert receipt.routing_key in asked and node_of(receipt.routing_key) is not None
    # An update that waits for its case is answered twice.
    assert len(receipts) <= 2 * len(batch)


def _publish(outgoing: Sequence[Outgoing]) -> None:
    for out in outgoing:
        publishable(out)


TARGETS = [
    Target("router", some_complaints, route, weight=2),
    # Each batch is handled twice, and has up to four messages.
    Target("case-consumer", some_of_a_case, keep_cases, seconds=0.1, weight=2),
]

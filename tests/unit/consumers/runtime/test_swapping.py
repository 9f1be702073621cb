"""Handlers take other rules between two batches, never amid one."""

import asyncio
from dataclasses import replace

from prometheus_client import CollectorRegistry

from broker.memory import MemoryJournal
from consumers.router import RouterHandler
from consumers.router.observing import RouterCounts
from consumers.runtime.metrics import CommonMetrics, RouterMetrics
from tests.support.builders import a_message, an_event
from tests.unit.broker.domain.case.story import CLOCKS, MONDAY, RULES


class Frozen:
    def now(self) -> object:
        return MONDAY


def a_handler() -> RouterHandler:
    return RouterHandler(
        RULES,
        CLOCKS,
        MemoryJournal(),
        Frozen(),  # type: ignore[arg-type]  # a clock that stands
        new_id=lambda: "fresh",
    )


async def test_a_batch_is_decided_under_one_set_of_rules() -> None:
    handler = a_handler()
    batch = [a_message(an_event(str(n)), tag=n) for n in range(40)]
    deciding = asyncio.create_task(handler.prepare(batch))
    for _ in range(2):
        await asyncio.sleep(0)  # some are decided by now, others not
    handler.use(replace(RULES, version="next"), CLOCKS)
    first = await deciding
    second = await handler.prepare(batch)
    assert {routed.decision.table for routed in first.routed.values()} == {RULES.version}
    assert {routed.decision.table for routed in second.routed.values()} == {"next"}


async def test_a_new_channel_is_counted_under_its_own_name() -> None:
    registry = CollectorRegistry()
    metrics = RouterMetrics(registry, RULES.channels)
    counts = RouterCounts(metrics, CommonMetrics(registry), Frozen())  # type: ignore[arg-type]  # a clock that stands
    channels = {**RULES.channels, "kiosk": next(iter(RULES.channels.values()))}
    counts.use(replace(RULES, channels=channels), CLOCKS)
    kiosk = {"channel": "kiosk"}
    assert registry.get_sample_value("pintu_complaints_received_total", kiosk) == 0

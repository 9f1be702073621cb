"""``pintu run cases``: the case consumer with its store, gauges and retention."""

import asyncio
from functools import partial
from typing import Any, Final
from uuid import uuid4

import structlog

from broker.amqp.address import shown
from broker.messaging.names import CASES_QUEUE
from broker.ports import CaseStore, TimeSource
from consumers.cases.age import is_up_to_date
from consumers.cases.handler import PATIENCE, CaseHandler
from consumers.cases.observing import CaseCounts, log_batch
from consumers.cases.parked_age import discard_old
from consumers.cases.parked_watch import watch_parked
from consumers.cases.receipts import Receipts
from consumers.cases.watermark import Watermarks
from consumers.cases.withdrawing import EVERY as WITHDRAW_EVERY
from consumers.cases.withdrawing import SWEEP_EVERY, Withdrawing
from consumers.runtime import batches
from consumers.runtime.case_store import opened_cases
from consumers.runtime.case_watch import watch_ages
from consumers.runtime.clock import agreed
from consumers.runtime.clock_watch import clock_is_trusted
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.log_sample import LogSample
from consumers.runtime.metrics import CaseMetrics
from consumers.runtime.middleware import Observed
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.tracing import traced
from consumers.runtime.worker import Worker

log = structlog.get_logger()

_GAUGES_EVERY: Final = 30.0
_FORGET_EVERY: Final = 3600.0
_FORGET_MOST: Final = 200


async def serve_cases(
    service: Service, outside: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """Keep the cases until the service is told to stop."""
    store = await opened_cases(service, outside)
    if store is None:
        return
    withdrawing = Withdrawing(outside.open_journal, store, clock)
    try:
        if await service.unless_stopped(service.declared.wait()) is None:
            return
        if not await clock_is_trusted(service, clock):
            return
        if not await is_up_to_date(service, outside, store):
            return
        rules, clocks = live_config.rules, live_config.clocks
        metrics = CaseMetrics(service.registry)
        # No other instance has this id, not even an earlier one of this machine.
        watermarks = Watermarks(str(uuid4()), asyncio.get_running_loop().time)
        handler = CaseHandler(
            rules,
            clocks,
            store,
            watermarks,
            clock,
            agreed=agreed(clock),
            # Messages take as long as they take, however fast the clock goes.
            patience=PATIENCE * service.settings.clock_speed,
        )
        counts = CaseCounts(metrics, service.escalation_metrics(), service.metrics)
        live_config.subscribe(handler.use)
        receipts = Receipts(outside.broker("pintu cases, receipts"))
        sample = LogSample(service.settings.log_sample)
        worker = Worker(
            outside.broker("pintu cases"),
            CASES_QUEUE,
            traced(
                Observed(handler, counts, partial(log_batch, sample=sample), receipts, withdrawing),
                service.tracing,
                CASES_QUEUE,
                live_config,
            ),
            service.health,
            service.stop,
            damage=live_config.damage,
            idle=handler.idle,
            sizes=batches.CASES,
        )
        log.info(
            "cases.serves",
            broker=shown(outside.address.url),
            tenant=rules.name,
            rules=rules.version,
            calendar=clocks.calendar.version,
            http=service.url,
        )
        del rules, clocks  # other ones come into force: these are not kept beside them for good
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_work(worker, receipts))
            tasks.create_task(watch_store(service, store))
            tasks.create_task(watch_ages(service, store, clock))
            tasks.create_task(service.every(WITHDRAW_EVERY, withdrawing.tell))
            tasks.create_task(service.every(SWEEP_EVERY, withdrawing.sweep))
            tasks.create_task(watch_parked(service, outside.client, outside.open_parked))
            tasks.create_task(service.every(_GAUGES_EVERY, partial(_show, store, metrics, clock)))
            tasks.create_task(
                service.every(_FORGET_EVERY, partial(_forget, store, live_config, clock))
            )
            tasks.create_task(
                service.every(_FORGET_EVERY, partial(_forget_parked, outside, live_config, clock))
            )
    finally:
        await withdrawing.close()
        await store.close()


async def _work(worker: Worker[Any], receipts: Receipts) -> None:
    async with receipts.sending():
        await worker.run()


async def _show(store: CaseStore, metrics: CaseMetrics, clock: TimeSource) -> None:
    metrics.show(await store.counts(), await store.overdue(clock.now()))


async def _forget_parked(outside: Outside, live_config: LiveConfig, clock: TimeSource) -> None:
    kept = live_config.rules.retention.parked
    if kept is not None:
        await discard_old(outside.open_parked, agreed(clock)() - kept, clock.now())


async def _forget(store: CaseStore, live_config: LiveConfig, clock: TimeSource) -> None:
    kept, upto = live_config.rules.retention.closed_cases, agreed(clock)
    while await store.forget(upto() - kept, _FORGET_MOST) == _FORGET_MOST:
        await asyncio.sleep(0)
    kept = live_config.rules.retention.closed_text
    while await store.forget_words(clock.now() - kept, _FORGET_MOST, clock.now()) == _FORGET_MOST:
        await asyncio.sleep(0)

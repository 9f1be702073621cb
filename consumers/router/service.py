"""``pintu run router``: the router with its topology, journal, health and supervision."""

import asyncio
import time
from functools import partial
from typing import Final
from uuid import uuid4

import structlog

from broker.amqp.address import shown
from broker.errors import STORE_REFUSALS
from broker.messaging.names import ROUTER_QUEUE
from broker.ports import Journal, TimeSource
from consumers.router import remembering
from consumers.router.handler import RouterHandler
from consumers.router.observing import RouterCounts, log_batch
from consumers.router.pacing import Pacing, keep_pace
from consumers.router.remembering import Remembering
from consumers.router.unknown_channels import UnknownChannels
from consumers.runtime import batches
from consumers.runtime.clock import agreed, is_trusted
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.log_sample import LogSample
from consumers.runtime.metrics import RouterMetrics
from consumers.runtime.middleware import Observed
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.tracing import traced
from consumers.runtime.worker import Worker

log = structlog.get_logger()

_FORGET_EVERY: Final = 3600.0
_FORGET_MOST: Final = 1000


async def serve_router(
    service: Service, outside: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """Serve the intake until the service is told to stop."""
    journal = await service.patiently(outside.open_journal, "store", final=STORE_REFUSALS)
    if journal is None:
        return
    try:
        if await service.unless_stopped(service.declared.wait()) is None:
            return
        rules = live_config.rules
        metrics = RouterMetrics(service.registry, rules.channels)
        pacing = Pacing(metrics)
        kept = await service.patiently(partial(Remembering.opened, journal, clock), "store")
        if kept is None:
            return
        handler = RouterHandler(
            rules,
            live_config.clocks,
            journal,
            clock,
            new_id=lambda: str(uuid4()),
            recent=kept.recent,
        )
        counts = RouterCounts(metrics, service.metrics, clock)
        unknown = UnknownChannels(metrics.unknown, rules.channels, time.monotonic)
        live_config.subscribe(handler.use)
        live_config.subscribe(counts.use)
        live_config.subscribe(unknown.use)
        sample = LogSample(service.settings.log_sample)
        worker = Worker(
            outside.broker("pintu router"),
            ROUTER_QUEUE,
            traced(
                Observed(handler, counts, partial(log_batch, sample=sample), unknown),
                service.tracing,
                ROUTER_QUEUE,
                live_config,
            ),
            service.health,
            service.stop,
            sizes=batches.ROUTER,
            damage=live_config.damage,
            pace=pacing.wait,
        )
        today = live_config.clocks.calendar.local_day(clock.now())
        log.info(
            "router.serves",
            broker=shown(outside.address.url),
            tenant=rules.name,
            rules=rules.version,
            agencies=len(rules.active_agencies(today)),
            http=service.url,
        )
        del rules  # other ones come into force: these are not kept beside them for good
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run())
            tasks.create_task(watch_store(service, journal))
            tasks.create_task(service.every(remembering.EVERY, kept.look))
            tasks.create_task(keep_pace(service, outside.client, pacing))
            tasks.create_task(
                service.every(_FORGET_EVERY, partial(_forget, journal, live_config, clock))
            )
    finally:
        await journal.close()


async def _forget(journal: Journal, live_config: LiveConfig, clock: TimeSource) -> None:
    if not is_trusted(clock):
        return  # what is forgotten too early is routed twice
    kept, upto = live_config.rules.retention.journal, agreed(clock)
    while await journal.forget(upto() - kept, _FORGET_MOST) == _FORGET_MOST:
        await asyncio.sleep(0)
    kept, fingerprints = live_config.rules.retention.similar, journal.fingerprints
    while await fingerprints.forget(upto() - kept, _FORGET_MOST) == _FORGET_MOST:
        await asyncio.sleep(0)

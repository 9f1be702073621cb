"""``pintu run escalations``: the escalations with their store."""

import asyncio

import structlog

from broker.amqp.address import shown
from broker.messaging import names
from broker.ports import TimeSource
from consumers.escalations.handler import EscalationHandler
from consumers.escalations.observing import EscalationCounts
from consumers.runtime.case_store import opened_cases
from consumers.runtime.case_watch import watch_ages
from consumers.runtime.clock import agreed
from consumers.runtime.clock_watch import clock_is_trusted
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.middleware import Observed
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.timer import Timer
from consumers.runtime.tracing import traced
from consumers.runtime.worker import Worker

log = structlog.get_logger()


async def serve_escalations(
    service: Service, outside: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """Fire what falls due until the service is told to stop."""
    store = await opened_cases(service, outside)
    if store is None:
        return
    try:
        if await service.unless_stopped(service.declared.wait()) is None:
            return
        if not await clock_is_trusted(service, clock):
            return
        rules, clocks = live_config.rules, live_config.clocks
        handler = EscalationHandler(
            store,
            clocks,
            clock,
            agreed=agreed(clock),
            speed=service.settings.clock_speed,
            name_of=rules.agency_name,
        )
        live_config.subscribe(handler.use)
        # There is no queue to consume from: what it serves is the store.
        worker = Worker(
            Timer(outside.broker("pintu escalations"), names.EVENTS),
            "escalations",
            traced(
                Observed(handler, EscalationCounts(service.escalation_metrics())),
                service.tracing,
                "escalations",
                live_config,
            ),
            service.health,
            service.stop,
            damage=live_config.damage,
            idle=handler.idle,
        )
        log.info(
            "escalations.serves",
            broker=shown(outside.address.url),
            tenant=rules.name,
            calendar=clocks.calendar.version,
            http=service.url,
        )
        del rules, clocks  # other ones come into force: these are not kept beside them for good
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run())
            tasks.create_task(watch_store(service, store))
            tasks.create_task(watch_ages(service, store, clock))
    finally:
        await store.close()

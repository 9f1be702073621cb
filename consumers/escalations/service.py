"""``pintu run escalations``: the escalations with their store."""

import asyncio

import structlog

from broker.amqp.protocol.connection import shown
from broker.ports import TimeSource
from consumers.escalations.escalations import Escalations
from consumers.runtime.case_store import opened_cases, watch_store
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service

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
        rules, clocks = live_config.rules, live_config.clocks
        escalations = Escalations(
            outside.broker("pintu escalations"),
            store,
            clocks,
            clock,
            service.escalation_metrics(),
            service.health,
            service.stop,
            speed=service.settings.clock_speed,
        )
        live_config.subscribe(escalations.use)
        log.info(
            "escalations.serves",
            broker=shown(outside.address.url),
            tenant=rules.name,
            calendar=clocks.calendar.version,
            http=service.url,
        )
        del rules, clocks  # other ones come into force: these are not kept beside them for good
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(escalations.run())
            tasks.create_task(watch_store(service, store))
    finally:
        await store.close()

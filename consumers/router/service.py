"""``pintu run router``: the router with its topology, journal, health and supervision."""

import asyncio
from functools import partial
from typing import Final
from uuid import uuid4

import structlog

from broker.amqp.connection import shown
from broker.amqp.session import RabbitBroker
from broker.domain.names import ROUTER_QUEUE
from broker.ports import Clock, Journal
from broker.store.journal import open_journal
from consumers.address import BrokerAddress
from consumers.in_force import InForce
from consumers.metrics import RouterMetrics
from consumers.router.handler import RouterHandler
from consumers.router.pacing import Pacing, keep_pace
from consumers.service import Service
from consumers.store_url import store_url
from consumers.worker import Worker

log = structlog.get_logger()

_FORGET_EVERY: Final = 3600.0
_FORGET_MOST: Final = 1000


async def serve_router(
    service: Service, address: BrokerAddress, in_force: InForce, clock: Clock
) -> None:
    """Serve the intake until the service is told to stop."""
    settings = service.settings
    journal = await service.patiently(lambda: open_journal(store_url(settings, "journal")), "store")
    if journal is None:
        return
    try:
        if await service.unless_stopped(service.declared.wait()) is None:
            return
        rules = in_force.rules
        metrics = RouterMetrics(service.registry, rules.channels)
        pacing = Pacing(metrics)
        handler = RouterHandler(
            rules,
            in_force.clocks,
            journal,
            metrics,
            service.metrics,
            clock,
            new_id=lambda: str(uuid4()),
        )
        in_force.followed_by(handler.use)
        worker = Worker(
            RabbitBroker(address.url, name="pintu router"),
            ROUTER_QUEUE,
            handler,
            service.health,
            service.stop,
            pace=pacing.wait,
        )
        log.info(
            "router.serves",
            broker=shown(address.url),
            tenant=rules.name,
            rules=rules.version,
            agencies=len(rules.active_agencies(clock.now().date())),
            http=service.url,
        )
        del rules  # other ones come into force: these are not kept beside them for good
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run())
            tasks.create_task(keep_pace(service, address, pacing))
            tasks.create_task(
                service.every(_FORGET_EVERY, partial(_forget, journal, in_force, clock))
            )
    finally:
        await journal.close()


async def _forget(journal: Journal, in_force: InForce, clock: Clock) -> None:
    kept = in_force.rules.retention.journal
    while await journal.forget(clock.now() - kept, _FORGET_MOST) == _FORGET_MOST:
        await asyncio.sleep(0)

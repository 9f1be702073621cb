"""``pintu run webhooks``: events to endpoints, with the store that they wait in."""

import asyncio
import os
import secrets
import socket
from contextlib import suppress

import structlog

from broker.amqp.address import shown
from broker.errors import STORE_REFUSALS, StoreUnavailable
from broker.messaging import names
from broker.ports import TimeSource
from consumers.runtime.clock import FastClock, SystemClock
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import WebhookMetrics
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.timer import Timer
from consumers.runtime.worker import Worker
from consumers.webhooks.connecting import Connections
from consumers.webhooks.holding import Holding
from consumers.webhooks.observing import Observer
from consumers.webhooks.parking import Parking
from consumers.webhooks.world import World

log = structlog.get_logger()


async def serve_webhooks(
    service: Service, outside: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """Deliver events until the service is told to stop."""
    store = await service.patiently(outside.open_webhooks, "store", final=STORE_REFUSALS)
    if store is None:
        return
    try:
        if await service.unless_stopped(service.declared.wait()) is None:
            return
        speed = service.settings.clock_speed
        metrics = WebhookMetrics(service.registry, clock.now, speed)
        parking = Parking(store)
        # There is no queue to consume from: what it publishes is what is to be parked.
        worker = Worker(
            Timer(outside.broker("pintu webhooks"), names.PARKED_EXCHANGE),
            "webhooks",
            parking,
            service.health,
            service.stop,
            damage=live_config.damage,
            idle=parking.idle,
        )
        async with Connections() as connections:
            world = World(
                service=service,
                store=store,
                broker=outside.broker("pintu webhooks"),
                client=outside.client,
                connections=connections,
                parking=parking,
                observer=Observer(metrics),
                clock=clock,
                wall=SystemClock() if isinstance(clock, FastClock) else clock,
                speed=speed,
                allowed=service.settings.webhook_allow,
            )
            holding = Holding(world, _me(), metrics)
            log.info("webhooks.serves", broker=shown(outside.address.url), http=service.url)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(worker.run())
                tasks.create_task(holding.run())
                tasks.create_task(watch_store(service, store))
    finally:
        with suppress(StoreUnavailable):
            await store.close()


def _me() -> str:
    """The name of this process among all that ever ran on the store."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"

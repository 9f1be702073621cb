"""Webhooks with all that is outside in memory, but for the receiver, which is a real one."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from prometheus_client import CollectorRegistry

from broker.memory import MemoryBroker, MemoryWebhookStore
from broker.memory.client import memory_client
from broker.messaging.names import PARKED_EXCHANGE
from broker.messaging.topology import topology
from broker.ports.webhooks import Endpoint, Wanted
from config.settings import Settings
from consumers.runtime.metrics import WebhookMetrics
from consumers.runtime.service import Service
from consumers.runtime.timer import Timer
from consumers.runtime.worker import Worker
from consumers.webhooks.connecting import Connections
from consumers.webhooks.holding import Holding
from consumers.webhooks.observing import Observer
from consumers.webhooks.parking import Parking
from consumers.webhooks.world import World
from schemas.properties import Properties

NOW: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NAME: Final = "agency.dlh"


@dataclass
class Hands:
    """A clock that the test moves."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Place:
    """``world`` of one process; further ones by ``another``."""

    broker: MemoryBroker
    store: MemoryWebhookStore
    clock: Hands
    registry: CollectorRegistry
    worlds: list[World] = field(default_factory=list)

    def put(self, n: int, case: str = "c", name: str = NAME, trace: str | None = None) -> str:
        """An event in the queue; gives its id."""
        id = event_id(n)
        body = json.dumps(
            {"specversion": "1.0", "id": id, "type": "complaint.routed.v1", "subject": case}
        )
        headers = {} if trace is None else {"traceparent": trace}
        properties = Properties(message_id=id, headers=headers)
        assert self.broker.put("", name, body.encode(), properties)
        return id

    async def states(self) -> dict[str, str]:
        """By event."""
        found = await self.store.deliveries(Wanted(), 999)
        return {one.event_id: one.state for one in found}

    def tries(self, outcome: str, name: str = NAME) -> float:
        labels = {"endpoint": name, "outcome": outcome}
        return self.registry.get_sample_value("pintu_webhook_deliveries_total", labels) or 0.0

    def later(self, by: timedelta) -> None:
        self.clock.at += by


def event_id(n: int) -> str:
    return str(uuid5(NAMESPACE_URL, str(n)))


Start = Callable[[str], Awaitable[Service]]


@asynccontextmanager
async def place(*endpoints: Endpoint) -> AsyncIterator[tuple[Place, Start]]:
    """Gives it, and what starts a process of that name. All are stopped in the end."""
    broker = MemoryBroker(topology(["dlh", "dishub"], ["web"], broker_version=(4, 0)))
    made = Place(broker, MemoryWebhookStore(), Hands(), CollectorRegistry())
    for one in endpoints:
        assert await made.store.add(one)
    metrics = WebhookMetrics(made.registry, made.clock.now)
    running: list[tuple[Service, asyncio.Task[None]]] = []

    async def start(me: str) -> Service:
        service = Service("webhooks", Settings())
        running.append((service, asyncio.create_task(_run(made, service, metrics, me))))
        return service

    try:
        yield made, start
    finally:
        for service, task in running:
            service.stop.set()
            await task


async def _run(made: Place, service: Service, metrics: WebhookMetrics, me: str) -> None:
    parking = Parking(made.store)
    worker = Worker(
        Timer(made.broker, PARKED_EXCHANGE), "webhooks", parking, service.health, service.stop,
        idle=parking.idle,
    )  # fmt: skip
    async with Connections() as connections:
        world = World(
            service=service,
            store=made.store,
            broker=made.broker,
            client=lambda _: memory_client(made.broker),
            connections=connections,
            parking=parking,
            observer=Observer(metrics),
            clock=made.clock,
            wall=made.clock,
        )
        made.worlds.append(world)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run())
            tasks.create_task(Holding(world, me, metrics).run())

"""From a queue into the store: acknowledged once it is written, in the order of the queue."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from broker.errors import PintuError, StoreUnavailable, Unavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from broker.ports import Session
from broker.ports.webhooks import Taken
from config.logging import where
from consumers.runtime.outage_log import (
    BROKER,
    CONSUMER_FAULT,
    STORE,
    TOPOLOGY,
    fault_of,
    kind_of,
)
from consumers.runtime.waiting import Backoff, ended, pause
from consumers.webhooks.reading import event_of
from consumers.webhooks.world import Held, World

MOST_WAITING: Final = 1000
"""Events of one endpoint in the store that wait; what else there is stays in the queue."""
_ENOUGH: Final = MOST_WAITING // 2
"""So few must wait before it takes again: each subscription that ends early counts as a delivery
for what it had, and fifty of these end in ``parked``."""
_BATCH: Final = 50
_HOLD_FOR: Final = 60.0
"""Seconds that a batch is held while the store is away; then it goes back to the queue."""
_LOOK_EVERY: Final = 1.0
_OTHERS_LEAVE: Final = 90.0
"""Seconds in which RabbitMQ has noticed that another consumer is gone: two of its heartbeats, and
some more. What that one had is first in the queue then."""


class Lost(Exception):
    """Another process serves this endpoint."""


async def keep_taking(world: World, held: Held) -> None:
    """Until the endpoint is left. What is in hand then is still kept.

    Raises:
        Lost: another process has it.
    """
    backoff, who = Backoff(), f"webhook {held.name}"
    outages, fault = world.service.health.outages, fault_of(CONSUMER_FAULT, f"webhook {held.name}")
    while not held.stop.is_set():
        try:
            # First the store: taking what cannot be written only burns delivery counts.
            await world.store.check()
            if await _waiting(world, held) > _ENOUGH:
                await pause(held.stop, _LOOK_EVERY)
                continue
            await _alone(world, held)
            async with world.broker.session(held.name, _BATCH) as session:
                for kind in (BROKER, STORE, TOPOLOGY, fault):
                    outages.over(kind, who)
                await _serve(world, held, session)
            backoff.reset()
        except (Unavailable, Unroutable) as why:
            outages.met(kind_of(why), who, str(why), beside=True)
            await pause(held.stop, backoff.next())
        except (PintuError, Lost):
            raise
        except Exception as error:
            outages.met(fault, who, where(error), queue=held.name)
            await pause(held.stop, backoff.next())


async def _serve(world: World, held: Held, session: Session) -> None:
    stopping = asyncio.create_task(held.stop.wait())
    taking: asyncio.Future[Sequence[Incoming]] | None = None
    try:
        while not held.stop.is_set():
            taking = asyncio.ensure_future(session.take(_BATCH))
            await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done():
                break
            if await _keep(world, held, session, taking.result()) >= MOST_WAITING:
                break
        await ended(taking)
        # What has arrived is kept, so that it does not come back marked as redelivered.
        await session.stop_taking()
        while batch := await session.take(_BATCH):
            await _keep(world, held, session, batch)
    finally:
        stopping.cancel()
        await ended(taking)


async def _keep(world: World, held: Held, session: Session, batch: Sequence[Incoming]) -> int:
    events: list[Taken] = []
    for message in batch:
        event = event_of(message)
        if isinstance(event, Taken):
            events.append(event)
        else:
            await _park(world, held, message, event)
    waiting = await _written(world, held, events)
    await session.acknowledge(batch)
    held.news.set()
    return waiting


async def _written(world: World, held: Held, events: Sequence[Taken]) -> int:
    """How many wait. The store comes and goes; what was taken stays in hand for a while."""
    until, backoff = world.seconds() + _HOLD_FOR, Backoff()
    me = held.endpoint.holder or ""
    while True:
        try:
            waiting = await world.store.take(held.name, me, events, world.clock.now())
        except StoreUnavailable:
            if world.seconds() > until or held.stop.is_set():
                raise
            await pause(held.stop, backoff.next())
        else:
            if waiting is None:
                raise Lost(held.name)
            return waiting


async def _park(world: World, held: Held, message: Incoming, reason: str) -> None:
    world.observer.unreadable(held.name, reason)
    # Whatever exchange it came by: sent back, it goes to this queue and to no other.
    here = replace(message, exchange=names.DEFAULT_EXCHANGE, routing_key=held.name)
    detail = f"in the queue {held.name} lay what is no event; no webhook can carry it"
    await world.parking.park(park(here, reason, detail, world.wall.now()))


async def _waiting(world: World, held: Held) -> int:
    backlog = await world.store.backlog()
    return next((one.waiting for one in backlog if one.endpoint == held.name), 0)


async def _alone(world: World, held: Held) -> None:
    """Wait for a while for another consumer of the queue to go: two would part a case's events."""
    until, told = world.seconds() + _OTHERS_LEAVE, False
    async with world.client("pintu webhooks look") as client:
        while not held.stop.is_set():
            _, consumers = await client.waiting(held.name)
            if not consumers or world.seconds() > until:
                return
            if not told:
                world.observer.shared(held.name, consumers)
                told = True
            await pause(held.stop, _LOOK_EVERY)

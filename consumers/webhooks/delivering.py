"""From the store to an endpoint: of each case one event at a time, of an endpoint a few."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from broker.errors import Unpublishable
from broker.messaging import names
from broker.messaging.messages import Incoming, trace_of
from broker.messaging.parking.park import park
from broker.messaging.parking.properties_json import from_json
from broker.ports.webhooks import Delivery, Tried
from consumers.webhooks.posting import Answer, post
from consumers.webhooks.schedule import GIVEN_UP_AFTER, next_try
from consumers.webhooks.signing import signed
from consumers.webhooks.targets import BadTarget, target_of
from consumers.webhooks.world import Held, World
from schemas.properties import Properties

AT_ONCE: Final = 4
"""POSTs to one endpoint at a time."""
REASON: Final = "webhook-failed"
"""Why an event is parked."""
OFF: Final = "the endpoint answered HTTP 410 Gone"
_LOOK_EVERY: Final = 1.0
"""Seconds. What falls due, or an operator has sent again, is seen by then."""
_FINISH_WITHIN: Final = 5.0
"""Seconds for what is under way when the endpoint is left."""


async def keep_delivering(world: World, held: Held) -> None:
    """Until the endpoint is left; what is under way then may still be answered.

    Raises:
        StoreUnavailable: what was under way is sent again.
    """
    under_way: dict[str, asyncio.Task[None]] = {}
    try:
        while not held.stop.is_set():
            held.news.clear()
            room = AT_ONCE - len(under_way)
            if room:
                now = world.clock.now()
                for one in await world.store.due(held.name, now, room, under_way.keys()):
                    task = asyncio.create_task(_try(world, held, one))
                    under_way[one.case] = task
            await _something(held, under_way)
            for case in [case for case, task in under_way.items() if task.done()]:
                under_way.pop(case).result()
        if under_way:
            await asyncio.wait(under_way.values(), timeout=_FINISH_WITHIN)
    finally:
        for task in under_way.values():
            task.cancel()
        await asyncio.gather(*under_way.values(), return_exceptions=True)


async def _something(held: Held, under_way: Mapping[str, "asyncio.Task[None]"]) -> None:
    """Until a try is over, or something may be due, or the endpoint is left."""
    events = [asyncio.create_task(event.wait()) for event in (held.news, held.stop)]
    try:
        await asyncio.wait(
            {*under_way.values(), *events},
            timeout=_LOOK_EVERY,
            return_when=asyncio.FIRST_COMPLETED,
        )
    finally:
        for task in events:
            task.cancel()


async def _try(world: World, held: Held, one: Delivery) -> None:
    if not held.is_good(world.seconds()):
        return  # another process may have it by now
    began = world.clock.now()
    answer = await _sent(world, held, one, began)
    if answer.received:
        if await world.store.tried(Tried(one.id, world.clock.now(), "delivered", answer.words)):
            world.observer.delivered(one)
        return
    await _failed(world, held, one, one.first_tried or began, answer)


async def _sent(world: World, held: Held, one: Delivery, now: datetime) -> Answer:
    try:
        target = target_of(held.endpoint.url, world.allowed)
    except BadTarget as why:
        return Answer(None, str(why), 0.0)
    body = one.body or b""
    properties, _ = from_json(one.properties)
    headers = {
        **{name: value for name, value in trace_of(properties).items() if _is_plain(value)},
        **signed(held.endpoint, one.event_id, body.decode(), now=now, wall=world.wall.now()),
    }
    return await post(world.connections, target, body, headers, world.wall.now)


async def _failed(world: World, held: Held, one: Delivery, first: datetime, answer: Answer) -> None:
    now = world.clock.now()
    wanted: timedelta | None = None if answer.after is None else answer.after * world.speed
    due = next_try(one.tries + 1, first, now, wanted)
    if due is None and not answer.gone:
        await _park(world, one, answer)
        if await world.store.tried(Tried(one.id, now, "parked", answer.words)):
            world.observer.parked(one, answer.words)
        return
    # Of an endpoint that is gone nothing is parked: it waits until that one is resumed or removed.
    await world.store.tried(Tried(one.id, now, "waiting", answer.words, due or now))
    if not answer.gone:
        world.observer.failed(one, answer.words)
    elif await world.store.pause(held.name, "off", OFF, now):
        world.observer.gone(held.name)
        held.stop.set()


async def _park(world: World, one: Delivery, answer: Answer) -> None:
    """Whole, as it came out of its queue, which it goes back to when it is replayed."""
    properties, _ = from_json(one.properties)
    message = Incoming(one.body or b"", names.DEFAULT_EXCHANGE, one.endpoint, properties, False, 0)
    days = GIVEN_UP_AFTER.days
    detail = (
        f"the webhook of {one.endpoint} did not take it in {one.tries + 1} tries within {days}"
        f" days; the last one: {answer.words}"
    )
    parked = park(message, REASON, detail, world.wall.now())
    try:
        await world.parking.park(parked)
    except Unpublishable:
        bare = replace(message, properties=Properties(message_id=one.event_id, type=one.type))
        await world.parking.park(park(bare, REASON, detail, world.wall.now()))


def _is_plain(value: str) -> bool:
    """Whether a header can carry it: what a sender wrote came as far as here."""
    return value.isascii() and value.isprintable()

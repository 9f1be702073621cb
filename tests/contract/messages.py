"""Messages of the small world: made, published and taken."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from broker.messaging.messages import Incoming, Outgoing
from broker.ports import Session
from tests.contract.small_world import World
from tests.support.eventually import PATIENCE


def a_message(key: str, body: str = "x", *, to: str = "events", **more: Any) -> Outgoing:
    return Outgoing(to, key, body.encode(), str(uuid4()), **more)


async def take_bodies(session: Session, number: int) -> list[str]:
    """Take and acknowledge ``number`` messages."""
    bodies: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(bodies) < number:
            batch = await session.take(number - len(bodies))
            await session.acknowledge(batch)
            bodies += [message.body.decode() for message in batch]
    return bodies


async def take_all(session: Session, number: int) -> list[Sequence[Incoming]]:
    """Take ``number`` messages without acknowledging them, in the batches they came in."""
    batches: list[Sequence[Incoming]] = []
    async with asyncio.timeout(PATIENCE):
        while (left := number - sum(map(len, batches))) > 0:
            batches.append(await session.take(left))
    return batches


async def publish(world: World, *messages: Outgoing) -> None:
    async with world.broker.session("lost", 1) as session:
        await session.publish(messages)


async def bodies_in(world: World, queue: str, number: int) -> list[str]:
    async with world.broker.session(queue, 100) as session:
        return await take_bodies(session, number)


async def is_empty(world: World, queue: str) -> bool:
    async with world.broker.session(queue, 100) as session:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await session.take(1)
                return False
    return True

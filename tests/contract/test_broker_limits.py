"""What every broker, in memory and RabbitMQ, refuses to publish, and how much it gives at once."""

import asyncio
from typing import Any

import pytest

from broker.errors import Unpublishable
from schemas import limits
from tests.contract.messages import a_message, bodies_in, is_empty, publish, take_bodies
from tests.contract.small_world import World

pytestmark = pytest.mark.timeout(60)

NO_FRAME: dict[str, dict[str, Any]] = {
    "a header of no type that AMQP has": {"headers": {"what": object()}},
    "a header beyond 64 bits": {"headers": {"number": 1 << 64}},
    "one inside another": {"headers": {"outer": {"inner": [1 << 64]}}},
    "an exchange with a long name": {"to": "e" * 256},
}


@pytest.mark.parametrize("poison", NO_FRAME.values(), ids=NO_FRAME)
async def test_what_fits_into_no_frame_is_told_and_none_of_its_batch_is_sent(
    world: World, poison: dict[str, Any]
) -> None:
    async with world.broker.session("lost", 1) as session:
        bad = a_message("order.b", "b", **poison)
        with pytest.raises(Unpublishable) as told:
            await session.publish([a_message("order.a", "a"), bad, a_message("order.c", "c")])
        assert told.value.message_id == bad.message_id
        await session.publish([a_message("order.d", "d")])
    assert await bodies_in(world, "work", 1) == ["d"]
    assert await is_empty(world, "work")


async def test_a_large_message_is_given_alone(world: World) -> None:
    large = "x" * limits.LARGE_MESSAGE
    await publish(world, *(a_message("order.n", body) for body in ("a", "b", large, "c", "d")))
    given = await _batches(world, 5)
    assert [message for batch in given if large in batch for message in batch] == [large]
    assert [body for batch in given for body in batch] == ["a", "b", large, "c", "d"]


async def test_a_batch_is_bounded_in_bytes(world: World) -> None:
    body = "x" * (limits.LARGE_MESSAGE - 1)
    await publish(world, *(a_message("order.n", body) for _ in range(40)))
    given = await _batches(world, 40)
    assert max(sum(map(len, batch)) for batch in given) <= limits.BATCH_BYTES
    assert max(map(len, given)) > 1


async def test_more_than_may_arrive_at_once_is_all_given(world: World) -> None:
    number = 2 * limits.ARRIVED_BYTES // 2**20 + 5
    for _ in range(number):
        await publish(world, a_message("order.n", "x" * 2**20))
    async with world.broker.session("work", 2 * number) as session:
        assert len(await take_bodies(session, number)) == number
    assert await is_empty(world, "work")


async def _batches(world: World, number: int) -> list[list[str]]:
    given: list[list[str]] = []
    async with world.broker.session("work", 100) as session, asyncio.timeout(20):
        while sum(map(len, given)) < number:
            batch = await session.take(100)
            given.append([message.body.decode() for message in batch])
            await session.acknowledge(batch)
    return given

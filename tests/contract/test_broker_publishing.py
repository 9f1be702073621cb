"""What every broker, in memory and RabbitMQ, promises to who publishes."""

import asyncio

import pytest

from broker.errors import BrokerUnavailable, Unroutable
from tests.contract.messages import a_message, bodies_in, is_empty, publish, take_bodies
from tests.contract.small_world import World
from tests.support.eventually import PATIENCE


async def test_a_message_arrives_whole(world: World) -> None:
    sent = a_message(
        "order.new",
        "Jalan bolong é",
        type="complaint.routed.v1",
        headers={"traceparent": "00"},
    )
    await publish(world, sent)
    async with world.broker.session("work", 10) as session:
        [got] = await session.take(10)
        await session.acknowledge([got])
    assert (got.exchange, got.routing_key, got.body) == (sent.exchange, sent.routing_key, sent.body)
    assert got.properties.message_id == sent.message_id
    assert got.properties.type == "complaint.routed.v1"
    assert got.properties.content_type == "application/cloudevents+json"
    assert got.properties.headers == {"traceparent": "00"}
    assert got.properties.delivery_mode == 2
    assert not got.redelivered


async def test_every_queue_whose_pattern_fits_gets_the_message_once(world: World) -> None:
    await publish(
        world,
        a_message("order.1", "one word"),
        a_message("order.1.red", "two words"),
        a_message("order", "none"),
        a_message("order.1.2.red", "three words"),
    )
    assert await bodies_in(world, "work", 4) == ["one word", "two words", "none", "three words"]
    assert await bodies_in(world, "copy", 1) == ["two words"]
    assert await is_empty(world, "work")
    assert await is_empty(world, "copy")


async def test_batches_side_by_side_all_arrive_and_each_is_told_of_its_own(world: World) -> None:
    async with world.broker.session("work", 500) as session:
        batches = [[a_message("order.n", f"{b}-{n}") for n in range(50)] for b in range(4)]
        batches[2].insert(7, a_message("nowhere"))
        told = await asyncio.gather(*map(session.publish, batches), return_exceptions=True)
        wanted = [m.body.decode() for batch in batches for m in batch if m.routing_key != "nowhere"]
        assert await take_bodies(session, 200) == wanted
        refused = told.pop(2)
        assert isinstance(refused, Unroutable)
        assert refused.ids == {batches[2][7].message_id}
        assert told == [None] * 3


async def test_a_mandatory_message_for_no_queue_is_told_and_its_neighbours_arrive(
    world: World,
) -> None:
    async with world.broker.session("work", 10) as session:
        with pytest.raises(Unroutable):
            await session.publish(
                [
                    a_message("order.a", "a"),
                    a_message("nowhere", "b"),
                    a_message("order.c", "c"),
                ]
            )
        assert await take_bodies(session, 2) == ["a", "c"]
        await session.publish([a_message("order.d", "d")])
        assert await take_bodies(session, 1) == ["d"]


async def test_a_message_that_is_not_mandatory_may_reach_nobody(world: World) -> None:
    await publish(world, a_message("nowhere", mandatory=False))


async def test_what_an_exchange_cannot_route_goes_to_its_alternate(world: World) -> None:
    await publish(world, a_message("elsewhere", "stray", to="front"))
    async with world.broker.session("lost", 10) as session:
        [stray] = await session.take(1)
        await session.acknowledge([stray])
    assert stray.body == b"stray"
    assert (stray.exchange, stray.routing_key) == ("front", "elsewhere")


async def test_publishing_nothing_is_no_work(world: World) -> None:
    await publish(world)


async def test_a_large_message_arrives(world: World) -> None:
    body = "x" * 1_048_576
    await publish(world, a_message("order.new", body))
    assert await bodies_in(world, "work", 1) == [body]


async def test_a_queue_that_does_not_exist_is_told(world: World) -> None:
    with pytest.raises(BrokerUnavailable):
        async with world.broker.session("missing", 10):
            pass


async def test_an_exchange_that_does_not_exist_is_told(world: World) -> None:
    async with world.broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        with pytest.raises(BrokerUnavailable):
            await session.publish([a_message("order.new", to="missing")])

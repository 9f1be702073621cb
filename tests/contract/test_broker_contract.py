"""What every broker promises: in memory and RabbitMQ."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from broker.domain.errors import BrokerUnavailable, Unroutable
from broker.domain.outcome import Incoming, Outgoing
from broker.ports import Session
from tests.contract.small_world import World

pytestmark = pytest.mark.timeout(60)


def a_message(key: str, body: str = "x", *, to: str = "events", **more: Any) -> Outgoing:
    return Outgoing(to, key, body.encode(), str(uuid4()), **more)


async def take_bodies(session: Session, number: int) -> list[str]:
    """Take and acknowledge ``number`` messages."""
    bodies: list[str] = []
    async with asyncio.timeout(10):
        while len(bodies) < number:
            batch = await session.take(number - len(bodies))
            await session.acknowledge(batch)
            bodies += [message.body.decode() for message in batch]
    return bodies


async def take_all(session: Session, number: int) -> list[Sequence[Incoming]]:
    """Take ``number`` messages without acknowledging them, in the batches they came in."""
    batches: list[Sequence[Incoming]] = []
    async with asyncio.timeout(10):
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


async def test_messages_come_in_the_order_in_which_they_were_published(world: World) -> None:
    numbers = [str(n) for n in range(300)]
    await publish(world, *(a_message("order.new", n) for n in numbers))
    async with world.broker.session("work", 50) as session:
        assert await take_bodies(session, 300) == numbers


async def test_a_session_takes_no_more_than_it_was_asked_for(world: World) -> None:
    await publish(world, *(a_message("order.new", str(n)) for n in range(9)))
    async with world.broker.session("work", 100) as session:
        batches = await take_all(session, 3)
        assert all(1 <= len(batch) <= 3 for batch in batches)
        assert len(await session.take(1)) == 1


async def test_a_session_holds_no_more_than_its_prefetch(world: World) -> None:
    await publish(world, *(a_message("order.new", str(n)) for n in range(7)))
    async with world.broker.session("work", 5) as session:
        batches = await take_all(session, 5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await session.take(5)
        for batch in batches:
            await session.acknowledge(batch)
        assert await take_bodies(session, 2) == ["5", "6"]


async def test_taking_waits_for_a_message(world: World) -> None:
    async with world.broker.session("work", 5) as session:
        taking = asyncio.create_task(session.take(5))
        done, _ = await asyncio.wait([taking], timeout=0.1)
        assert not done
        await session.publish([a_message("order.new", "late")])
        async with asyncio.timeout(10):
            assert [message.body for message in await taking] == [b"late"]


async def test_taking_that_is_cancelled_takes_nothing(world: World) -> None:
    async with world.broker.session("work", 5) as session:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await session.take(5)
        await session.publish([a_message("order.new", "late")])
        assert await take_bodies(session, 1) == ["late"]


async def test_a_session_that_stops_taking_gives_what_has_arrived_and_then_nothing(
    world: World,
) -> None:
    await publish(world, *(a_message("order.new", str(n)) for n in range(6)))
    async with world.broker.session("work", 4) as session:
        taken = list(await session.take(1))
        await session.stop_taking()
        while batch := await session.take(10):
            taken += batch
        await session.acknowledge(taken)
        assert [message.body.decode() for message in taken] == [str(n) for n in range(len(taken))]
        # The rest is there for others, also before this session ends.
        rest = [str(n) for n in range(len(taken), 6)]
        assert await bodies_in(world, "work", len(rest)) == rest
    assert len(taken) <= 4


async def test_a_redelivered_message_is_given_alone_among_fresh_ones(world: World) -> None:
    broker, work = world.broker, "work"
    async with broker.session(work, 10) as patient:
        async with broker.session(work, 10) as doomed:
            await doomed.publish([a_message("order.new", str(n)) for n in range(4)])
            await take_all(doomed, 2)
        await patient.publish([a_message("order.new", "fresh") for _ in range(2)])
        batches = await take_all(patient, 6)
    assert sum(message.redelivered for batch in batches for message in batch) == 2
    assert all(len(batch) == 1 for batch in batches if any(m.redelivered for m in batch))


async def test_a_wait_for_messages_ends_when_taking_is_stopped(world: World) -> None:
    async with world.broker.session("work", 4) as session:
        taking = asyncio.create_task(session.take(1))
        await asyncio.sleep(0)
        await session.stop_taking()
        async with asyncio.timeout(10):
            assert list(await taking) == []
        await session.publish([a_message("order.new")])
    assert await bodies_in(world, "work", 1) == ["x"]


async def test_what_was_acknowledged_does_not_come_back(world: World) -> None:
    await publish(world, a_message("order.new"))
    assert await bodies_in(world, "work", 1) == ["x"]
    assert await is_empty(world, "work")


async def test_what_was_not_acknowledged_comes_back_marked_in_order_and_one_at_a_time(
    world: World,
) -> None:
    await publish(world, *(a_message("order.new", str(n)) for n in range(5)))
    async with world.broker.session("work", 5) as session:
        await take_all(session, 5)
    async with world.broker.session("work", 5) as session:
        batches = await take_all(session, 5)
    assert [len(batch) for batch in batches] == [1] * 5
    assert all(message.redelivered for batch in batches for message in batch)
    assert [m.body.decode() for batch in batches for m in batch] == ["0", "1", "2", "3", "4"]


async def test_only_what_was_settled_is_gone_when_a_session_ends(world: World) -> None:
    await publish(world, *(a_message("order.new", str(n)) for n in range(4)))
    async with world.broker.session("work", 10) as session:
        first = await session.take(1)
        await take_all(session, 3)
        await session.acknowledge(first)
    assert await bodies_in(world, "work", 3) == ["1", "2", "3"]


async def test_a_block_that_raises_ends_the_session(world: World) -> None:
    await publish(world, a_message("order.new"))
    with pytest.raises(ZeroDivisionError):
        async with world.broker.session("work", 10) as session:
            await session.take(1)
            raise ZeroDivisionError
    async with world.broker.session("work", 10) as session:
        async with asyncio.timeout(10):
            [again] = await session.take(1)
        assert again.redelivered


async def test_two_sessions_share_a_queue(world: World) -> None:
    broker, work = world.broker, "work"
    async with broker.session(work, 10) as one, broker.session(work, 10) as two:
        await one.publish([a_message("order.new", str(n)) for n in range(10)])
        ones, twos = await asyncio.gather(take_all(one, 5), take_all(two, 5))
    got = [message.body.decode() for batch in ones + twos for message in batch]
    assert sorted(got) == [str(n) for n in range(10)]


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
    async with world.broker.session("work", 10) as session, asyncio.timeout(10):
        with pytest.raises(BrokerUnavailable):
            await session.publish([a_message("order.new", to="missing")])


async def test_a_broker_that_goes_away_ends_every_wait(world: World) -> None:
    async with world.broker.session("work", 10) as session:
        taking = asyncio.create_task(session.take(1))
        await asyncio.sleep(0)
        await world.go_away()
        async with asyncio.timeout(10):
            with pytest.raises(BrokerUnavailable):
                await taking
            with pytest.raises(BrokerUnavailable):
                await session.publish([a_message("order.new")])
            with pytest.raises(BrokerUnavailable):
                await session.take(1)


async def test_what_was_in_hand_when_the_broker_went_away_comes_back(world: World) -> None:
    await publish(world, a_message("order.new"))
    async with world.broker.session("work", 10) as session:
        async with asyncio.timeout(10):
            batch = await session.take(1)
        await world.go_away()
        with pytest.raises(BrokerUnavailable):
            async with asyncio.timeout(10):
                await session.take(1)
        with pytest.raises(BrokerUnavailable):
            await session.acknowledge(batch)
    with pytest.raises(BrokerUnavailable):
        async with world.broker.session("work", 10):
            pass
    await world.come_back()
    async with world.broker.session("work", 10) as session, asyncio.timeout(10):
        [again] = await session.take(1)
    assert again.redelivered

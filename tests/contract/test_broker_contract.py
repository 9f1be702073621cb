"""What every broker, in memory and RabbitMQ, promises to who takes messages."""

import asyncio

import pytest

from broker.errors import BrokerUnavailable
from tests.contract.messages import a_message, bodies_in, is_empty, publish, take_all, take_bodies
from tests.contract.small_world import World
from tests.support.eventually import PATIENCE


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
        async with asyncio.timeout(PATIENCE):
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
        async with asyncio.timeout(PATIENCE):
            assert list(await taking) == []
        await session.publish([a_message("order.new")])
    assert await bodies_in(world, "work", 1) == ["x"]


async def test_a_wait_for_a_whole_batch_ends_when_it_is_there_and_takes_nothing(
    world: World,
) -> None:
    async with world.broker.session("work", 10) as session:
        waiting = asyncio.create_task(session.whole(3))
        await session.publish([a_message("order.new", str(n)) for n in range(2)])
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert not done
        await session.publish([a_message("order.new", "2")])
        async with asyncio.timeout(PATIENCE):
            await waiting
        assert await take_bodies(session, 3) == ["0", "1", "2"]


async def test_a_message_that_is_given_alone_is_a_whole_batch(world: World) -> None:
    await publish(world, a_message("order.new"))
    async with world.broker.session("work", 10) as doomed:
        await doomed.take(10)
    async with world.broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        await session.whole(10)


async def test_a_wait_for_a_whole_batch_ends_when_no_more_will_come(world: World) -> None:
    async with world.broker.session("work", 10) as session:
        waiting = asyncio.create_task(session.whole(10))
        await asyncio.sleep(0)
        await session.stop_taking()
        async with asyncio.timeout(PATIENCE):
            await waiting
    async with world.broker.session("work", 10) as session:
        waiting = asyncio.create_task(session.whole(10))
        await asyncio.sleep(0)
        await world.go_away()
        async with asyncio.timeout(PATIENCE):
            await waiting


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
        async with asyncio.timeout(PATIENCE):
            [again] = await session.take(1)
        assert again.redelivered


async def test_two_sessions_share_a_queue(world: World) -> None:
    broker, work = world.broker, "work"
    async with broker.session(work, 10) as one, broker.session(work, 10) as two:
        await one.publish([a_message("order.new", str(n)) for n in range(10)])
        ones, twos = await asyncio.gather(take_all(one, 5), take_all(two, 5))
    got = [message.body.decode() for batch in ones + twos for message in batch]
    assert sorted(got) == [str(n) for n in range(10)]


async def test_a_broker_that_goes_away_ends_every_wait(world: World) -> None:
    async with world.broker.session("work", 10) as session:
        taking = asyncio.create_task(session.take(1))
        await asyncio.sleep(0)
        await world.go_away()
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(BrokerUnavailable):
                await taking
            with pytest.raises(BrokerUnavailable):
                await session.publish([a_message("order.new")])
            with pytest.raises(BrokerUnavailable):
                await session.take(1)


async def test_what_was_in_hand_when_the_broker_went_away_comes_back(world: World) -> None:
    await publish(world, a_message("order.new"))
    async with world.broker.session("work", 10) as session:
        async with asyncio.timeout(PATIENCE):
            batch = await session.take(1)
        await world.go_away()
        with pytest.raises(BrokerUnavailable):
            async with asyncio.timeout(PATIENCE):
                await session.take(1)
        with pytest.raises(BrokerUnavailable):
            await session.acknowledge(batch)
    with pytest.raises(BrokerUnavailable):
        async with world.broker.session("work", 10):
            pass
    await world.come_back()
    async with world.broker.session("work", 10) as session, asyncio.timeout(PATIENCE):
        [again] = await session.take(1)
    assert again.redelivered

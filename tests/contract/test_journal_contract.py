"""What every journal promises: in memory, SQLite and PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from broker.ports import Journal
from tests.support.eventually import PATIENCE

OpenJournal = Callable[[], Awaitable[Journal]]
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


async def record(journal: Journal, *complaints: UUID, at: datetime = NOW) -> frozenset[UUID]:
    async with journal.recording(complaints, at) as new:
        return new


async def test_a_complaint_is_new_once(journal: Journal) -> None:
    first, second = uuid4(), uuid4()
    assert await record(journal, first) == {first}
    assert await record(journal, first, second) == {second}
    assert await record(journal, first, second) == frozenset()


async def test_a_complaint_named_twice_in_one_call_is_new_once(journal: Journal) -> None:
    complaint, other = uuid4(), uuid4()
    assert await record(journal, complaint, other, complaint) == {complaint, other}
    assert await record(journal, complaint, other) == frozenset()


async def test_nothing_is_recorded_for_nobody(journal: Journal) -> None:
    assert await record(journal) == frozenset()


async def test_a_block_that_raises_records_nothing(journal: Journal) -> None:
    complaint = uuid4()
    with pytest.raises(ZeroDivisionError):
        async with journal.recording([complaint], NOW):
            raise ZeroDivisionError
    assert await record(journal, complaint) == {complaint}


async def test_a_block_that_is_cancelled_records_nothing(journal: Journal) -> None:
    complaint = uuid4()
    inside = asyncio.Event()

    async def hang() -> None:
        async with journal.recording([complaint], NOW):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await record(journal, complaint) == {complaint}


async def test_what_was_recorded_is_known_when_the_journal_is_opened_again(
    open_another: OpenJournal,
) -> None:
    complaint = uuid4()
    first = await open_another()
    await record(first, complaint)
    await first.close()
    assert await record(await open_another(), complaint) == frozenset()


async def test_of_two_routers_with_one_complaint_the_second_waits_and_finds_it_old(
    open_another: OpenJournal,
) -> None:
    complaint = uuid4()
    one, two = await open_another(), await open_another()
    async with one.recording([complaint], NOW) as new:
        assert new == {complaint}
        waiting = asyncio.create_task(record(two, uuid4(), complaint))
        done, _ = await asyncio.wait([waiting], timeout=0.8)
        assert not done
    assert complaint not in await waiting


async def test_of_two_routers_with_one_complaint_the_second_gets_it_when_the_first_fails(
    open_another: OpenJournal,
) -> None:
    complaint = uuid4()
    one, two = await open_another(), await open_another()
    with pytest.raises(ZeroDivisionError):
        async with one.recording([complaint], NOW):
            waiting = asyncio.create_task(record(two, complaint))
            await asyncio.wait([waiting], timeout=0.3)
            raise ZeroDivisionError
    assert await waiting == {complaint}


async def test_a_router_that_is_cancelled_while_it_waits_stands_in_nobodys_way(
    open_another: OpenJournal,
) -> None:
    complaint, other = uuid4(), uuid4()
    one, two = await open_another(), await open_another()
    async with one.recording([complaint], NOW):
        waiting = asyncio.create_task(record(two, other, complaint))
        await asyncio.wait([waiting], timeout=0.3)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert await record(one, complaint, other) == {other}
    assert await record(two, complaint, other) == frozenset()


async def test_routers_that_want_the_same_complaints_in_any_order_get_each_once(
    open_another: OpenJournal,
) -> None:
    routers = [await open_another() for _ in range(3)]
    for _ in range(5):
        complaints = [uuid4() for _ in range(300)]
        orders = [complaints, complaints[::-1], complaints[150:] + complaints[:150]]
        claims = [record(router, *order) for router, order in zip(routers, orders, strict=True)]
        got = [complaint for new in await asyncio.gather(*claims) for complaint in new]
        assert sorted(got) == sorted(complaints)


async def test_a_thousand_complaints_are_recorded_together(journal: Journal) -> None:
    complaints = [uuid4() for _ in range(1000)]
    assert await record(journal, *complaints) == set(complaints)
    assert await record(journal, *complaints, uuid4()) & set(complaints) == frozenset()


async def test_the_oldest_are_forgotten_first_and_in_small_steps(journal: Journal) -> None:
    complaints = [uuid4() for _ in range(5)]
    for age, complaint in enumerate(complaints):
        await record(journal, complaint, at=NOW - timedelta(days=age))
    before = NOW - timedelta(days=1)
    assert await journal.forget(before, 2) == 2
    assert await record(journal, *complaints) == set(complaints[3:])


async def test_forgetting_ends_with_what_is_young_enough(journal: Journal) -> None:
    old, at_the_limit = uuid4(), uuid4()
    await record(journal, old, at=NOW - timedelta(microseconds=1))
    await record(journal, at_the_limit, at=NOW)
    assert [await journal.forget(NOW, 10) for _ in range(2)] == [1, 0]
    assert await record(journal, old, at_the_limit) == {old}


async def test_the_journal_can_be_checked_at_any_time(journal: Journal) -> None:
    complaint = uuid4()
    await journal.check()
    async with journal.recording([complaint], NOW):
        async with asyncio.timeout(PATIENCE):
            await journal.check()
        await asyncio.gather(*(journal.check() for _ in range(5)))
    await journal.check()
    assert await record(journal, complaint) == frozenset()

"""What every journal promises of what it remembers of complaints: memory, SQLite, PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from broker.ports import Journal, Remembered

OpenJournal = Callable[[], Awaitable[Journal]]
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


async def record(
    journal: Journal, kept: Mapping[UUID, bytes], *others: UUID, at: datetime = NOW
) -> None:
    async with journal.recording([*kept, *others], at, kept):
        pass


async def everything(journal: Journal, page: int = 1_000) -> list[Remembered]:
    found: list[Remembered] = []
    after, more = 0, True
    while more:
        read = await journal.fingerprints.since(after, page)
        found += read.found
        after, more = read.after, read.more
    return found


async def test_what_is_recorded_is_read_by_every_router(open_another: OpenJournal) -> None:
    one, other = await open_another(), await open_another()
    first, second, without = uuid4(), uuid4(), uuid4()
    await record(one, {first: b"1"}, without)
    await record(other, {second: b"22"})
    wanted = [Remembered(first, NOW, b"1"), Remembered(second, NOW, b"22")]
    assert await everything(one) == await everything(other) == wanted


async def test_who_has_read_reads_what_is_new(open_another: OpenJournal) -> None:
    one, other = await open_another(), await open_another()
    await record(one, {uuid4(): b"1"})
    place = (await one.fingerprints.since(0, 100)).after
    later = uuid4()
    await record(other, {later: b"2"})
    read = await one.fingerprints.since(place, 100)
    assert [found.complaint for found in read.found] == [later]
    assert not (await one.fingerprints.since(read.after, 100)).found


async def test_what_was_under_way_when_somebody_read_is_read_later(
    open_another: OpenJournal,
) -> None:
    one, other, reader = [await open_another() for _ in range(3)]
    slow, quick = uuid4(), uuid4()
    async with one.recording([slow], NOW, {slow: b"slow"}):
        recording = asyncio.create_task(record(other, {quick: b"quick"}))
        await asyncio.wait([recording], timeout=0.3)  # on SQLite there is one writer at a time
        before = await reader.fingerprints.since(0, 100)
    await recording
    after = await reader.fingerprints.since(before.after, 100)
    found = {one.complaint for one in (*before.found, *after.found)}
    assert found == {slow, quick}


async def test_a_block_that_raises_remembers_nothing(journal: Journal) -> None:
    complaint, beside = uuid4(), uuid4()
    with pytest.raises(ZeroDivisionError):
        async with journal.recording([complaint], NOW, {complaint: b"1"}):
            raise ZeroDivisionError
    await record(journal, {beside: b"2"})
    assert [found.complaint for found in await everything(journal)] == [beside]


async def test_one_of_two_side_by_side_that_fails_takes_its_own_along(journal: Journal) -> None:
    doomed, sound = uuid4(), uuid4()
    inside, go_on, end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        async with journal.recording([doomed], NOW, {doomed: b"1"}):
            inside.set()
            await go_on.wait()
            raise ZeroDivisionError

    async def ends_well() -> None:
        async with journal.recording([sound], NOW, {sound: b"2"}):
            await end.wait()

    failing = asyncio.create_task(fails())
    await inside.wait()
    recording = asyncio.create_task(ends_well())
    await asyncio.wait([recording], timeout=0.1)
    go_on.set()
    await asyncio.wait([failing], timeout=0.3)  # its claim is taken out, or waits for the other
    end.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    await recording
    assert [found.complaint for found in await everything(journal)] == [sound]


async def test_a_repeat_is_not_remembered_again(journal: Journal) -> None:
    complaint = uuid4()
    await record(journal, {complaint: b"1"})
    await record(journal, {complaint: b"other"}, uuid4(), at=NOW + timedelta(days=1))
    assert await everything(journal) == [Remembered(complaint, NOW, b"1")]


async def test_very_many_are_read_in_small_pages(journal: Journal) -> None:
    complaints = [uuid4() for _ in range(25)]
    for start in range(0, 25, 5):
        await record(journal, {one: b"x" for one in complaints[start : start + 5]})
    found = [one.complaint for one in await everything(journal, page=4)]
    assert sorted(set(found)) == sorted(complaints)


async def test_what_is_withdrawn_goes_and_every_router_hears_of_it(
    open_another: OpenJournal,
) -> None:
    one, other = await open_another(), await open_another()
    complaint, stays = uuid4(), uuid4()
    await record(one, {complaint: b"1", stays: b"2"})
    place = (await other.fingerprints.since(0, 100)).after
    later = NOW + timedelta(hours=1)
    assert await one.fingerprints.withdraw([complaint, uuid4()], later) == 1
    heard = await other.fingerprints.since(place, 100)
    assert list(heard.found) == [Remembered(complaint, later, None)]
    assert {found.fingerprint for found in await everything(other)} == {b"2", None}
    assert await one.fingerprints.withdraw([complaint], later) == 0
    assert await one.fingerprints.withdraw([], later) == 0


async def test_the_old_are_forgotten_in_small_steps(journal: Journal) -> None:
    complaints = [uuid4() for _ in range(5)]
    for age, complaint in enumerate(reversed(complaints)):
        await record(journal, {complaint: b"x"}, at=NOW - timedelta(days=4 - age))
    before = NOW - timedelta(days=1)
    steps = [await journal.fingerprints.forget(before, 2) for _ in range(3)]
    assert steps == [2, 1, 0]
    assert [found.complaint for found in await everything(journal)] == complaints[1::-1]


async def test_all_who_open_it_have_one_key(open_another: OpenJournal) -> None:
    one, other = await open_another(), await open_another()
    keys = await asyncio.gather(one.fingerprints.key(), other.fingerprints.key())
    assert len(set(keys)) == 1
    assert len(keys[0]) == 16
    assert await (await open_another()).fingerprints.key() == keys[0]

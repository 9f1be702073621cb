"""Recordings side by side in one SQLite file: one transaction, each fails for itself, and nobody
is told that it is recorded before that is on the disk."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from broker.errors import StoreUnavailable
from broker.store import sharing, syncing
from broker.store.journal import SqlJournal, open_journal
from tests.support.eventually import PATIENCE, eventually_async

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlJournal]:
    monkeypatch.setattr(sharing, "_TOO_OLD", 3600.0)
    opened = await open_journal(f"sqlite:///{tmp_path}/journal.sqlite3")
    yield opened
    await opened.close()


class Recording:
    """One that stays open until it is told how to end."""

    def __init__(self, journal: SqlJournal, *complaints: UUID) -> None:
        self.new: frozenset[UUID] | None = None
        self._told = asyncio.Event()
        self._error: Exception | None = None
        self.task = asyncio.create_task(self._record(journal, complaints))

    async def _record(self, journal: SqlJournal, complaints: tuple[UUID, ...]) -> None:
        async with journal.recording(complaints, NOW) as self.new:
            await self._told.wait()
            if self._error is not None:
                raise self._error

    async def begun(self) -> "Recording":
        await eventually_async(lambda: self.new is not None)
        return self

    def end(self, error: Exception | None = None) -> None:
        self._error = error
        self._told.set()


async def opened(journal: SqlJournal, *complaints: UUID) -> Recording:
    return await Recording(journal, *complaints).begun()


async def known(journal: SqlJournal, *complaints: UUID) -> frozenset[UUID]:
    """Those that are recorded."""
    new: frozenset[UUID] = frozenset()
    with suppress(ZeroDivisionError):
        async with asyncio.timeout(PATIENCE), journal.recording(complaints, NOW) as new:
            raise ZeroDivisionError  # nothing more is to be recorded by asking
    return frozenset(complaints) - new


async def a_moment() -> None:
    await asyncio.sleep(0.05)


async def test_two_are_open_at_once_and_recorded_when_both_have_ended(journal: SqlJournal) -> None:
    first, second = uuid4(), uuid4()
    one, two = await opened(journal, first), await opened(journal, second)
    two.end()
    await a_moment()
    assert not two.task.done()
    one.end()
    await asyncio.gather(one.task, two.task)
    assert await known(journal, first, second) == {first, second}


@pytest.mark.parametrize("which", [0, 1])
async def test_one_that_fails_takes_its_own_out_and_the_other_is_recorded(
    journal: SqlJournal, which: int
) -> None:
    ids = uuid4(), uuid4()
    both = [await opened(journal, id) for id in ids]
    both[which].end(KeyError("a bug"))
    with pytest.raises(KeyError):
        await both[which].task
    both[1 - which].end()
    await both[1 - which].task
    assert await known(journal, *ids) == {ids[1 - which]}


async def test_one_that_is_cancelled_takes_its_own_out(journal: SqlJournal) -> None:
    first, second = uuid4(), uuid4()
    one, two = await opened(journal, first), await opened(journal, second)
    one.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one.task
    two.end()
    await two.task
    assert await known(journal, first, second) == {second}


async def test_one_that_fails_leaves_what_was_recorded_before(journal: SqlJournal) -> None:
    old, new = uuid4(), uuid4()
    before = await opened(journal, old)
    before.end()
    await before.task
    one, two = await opened(journal, old, new), await opened(journal, uuid4())
    one.end(KeyError("a bug"))
    with pytest.raises(KeyError):
        await one.task
    two.end()
    await two.task
    assert await known(journal, old, new) == {old}


async def test_the_later_one_finds_old_what_the_earlier_one_has_and_ends_after_it(
    journal: SqlJournal,
) -> None:
    complaint = uuid4()
    one, two = await opened(journal, complaint), await opened(journal, complaint)
    assert two.new == frozenset()
    two.end()
    await a_moment()
    assert not two.task.done()
    one.end()
    await asyncio.gather(one.task, two.task)


async def test_where_nothing_can_be_taken_out_none_of_it_is_recorded(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise StoreUnavailable("the disk")

    first, second = uuid4(), uuid4()
    one, two = await opened(journal, first), await opened(journal, second)
    monkeypatch.setattr(journal, "_delete", fails)
    one.end(KeyError("a bug"))
    with pytest.raises(KeyError):
        await one.task
    two.end()
    with pytest.raises(StoreUnavailable):
        await two.task
    assert await known(journal, first, second) == frozenset()


async def test_where_a_claim_fails_none_of_it_is_recorded_and_the_next_one_begins_anew(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("the disk")

    first, second, third = uuid4(), uuid4(), uuid4()
    one = await opened(journal, first)
    with monkeypatch.context() as broken:
        broken.setattr(journal, "_claim", fails)
        with pytest.raises(StoreUnavailable):
            await Recording(journal, second).task
    three = Recording(journal, third)
    await a_moment()
    assert three.new is None, "it waits for the end of the one that has failed"
    one.end()
    with pytest.raises(StoreUnavailable):
        await one.task
    await three.begun()
    three.end()
    await three.task
    assert await known(journal, first, second, third) == {third}


async def test_where_the_commit_fails_none_of_it_is_recorded(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise StoreUnavailable("the disk")

    ids = uuid4(), uuid4()
    both = [await opened(journal, id) for id in ids]
    with monkeypatch.context() as broken:
        broken.setattr(journal, "_commit", fails)
        for each in both:
            each.end()
        for each in both:
            with pytest.raises(StoreUnavailable):
                await each.task
    assert await known(journal, *ids) == frozenset()


async def test_nobody_joins_what_is_full_or_old(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = await opened(journal, *(uuid4() for _ in range(sharing.AT_MOST)))
    late = Recording(journal, uuid4())
    await a_moment()
    assert late.new is None
    full.end()
    await late.begun()
    monkeypatch.setattr(sharing, "_TOO_OLD", 0.0)
    later = Recording(journal, uuid4())
    await a_moment()
    assert later.new is None
    late.end()
    await later.begun()
    later.end()
    await asyncio.gather(full.task, late.task, later.task)


async def test_forgetting_waits_for_what_is_open(journal: SqlJournal) -> None:
    complaint = uuid4()
    one = await opened(journal, complaint)
    forgetting = asyncio.create_task(journal.forget(NOW.replace(year=2027), 10))
    await a_moment()
    assert not forgetting.done()
    one.end()
    assert await forgetting == 1
    await one.task


async def test_what_is_recorded_is_on_the_disk_when_that_is_said(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def told(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", told)
    for _ in range(3):
        one = await opened(journal, uuid4())
        before = len(synced)
        one.end()
        await one.task
        assert synced[before:] == [str(tmp_path / "journal.sqlite3-wal")]


async def test_the_next_one_begins_while_the_disk_is_slow(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = asyncio.Event()

    async def slow(self: syncing.LogSync, within: float) -> None:
        await free.wait()

    monkeypatch.setattr(syncing.LogSync, "synced", slow)
    one = await opened(journal, uuid4())
    one.end()
    two = await opened(journal, uuid4())
    assert not one.task.done()
    two.end()
    free.set()
    await asyncio.gather(one.task, two.task)


async def test_a_disk_that_refuses_is_told(
    journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: int) -> None:
        raise OSError(5, "Input/output error")

    one = await opened(journal, uuid4())
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuses)
        one.end()
        with pytest.raises(StoreUnavailable, match="not synced: Input/output error"):
            await one.task
    other = await opened(journal, uuid4())
    other.end()
    await other.task

"""SQLite files that are locked, full, broken, lost or newer than the program."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from broker.errors import BadConfiguration, StoreUnavailable
from broker.store.database import Database, Waits
from broker.store.journal import SqlJournal, open_journal
from tests.support.eventually import PATIENCE

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
WAITS = Waits(others=0.3, answer=2, check=0.3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest_asyncio.fixture
async def journal(path: Path) -> AsyncIterator[SqlJournal]:
    journal = await open_journal(f"sqlite:///{path}", WAITS)
    yield journal
    await journal.close()


async def record(journal: SqlJournal, *complaints: UUID) -> frozenset[UUID]:
    async with journal.recording(complaints, NOW) as new:
        return new


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A full disk, as this process sees it (Python ignores the signal that comes with it)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_told_and_the_journal_goes_on_when_there_is_room(
    journal: SqlJournal, path: Path
) -> None:
    known, other = uuid4(), uuid4()
    await record(journal, known)
    await journal.check()
    log = path.with_name(path.name + "-wal").stat().st_size
    with files_no_larger_than(log):
        with pytest.raises(StoreUnavailable):
            await record(journal, *(uuid4() for _ in range(500)), other)
        with pytest.raises(StoreUnavailable):
            await journal.check()
    await journal.check()
    assert await record(journal, known, other) == {other}


async def test_a_file_that_somebody_holds_is_told_when_patience_ends(
    journal: SqlJournal, path: Path
) -> None:
    complaint = uuid4()
    with holding(path):
        for attempt in (record(journal, complaint), journal.check(), journal.forget(NOW, 1)):
            with pytest.raises(StoreUnavailable, match="locked"):
                await attempt
    assert await record(journal, complaint) == {complaint}
    await journal.check()


@contextmanager
def holding(path: Path) -> Iterator[sqlite3.Connection]:
    somebody = sqlite3.connect(path, isolation_level=None)
    somebody.execute("BEGIN IMMEDIATE")
    yield somebody
    somebody.execute("ROLLBACK")
    somebody.close()


async def test_opening_a_file_that_is_up_to_date_waits_for_nobody(path: Path) -> None:
    url = f"sqlite:///{path}"
    await (await open_journal(url)).close()
    with holding(path):
        async with asyncio.timeout(30):
            journal = await open_journal(url, Waits(others=60))
            await journal.close()


async def test_waiting_for_a_file_that_somebody_holds_can_be_cancelled(path: Path) -> None:
    journal = await open_journal(f"sqlite:///{path}", Waits(others=60))
    with holding(path):
        waiting = asyncio.create_task(record(journal, uuid4()))
        await asyncio.wait([waiting], timeout=0.1)
        waiting.cancel()
        done, _ = await asyncio.wait([waiting], timeout=20)
        assert done
        assert waiting.cancelled()
        async with asyncio.timeout(PATIENCE):
            await journal.close()


async def test_a_file_that_was_removed_is_told_and_found_again_when_it_is_put_back(
    journal: SqlJournal, path: Path
) -> None:
    known = uuid4()
    await record(journal, known)
    await journal.check()
    # What was not yet in the file itself is, once the connections are closed.
    aside = path.with_name("aside.db")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    for attempt in (record(journal, uuid4()), journal.check()):
        with pytest.raises(StoreUnavailable):
            await attempt
    for suffix in ("", "-wal", "-shm"):
        place = aside.with_name(aside.name + suffix)
        if place.exists():
            place.rename(path.with_name(path.name + suffix))
    await journal.check()
    assert await record(journal, known) == frozenset()


async def test_a_file_that_is_no_database_is_told(path: Path) -> None:
    path.write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        await open_journal(f"sqlite:///{path}", WAITS)


async def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        await open_journal(f"sqlite:///{tmp_path}/missing/journal.db", WAITS)


async def test_only_the_owner_may_read_the_file(journal: SqlJournal, path: Path) -> None:
    await record(journal, uuid4())
    files = [path, *path.parent.glob("journal.db-*")]
    assert len(files) > 1
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


async def test_commits_reach_the_disk(journal: SqlJournal, path: Path) -> None:
    database = Database(f"sqlite:///{path}")

    def pragmas() -> list[object]:
        with database.transaction(reading=True) as connection:
            names = ("journal_mode", "synchronous", "foreign_keys")
            return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await database.run(pragmas, 5) == ["wal", 2, 1]
    await database.close()


async def test_readers_do_not_wait_for_a_writer(journal: SqlJournal, path: Path) -> None:
    database = Database(f"sqlite:///{path}")

    def count() -> object:
        with database.transaction(reading=True, patience=0) as connection:
            return connection.execute(text("SELECT count(*) FROM journal")).scalar()

    async with journal.recording([uuid4()], NOW):
        assert await database.run(count, 5) == 0
    assert await database.run(count, 5) == 1
    await database.close()


async def test_a_store_of_which_a_newer_program_made_another_is_refused(
    journal: SqlJournal, path: Path
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE journal_version SET version_num = 'journal2_0001'")
    connection.close()
    with pytest.raises(BadConfiguration, match="newer version"):
        await open_journal(f"sqlite:///{path}", WAITS)


async def test_a_mistake_of_the_program_is_not_called_an_outage(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    path.touch()

    def wrong() -> None:
        with database.transaction() as connection:
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(Exception, match="no such table") as raised:
        await database.run(wrong, 5)
    assert not isinstance(raised.value, StoreUnavailable)
    await database.close()


async def test_old_entries_are_found_by_their_index(journal: SqlJournal, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT complaint_id FROM journal"
            " WHERE recorded_at < ? ORDER BY recorded_at LIMIT 10",
            (0,),
        ).fetchall()
    connection.close()
    assert "journal_recorded_at" in str(plan)
    assert await journal.forget(NOW + timedelta(1), 10) == 0

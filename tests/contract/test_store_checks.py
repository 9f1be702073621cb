"""A store whose tables somebody else has locked is told, soon, whatever else works."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from broker.errors import StoreUnavailable
from broker.store.cases import SqlCaseStore, open_case_store
from broker.store.database import Waits
from broker.store.journal import SqlJournal, open_journal
from tests.support.eventually import PATIENCE

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
WAITS = Waits(others=20, answer=20, check=0.5)
TABLES = {
    "journal": ("journal", "journal_check"),
    "cases": ("cases", "case_owed", "case_history", "case_progress", "case_check"),
}


@asynccontextmanager
async def opened(kind: str, url: str) -> AsyncIterator[SqlJournal | SqlCaseStore]:
    store = await (open_journal if kind == "journal" else open_case_store)(url, WAITS)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def locked(url: str, table: str, mode: str) -> Iterator[None]:
    with psycopg.connect(url) as somebody:
        somebody.execute(f"LOCK TABLE {table} IN {mode} MODE".encode())
        yield
        somebody.rollback()


@pytest.mark.parametrize("mode", ["ACCESS EXCLUSIVE", "SHARE"])
@pytest.mark.parametrize(("kind", "table"), [(k, t) for k, all_ in TABLES.items() for t in all_])
async def test_a_locked_table_is_told_and_found_again(
    postgres_url: str, kind: str, table: str, mode: str
) -> None:
    async with opened(kind, postgres_url) as store:
        await store.check()
        with locked(postgres_url, table, mode):
            async with asyncio.timeout(PATIENCE):
                with pytest.raises(StoreUnavailable, match=r"lock|no answer"):
                    await store.check()
        await store.check()


async def test_a_check_does_not_wait_behind_work_that_does(postgres_url: str) -> None:
    """Idle and under load it says so at the same time: work has connections of its own."""
    async with opened("cases", postgres_url) as store:
        assert isinstance(store, SqlCaseStore)
        with locked(postgres_url, "cases", "ACCESS EXCLUSIVE"):
            reading = asyncio.create_task(store.next_due())
            await asyncio.wait([reading], timeout=0.1)
            with pytest.raises(StoreUnavailable, match="table cases has been locked"):
                await store.check()
            assert not reading.done()
        await reading


async def test_other_rows_that_are_locked_are_no_outage(postgres_url: str) -> None:
    async with opened("journal", postgres_url) as one, opened("journal", postgres_url) as two:
        assert isinstance(one, SqlJournal)
        async with one.recording([uuid4()], NOW):
            await two.check()


@pytest.mark.parametrize("kind", TABLES)
async def test_a_file_that_somebody_holds_is_told(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "store.db"
    async with opened(kind, f"sqlite:///{file}") as store:
        await store.check()
        somebody = sqlite3.connect(file, isolation_level=None)
        somebody.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.check()
        somebody.execute("ROLLBACK")
        somebody.close()
        await store.check()


@pytest.mark.parametrize("kind", TABLES)
async def test_a_file_that_others_write_all_the_time_is_no_outage(
    tmp_path: Path, kind: str
) -> None:
    """Whoever waits for the file looks only now and then, and may never find it free."""
    file = tmp_path / "store.db"
    async with opened(kind, f"sqlite:///{file}") as store:
        somebody = sqlite3.connect(file, isolation_level=None)
        somebody.execute("CREATE TABLE others (n INTEGER)")
        somebody.execute("BEGIN IMMEDIATE")
        checking = asyncio.ensure_future(store.check())
        while not checking.done():
            somebody.execute("INSERT INTO others VALUES (1)")
            # No gap in which anybody could get in, as good as one can have it in one thread.
            somebody.execute("COMMIT")
            somebody.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(0)
        await checking
        somebody.close()

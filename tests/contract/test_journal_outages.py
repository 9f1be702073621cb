"""PostgreSQL away, cut off or hanging: StoreUnavailable in time, and then on by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import make_url

from broker.errors import StoreUnavailable
from broker.store.database import Waits
from broker.store.journal import SqlJournal, open_journal
from tests.contract.gate import Gate, gate_to
from tests.support.eventually import PATIENCE

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
BOUNDED = 30.0
"""Seconds: several times what the store gives an answer, far less than TCP would wait for one."""


@pytest_asyncio.fixture
async def gate(postgres_url: str) -> AsyncIterator[Gate]:
    url = make_url(postgres_url)
    async with gate_to(url.host or "127.0.0.1", url.port or 5432) as gate:
        yield gate


@pytest_asyncio.fixture
async def journal(postgres_url: str, gate: Gate) -> AsyncIterator[SqlJournal]:
    url = make_url(postgres_url).set(host="127.0.0.1", port=gate.port)
    url = url.update_query_dict({"connect_timeout": "2"})
    waits = Waits(others=0.5, answer=2, check=1)
    journal = await open_journal(url.render_as_string(hide_password=False), waits)
    yield journal
    await journal.close()


async def record(journal: SqlJournal, *complaints: UUID) -> frozenset[UUID]:
    async with journal.recording(complaints, NOW) as new:
        return new


async def test_a_server_that_is_gone_is_told_and_found_again(
    journal: SqlJournal, gate: Gate
) -> None:
    complaint = uuid4()
    await gate.shut()
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await record(journal, complaint)
        with pytest.raises(StoreUnavailable):
            await journal.check()
        with pytest.raises(StoreUnavailable):
            await journal.forget(NOW, 10)
    await gate.open()
    await journal.check()
    assert await record(journal, complaint) == {complaint}


async def test_a_connection_that_was_cut_in_between_is_not_noticed(
    journal: SqlJournal, gate: Gate
) -> None:
    complaint = uuid4()
    await journal.check()
    gate.cut()
    assert await record(journal, complaint) == {complaint}
    await journal.check()


async def test_a_connection_cut_inside_the_block_records_nothing(
    journal: SqlJournal, gate: Gate
) -> None:
    complaint = uuid4()
    with pytest.raises(StoreUnavailable):
        async with journal.recording([complaint], NOW):
            gate.cut()
    assert await record(journal, complaint) == {complaint}


async def test_a_session_that_an_administrator_ended_is_told_and_replaced(
    journal: SqlJournal, postgres_url: str
) -> None:
    complaint = uuid4()
    with pytest.raises(StoreUnavailable):
        async with journal.recording([complaint], NOW):
            end_sessions(postgres_url)
    assert await record(journal, complaint) == {complaint}


def end_sessions(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE state = 'idle in transaction' AND pid <> pg_backend_pid()"
        )


async def test_a_server_that_hangs_is_told_in_a_bounded_time(
    journal: SqlJournal, gate: Gate
) -> None:
    complaint = uuid4()
    await record(journal, uuid4())
    await journal.check()  # connected: what hangs then is the answer, once, and then connecting
    gate.hold()
    async with asyncio.timeout(BOUNDED):
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                await journal.check()
    gate.release()
    await journal.check()
    assert await record(journal, complaint) == {complaint}


async def test_a_server_that_hangs_inside_the_block_does_not_hold_the_journal(
    journal: SqlJournal, gate: Gate
) -> None:
    complaint = uuid4()
    async with asyncio.timeout(BOUNDED):
        with pytest.raises(StoreUnavailable):
            async with journal.recording([complaint], NOW):
                gate.hold()
    gate.release()
    async with asyncio.timeout(PATIENCE):
        # Nobody knows what became of the commit; either is right, but not a wait.
        assert await record(journal, complaint) <= {complaint}


async def test_a_claim_that_hangs_can_be_cancelled(journal: SqlJournal, gate: Gate) -> None:
    complaint = uuid4()
    await record(journal, uuid4())
    gate.hold()
    claiming = asyncio.create_task(record(journal, complaint))
    await asyncio.wait([claiming], timeout=0.2)
    claiming.cancel()
    done, _ = await asyncio.wait([claiming], timeout=BOUNDED)
    assert done
    assert claiming.cancelled()
    gate.release()
    async with asyncio.timeout(PATIENCE):
        assert await record(journal, complaint) == {complaint}


async def test_routers_with_different_complaints_do_not_wait_for_each_other(
    journal: SqlJournal, postgres_url: str
) -> None:
    async with another(postgres_url) as other, journal.recording([uuid4()], NOW):
        complaint = uuid4()
        async with asyncio.timeout(PATIENCE):
            assert await record(other, complaint) == {complaint}


async def test_a_check_is_quick_while_a_claim_waits_for_another_router(
    journal: SqlJournal, postgres_url: str
) -> None:
    complaint = uuid4()
    async with another(postgres_url) as other:
        async with journal.recording([complaint], NOW):
            waiting = asyncio.create_task(record(other, complaint))
            await asyncio.wait([waiting], timeout=0.2)
            async with asyncio.timeout(PATIENCE):
                await other.check()
            assert not waiting.done()
        assert await waiting == frozenset()


@asynccontextmanager
async def another(url: str) -> AsyncIterator[SqlJournal]:
    journal = await open_journal(url)
    yield journal
    await journal.close()

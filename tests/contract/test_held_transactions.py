"""A publish that is held keeps its transaction open: the database must not end it meanwhile."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from broker.errors import StoreUnavailable
from broker.ports import CaseChange
from broker.store import engine, keeping_open
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from tests.contract.keeping import a_case

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ends_idle_transactions_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        engine, "_POSTGRES_SETTINGS", "SET idle_in_transaction_session_timeout = 1000"
    )
    monkeypatch.setattr(keeping_open, "PING_EVERY", 0.1)


async def test_a_recording_that_lasts_is_recorded(postgres_url: str) -> None:
    journal, complaint = await open_journal(postgres_url), uuid4()
    async with journal.recording([complaint], NOW):
        await asyncio.sleep(2)
    async with journal.recording([complaint], NOW) as new:
        assert new == frozenset()
    await journal.close()


async def test_a_transaction_on_cases_that_lasts_is_committed(postgres_url: str) -> None:
    store, case = await open_case_store(postgres_url), a_case()
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(case)])
        await asyncio.sleep(2)
    assert await store.find(case.complaint_id) == case
    await store.close()


async def test_one_of_a_process_that_stands_still_is_ended(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_open, "PING_EVERY", 3600.0)
    journal = await open_journal(postgres_url)
    with pytest.raises(StoreUnavailable):
        async with journal.recording([uuid4()], NOW):
            await asyncio.sleep(2)
    await journal.close()

"""PostgreSQL away, cut off or hanging: StoreUnavailable in time, nothing by half, and then on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from broker.errors import StoreUnavailable
from broker.ports import CaseChange
from broker.store.cases import SqlCaseStore, open_case_store
from broker.store.database import Waits
from tests.contract.gate import Gate, gate_to
from tests.contract.keeping import DAY, NOW, a_case, a_line, save
from tests.support.eventually import PATIENCE

BOUNDED = 30.0
"""Seconds: several times what the store gives an answer, far less than TCP would wait for one."""


@pytest_asyncio.fixture
async def gate(postgres_url: str) -> AsyncIterator[Gate]:
    url = make_url(postgres_url)
    async with gate_to(url.host or "127.0.0.1", url.port or 5432) as gate:
        yield gate


@pytest_asyncio.fixture
async def store(postgres_url: str, gate: Gate) -> AsyncIterator[SqlCaseStore]:
    url = make_url(postgres_url).set(host="127.0.0.1", port=gate.port)
    url = url.update_query_dict({"connect_timeout": "2"})
    waits = Waits(others=0.5, answer=2, check=1)
    # Tables take a while to make; what is measured here comes after that.
    await (await open_case_store(postgres_url)).close()
    store = await open_case_store(url.render_as_string(hide_password=False), waits)
    yield store
    await store.close()


async def test_a_store_that_is_gone_is_told_by_everything_and_found_again(
    store: SqlCaseStore, gate: Gate
) -> None:
    case = a_case()
    await save(store, case)
    await gate.shut()
    for asked in (
        lambda: save(store, case),
        store.watermark,
        store.next_due,
        lambda: store.find(case.complaint_id),
        lambda: store.history(case.complaint_id),
        lambda: anext(aiter(store.listed())),
        store.counts,
        lambda: store.overdue(NOW),
        lambda: store.forget(NOW, 10),
        lambda: store.began(NOW),
        store.check,
    ):
        with pytest.raises(StoreUnavailable):
            await asked()
    await gate.open()
    await store.check()
    await save(store, replace(case, hops=1))
    assert await store.find(case.complaint_id) == replace(case, hops=1)


async def test_a_connection_that_was_cut_in_between_is_not_noticed(
    store: SqlCaseStore, gate: Gate
) -> None:
    case = a_case()
    await store.check()
    gate.cut()
    await save(store, case)
    assert await store.find(case.complaint_id) == case


async def test_a_connection_cut_while_the_caller_publishes_records_nothing(
    store: SqlCaseStore, gate: Gate
) -> None:
    case = a_case()
    await save(store, case)
    with pytest.raises(StoreUnavailable):
        async with store.transaction() as transaction:
            [due] = await transaction.due(NOW, 10)
            moved = replace(due, next_due=NOW + DAY)
            await transaction.save([CaseChange(moved, (a_line(case),))])
            gate.cut()
    assert await store.find(case.complaint_id) == case
    assert await store.history(case.complaint_id) == []
    await save(store, replace(case, hops=1))


async def test_a_store_that_hangs_is_told_in_a_bounded_time(
    store: SqlCaseStore, gate: Gate
) -> None:
    case = a_case()
    await save(store, case)
    gate.hold()
    async with asyncio.timeout(BOUNDED):
        for asked in (store.check, store.next_due, lambda: save(store, a_case())):
            with pytest.raises(StoreUnavailable):
                await asked()
    gate.release()
    async with asyncio.timeout(BOUNDED):
        await save(store, replace(case, hops=1))
    assert await store.find(case.complaint_id) == replace(case, hops=1)


async def test_a_store_that_hangs_inside_the_block_holds_nobody(
    store: SqlCaseStore, gate: Gate
) -> None:
    case = a_case()
    await save(store, case)
    async with asyncio.timeout(BOUNDED):
        with pytest.raises(StoreUnavailable):
            async with store.transaction() as transaction:
                await transaction.due(NOW, 10)
                gate.hold()
    gate.release()
    async with asyncio.timeout(BOUNDED):
        await save(store, replace(case, hops=1))


async def test_a_step_that_hangs_can_be_cancelled(store: SqlCaseStore, gate: Gate) -> None:
    case = a_case()
    await save(store, case)
    gate.hold()
    saving = asyncio.create_task(save(store, replace(case, hops=1)))
    await asyncio.wait([saving], timeout=0.2)
    saving.cancel()
    done, _ = await asyncio.wait([saving], timeout=BOUNDED)
    assert done
    assert saving.cancelled()
    gate.release()
    async with asyncio.timeout(PATIENCE):
        await save(store, replace(case, hops=2))


async def test_reading_waits_for_no_transaction(store: SqlCaseStore) -> None:
    case = a_case()
    await save(store, case)
    async with store.transaction() as transaction:
        await transaction.load([case.complaint_id])
        await transaction.save([CaseChange(replace(case, next_due=NOW + DAY))])
        async with asyncio.timeout(PATIENCE):
            assert await store.next_due() == NOW
            assert await store.find(case.complaint_id) == case
            await store.check()
    assert await store.next_due() == NOW + DAY

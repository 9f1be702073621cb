"""Keepers of cases that die amid a transaction, and what is left in a file."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from broker.domain.case import Case, State
from broker.errors import StoreUnavailable
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from tests.contract.keeping import DAY, NOW, TEXT, a_case, a_line, an_aside, closed, save, text_left
from tests.support.eventually import PATIENCE

CLOSE_AND_WAIT = """
import asyncio, sys
from broker.ports import CaseChange
from broker.store.cases import open_case_store
from tests.contract.keeping import NOW, a_line, closed
from tests.support.eventually import PATIENCE

async def main(url):
    store = await open_case_store(url)
    async with store.transaction() as transaction:
        [case] = await transaction.due(NOW, 10)
        await transaction.save([CaseChange(closed(case), (a_line(case),), ("u-9",))])
        await transaction.advance_watermark(NOW)
        print("saved", flush=True)
        sys.stdin.readline()
    print("committed", flush=True)
    sys.stdin.readline()

asyncio.run(main(*sys.argv[1:]))
"""


@contextmanager
def a_case_consumer(url: str) -> "Iterator[subprocess.Popen[str]]":
    """A process that closes what is due, and publishes it until it is told to go on."""
    command = [sys.executable, "-c", CLOSE_AND_WAIT, url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert says(process) == "saved"
            yield process
        finally:
            process.kill()
            process.communicate()


def says(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def test_what_a_killed_case_consumer_had_in_hand_is_as_it_was(store_url: str) -> None:
    store, case = await open_case_store(store_url), a_case()
    await save(store, case)
    with a_case_consumer(store_url) as process:
        waiting = asyncio.create_task(load(store, case.complaint_id))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
        assert await store.find(case.complaint_id) == case
        process.kill()
        assert await waiting == {case.complaint_id: case}
    assert await store.history(case.complaint_id) == []
    assert await store.watermark() is None
    await store.close()


async def test_what_a_case_consumer_committed_before_it_was_killed_is_kept(store_url: str) -> None:
    store, case = await open_case_store(store_url), a_case()
    await save(store, case)
    with a_case_consumer(store_url) as process:
        process.communicate("\n", timeout=PATIENCE)
    found = await store.find(case.complaint_id)
    assert found is not None
    assert found.state is State.CLOSED
    assert await store.history(case.complaint_id) == [a_line(case)]
    assert await store.watermark() == NOW
    await store.close()


async def load(store: CaseStore, complaint: UUID) -> dict[UUID, Case]:
    async with store.transaction() as transaction:
        return await transaction.load([complaint])


async def test_case_consumers_of_one_database_share_what_is_due(postgres_url: str) -> None:
    one, two = await open_case_store(postgres_url), await open_case_store(postgres_url)
    cases = [a_case() for _ in range(30)]
    await save(one, *cases)
    async with one.transaction() as first, two.transaction() as second:
        mine = [case.complaint_id for case in await first.due(NOW, 20)]
        others = [case.complaint_id for case in await second.due(NOW, 20)]
        assert (len(mine), len(others)) == (20, 10)
        assert {*mine, *others} == {case.complaint_id for case in cases}
        assert [c.complaint_id for c in await second.outdated("none", 20)] == others
    await one.close()
    await two.close()


async def test_two_that_begin_one_case_at_once_do_not_both(postgres_url: str) -> None:
    one, two = await open_case_store(postgres_url), await open_case_store(postgres_url)
    case = a_case()
    async with one.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line(case),))])
        waiting = asyncio.create_task(save(two, case))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
    with pytest.raises(StoreUnavailable, match="another transaction began"):
        await waiting
    await save(two, case)
    assert await two.history(case.complaint_id) == [a_line(case)]
    await one.close()
    await two.close()


@pytest.mark.parametrize("end", ["forget", "close"])
async def test_no_word_of_a_case_closed_long_ago_is_left_in_the_file(
    tmp_path: Path, end: str
) -> None:
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.db")
    # Some of every size: what is long lies in pages of its own.
    cases = [a_case(text=f"{TEXT} " * (1 + 40 * (n % 7))) for n in range(50)]
    await save(store, *cases)
    async with store.transaction() as transaction:
        await transaction.defer([an_aside("u-1", cases[0].complaint_id, body=TEXT.encode())])
    assert words_left(tmp_path) > 50
    async with store.transaction() as transaction:
        found = await transaction.load([case.complaint_id for case in cases])
        await transaction.save([CaseChange(closed(case)) for case in found.values()])
        await transaction.forget_deferred(["u-1"])
    assert await text_left(store, cases[0])
    async with store.transaction() as transaction:
        assert await transaction.forget_words(NOW + DAY, 100, NOW) == 50
    assert not await text_left(store, cases[0])
    if end == "forget":
        await store.forget(NOW, 10)
        assert words_left(tmp_path) == 0
    await store.close()
    assert words_left(tmp_path) == 0


def words_left(folder: Path) -> int:
    return sum(file.read_bytes().count(TEXT.encode()) for file in folder.iterdir())


async def test_a_step_that_was_given_up_half_done_is_never_committed(store_url: str) -> None:
    store, case = await open_case_store(store_url), a_case()
    with pytest.raises(StoreUnavailable, match="failed"):
        async with store.transaction() as transaction:
            await transaction.save([CaseChange(case)])
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await transaction.advance_watermark(NOW)
    assert await store.find(case.complaint_id) is None
    await store.close()

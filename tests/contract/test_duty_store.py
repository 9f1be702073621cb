"""What every store of who is on duty promises: SQLite, PostgreSQL, and the twin in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from broker.memory.gateway_store import MemoryGatewayStore
from broker.ports import Contact, Duty, DutyStore
from broker.store.gateway import open_gateway_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Open = Callable[[], Awaitable[DutyStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the store of this test once more, as a further process would."""
    shared = MemoryGatewayStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> DutyStore:
            if not url:
                return shared.duties
            store = await open_gateway_store(url)
            stack.push_async_callback(store.close)
            return store.duties

        yield connect


def a_duty(id: str = "a", agency: str = "dlh", first: int = 1, last: int = 7) -> Duty:
    officer = Contact("Budi Santoso", "0812-3456", "budi@dlh.example.go.id")
    days = date(2026, 3, first), date(2026, 3, last)
    return Duty(id, agency, *days, officer, None, "rina", NOW)


MARCH = date(2026, 3, 1), date(2026, 3, 31)


async def test_what_was_written_down_is_there_for_every_process(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    with_deputy = replace(a_duty("b", "dpupr"), deputy=Contact("Sari", "", "sari@x.example"))
    await one.add_duties([with_deputy, a_duty()])
    await one.add_duties([])
    assert await two.duties(*MARCH) == [a_duty(), with_deputy]
    assert (await two.duty("b"), await two.duty("c")) == (with_deputy, None)


async def test_those_that_touch_the_days_are_given_by_agency_and_first_day(
    open_again: Open,
) -> None:
    store = await open_again()
    some = [a_duty("c", first=8, last=9), a_duty("b"), a_duty("d", "dpupr", 9, 9)]
    await store.add_duties(some)
    day = date(2026, 3, 8)
    assert [one.id for one in await store.duties(day, day)] == ["c"]
    assert [one.id for one in await store.duties(*MARCH)] == ["b", "c", "d"]
    assert [one.id for one in await store.duties(*MARCH, ["dpupr"])] == ["d"]
    assert await store.duties(*MARCH, []) == []
    assert [one.id for one in await store.duties(date(2026, 3, 7), day)] == ["b", "c"]


async def test_what_somebody_else_changed_meanwhile_stays(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    first = a_duty()
    await one.add_duties([first])
    second = replace(first, last=date(2026, 3, 9), deputy=Contact("Sari"), changed_by="budi")
    assert await one.change_duty(first, second)
    assert not await two.change_duty(first, replace(first, officer=Contact("Joko")))
    assert not await two.remove_duty(first)
    assert await two.duty("a") == second
    assert await two.remove_duty(second)
    assert not await one.remove_duty(second)
    assert await one.duty("a") is None


async def test_what_ended_before_a_day_is_dropped(open_again: Open) -> None:
    store = await open_again()
    await store.add_duties([a_duty("a", last=7), a_duty("b", last=8)])
    assert await store.forget_duties(date(2026, 3, 8)) == 1
    assert [one.id for one in await store.duties(*MARCH)] == ["b"]

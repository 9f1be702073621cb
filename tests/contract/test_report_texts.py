"""What every store promises of the texts of reports: SQLite, PostgreSQL, and the twin in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from broker.memory import MemoryGatewayStore
from broker.ports import GatewayStore, ReportText
from broker.store.gateway import open_gateway_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Open = Callable[[], Awaitable[GatewayStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    shared = MemoryGatewayStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> GatewayStore:
            if not url:
                return shared
            store = await open_gateway_store(url)
            stack.push_async_callback(store.close)
            return store

        yield connect


def a_text(n: int, text: str = "Sampah naik.", field: str = "findings") -> ReportText:
    return ReportText("2026-02", field, n, text, "rina", NOW)


async def test_the_newest_version_stands_and_every_earlier_one_is_kept(open_again: Open) -> None:
    texts = (await open_again()).report_texts
    assert await texts.write(a_text(1))
    assert await texts.write(a_text(2, "Sampah naik lagi."))
    assert await texts.write(a_text(1, "Kurang armada.", "problems"))
    other = (await open_again()).report_texts
    assert await other.texts(["2026-02", "2026-01"]) == [
        a_text(2, "Sampah naik lagi."),
        a_text(1, "Kurang armada.", "problems"),
    ]
    assert await other.versions("2026-02", "findings") == [
        a_text(2, "Sampah naik lagi."),
        a_text(1),
    ]
    assert await other.texts(["2026-03"]) == []


async def test_a_version_that_does_not_follow_the_newest_changes_nothing(open_again: Open) -> None:
    texts = (await open_again()).report_texts
    assert not await texts.write(a_text(2))
    assert await texts.write(a_text(1))
    assert not await texts.write(a_text(1, "Bukan itu."))
    assert await texts.versions("2026-02", "findings") == [a_text(1)]


async def test_of_two_who_write_at_once_one_gets_in(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    done = await asyncio.gather(
        *(each.report_texts.write(a_text(1, name)) for each, name in ((one, "a"), (two, "b")))
    )
    assert sorted(done) == [False, True]
    assert len(await one.report_texts.versions("2026-02", "findings")) == 1

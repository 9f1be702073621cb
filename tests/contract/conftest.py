"""Stores and brokers for the contract suites: an empty one for each test."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from yarl import URL

from broker.amqp.session import RabbitBroker
from broker.memory import MemoryJournal
from broker.ports import CaseStore, Journal
from broker.store.cases import recent
from broker.store.journal import open_journal
from tests.contract.gate import gate_to
from tests.contract.keeping import OpenStore, stores
from tests.contract.small_world import World, declare_on_rabbitmq, world_in_memory


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that is empty, by URL."""
    return _empty(request.param, request, tmp_path)


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_another(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[Journal]]]:
    """Opens the journal of this test once more, as a further router would."""
    if request.param == "memory":
        shared = MemoryJournal()

        async def share() -> Journal:
            return shared

        yield share
        return
    url = _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> Journal:
            journal = await open_journal(url)
            stack.push_async_callback(journal.close)
            return journal

        yield connect


@pytest_asyncio.fixture
async def journal(open_another: Callable[[], Awaitable[Journal]]) -> Journal:
    return await open_another()


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_stores(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenStore]:
    """Opens the case store of this test, as often as it is called."""
    # On a busy machine every answer takes long: none is given again here.
    monkeypatch.setattr(recent, "LONG", math.inf)
    kind = request.param
    async with stores(None if kind == "memory" else _empty(kind, request, tmp_path)) as opens:
        yield opens


@pytest_asyncio.fixture
async def case_store(open_stores: OpenStore) -> CaseStore:
    return await open_stores()


def _empty(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/store.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest_asyncio.fixture(params=["memory", "rabbitmq"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A broker with the small topology, empty."""
    if request.param == "memory":
        yield world_in_memory()
        return
    url = URL(request.getfixturevalue("amqp_url"))
    declare_on_rabbitmq(str(url))
    async with gate_to(url.host or "127.0.0.1", url.port or 5672) as gate:
        through = str(url.with_host("127.0.0.1").with_port(gate.port))
        yield World(RabbitBroker(through, name="contract"), gate.shut, gate.open)

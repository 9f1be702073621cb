"""A store is looked at beside the work, whether or not there is any."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from broker.errors import StoreUnavailable
from config.settings import Settings
from consumers.runtime import store_watch
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from tests.support.eventually import PATIENCE, eventually_async


class Store:
    """Answers as it is told to."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.bug = False
        self.answers = asyncio.Event()
        self.answers.set()

    async def check(self) -> None:
        await self.answers.wait()
        if self.why is not None:
            raise StoreUnavailable(self.why)
        if self.bug:
            raise KeyError("permission denied, say")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(store_watch, "_WATCH_EVERY", 0.01)
    monkeypatch.setattr(store_watch, "_CHECK_WITHIN", 0.1)
    return Service("cases", Settings(state_dir=tmp_path))


@asynccontextmanager
async def watching(service: Service, store: Store) -> AsyncIterator[None]:
    task = asyncio.create_task(watch_store(service, store))
    try:
        yield
    finally:
        service.stop.set()
        await asyncio.wait_for(task, PATIENCE)


async def test_a_store_that_cannot_be_written_is_told_and_found_again(service: Service) -> None:
    store = Store()
    async with watching(service, store):
        await eventually_async(lambda: "store" not in service.health.wanting)
        store.why = "database is locked"
        await eventually_async(lambda: service.health.wanting.get("store") == store.why)
        store.why = None
        await eventually_async(lambda: "store" not in service.health.wanting)


async def test_a_store_that_does_not_answer_is_told(service: Service) -> None:
    store = Store()
    async with watching(service, store):
        await eventually_async(lambda: "store" not in service.health.wanting)
        store.answers.clear()
        await eventually_async(lambda: "no answer" in service.health.wanting.get("store", ""))
        store.answers.set()
        await eventually_async(lambda: "store" not in service.health.wanting)


async def test_a_check_that_fails_in_another_way_is_no_good_sign(service: Service) -> None:
    store = Store()
    async with watching(service, store):
        await eventually_async(lambda: "store" not in service.health.wanting)
        store.bug = True
        await eventually_async(lambda: "program failed" in service.health.wanting.get("store", ""))
        store.bug = False
        await eventually_async(lambda: "store" not in service.health.wanting)


async def test_it_ends_with_the_service_amid_a_check(service: Service) -> None:
    store = Store()
    store.answers.clear()
    async with watching(service, store):
        await asyncio.sleep(0)

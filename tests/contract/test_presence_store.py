"""What every store of who is at which case promises: SQLite, PostgreSQL, and the twin in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from broker.memory import MemoryGatewayStore
from broker.ports import Presence, PresenceStore
from broker.store.gateway import open_gateway_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE, TWO = UUID(int=1), UUID(int=2)
Open = Callable[[], Awaitable[PresenceStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the store of this test once more, as a further process would."""
    shared = MemoryGatewayStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> PresenceStore:
            if not url:
                return shared.presence
            store = await open_gateway_store(url)
            stack.push_async_callback(store.close)
            return store.presence

        yield connect


async def test_who_is_at_a_case_is_seen_by_everybody(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    rina, sari = Presence(ONE, "rina", NOW), Presence(ONE, "sari", NOW, typing=True)
    await one.here(sari)
    await one.here(rina)
    await one.here(Presence(TWO, "rina", NOW))
    assert await two.present([ONE], NOW - MINUTE) == [rina, sari]
    assert await two.present([], NOW - MINUTE) == []


async def test_somebody_who_is_heard_of_again_is_there_once(open_again: Open) -> None:
    store = await open_again()
    await store.here(Presence(ONE, "rina", NOW))
    later = Presence(ONE, "rina", NOW + MINUTE, typing=True)
    await store.here(later)
    assert await store.present([ONE], NOW) == [later]


async def test_somebody_who_is_not_heard_of_or_left_is_away(open_again: Open) -> None:
    store = await open_again()
    await store.here(Presence(ONE, "rina", NOW))
    await store.here(Presence(ONE, "sari", NOW + MINUTE))
    assert [p.person for p in await store.present([ONE], NOW + MINUTE)] == ["sari"]
    await store.left(ONE, "sari")
    await store.left(ONE, "nobody")
    assert await store.present([ONE], NOW + MINUTE) == []


async def test_one_form_at_a_time_decides_on_a_case(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    since = NOW - MINUTE
    assert await one.claim(ONE, "rina", "a", NOW, since) is None
    assert await two.claim(ONE, "sari", "b", NOW, since) == "rina"
    assert await two.claim(TWO, "sari", "b", NOW, since) is None
    assert await two.claim(ONE, "rina", "a", NOW, since) is None
    await two.release(ONE, "b")
    assert await two.claim(ONE, "sari", "b", NOW, since) == "rina"
    await two.release(ONE, "a")
    assert await two.claim(ONE, "sari", "b", NOW, since) is None


async def test_a_claim_that_nobody_gave_back_ends(open_again: Open) -> None:
    store = await open_again()
    await store.claim(ONE, "rina", "a", NOW, NOW - MINUTE)
    assert await store.claim(ONE, "sari", "b", NOW + 2 * MINUTE, NOW + MINUTE) is None
    assert await store.claim(ONE, "rina", "a", NOW + 2 * MINUTE, NOW + MINUTE) == "sari"


async def test_of_many_at_once_one_decides(open_again: Open) -> None:
    stores = [await open_again() for _ in range(3)]
    answers = await asyncio.gather(
        *(
            store.claim(ONE, f"p{n}", f"form-{n}", NOW, NOW - MINUTE)
            for n, store in enumerate(stores * 3)
        )
    )
    assert answers.count(None) == 1


async def test_what_is_old_is_forgotten(open_again: Open) -> None:
    store = await open_again()
    await store.here(Presence(ONE, "rina", NOW))
    await store.claim(ONE, "rina", "a", NOW, NOW)
    await store.here(Presence(TWO, "rina", NOW + MINUTE))
    assert await store.forget_presence(NOW + MINUTE) == 2
    assert await store.present([ONE, TWO], NOW) == [Presence(TWO, "rina", NOW + MINUTE)]


async def test_of_a_case_that_is_forgotten_nobody_is_known_any_more(open_again: Open) -> None:
    store = await open_again()
    for complaint in (ONE, TWO):
        await store.here(Presence(complaint, "rina", NOW))
        assert await store.claim(complaint, "rina", "form", NOW, NOW - MINUTE) is None
    await store.forget_case(ONE)
    assert [one.complaint for one in await store.present([ONE, TWO], NOW)] == [TWO]
    assert await store.claim(ONE, "sari", "hers", NOW, NOW - MINUTE) is None
    assert await store.claim(TWO, "sari", "hers", NOW, NOW - MINUTE) == "rina"

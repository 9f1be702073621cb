"""What every store of the gateway promises: SQLite, PostgreSQL, and the twin in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from broker.memory import MemoryGatewayStore
from broker.ports import ApiKey, GatewayStore, Submitted, Window
from broker.store.gateway import open_gateway_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Open = Callable[[], Awaitable[GatewayStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the store of this test once more, as a further process would."""
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


def a_key(id: str = "k1", **others: object) -> ApiKey:
    key = ApiKey(id, b"d" * 32, "channel.web", frozenset({"submit", "speak"}), NOW)
    return replace(key, **others)  # type: ignore[arg-type]  # fields of a key


async def test_a_secret_is_the_same_for_every_process_and_for_good(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    made = await one.secret("pins")
    assert len(made) == 32
    assert await two.secret("pins") == made != await two.secret("links")


async def test_a_key_is_kept_as_it_was_made(open_again: Open) -> None:
    store = await open_again()
    key = a_key(expires_at=NOW + timedelta(days=1))
    await store.add_key(key)
    await store.add_key(a_key("k2", made_at=NOW + timedelta(seconds=1)))
    assert await (await open_again()).key("k1") == key
    assert [each.id for each in await store.keys()] == ["k1", "k2"]
    assert await store.key("k3") is None


async def test_a_key_is_revoked_once(open_again: Open) -> None:
    store = await open_again()
    await store.add_key(a_key())
    assert await store.revoke_key("k1", NOW)
    assert not await store.revoke_key("k1", NOW + timedelta(hours=1))
    assert not await store.revoke_key("k2", NOW)
    assert await store.key("k1") == a_key(revoked_at=NOW)


async def test_when_a_key_was_last_used_is_remembered(open_again: Open) -> None:
    store = await open_again()
    await store.add_key(a_key())
    await store.key_used({"k1": NOW, "k9": NOW})
    assert await store.key("k1") == a_key(used_at=NOW)


async def test_of_an_idempotency_key_the_first_body_stands(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    first = [Submitted(bytes([n]) * 32, b"a" * 32) for n in range(3)]
    assert await one.submitted(first, NOW) == {each.key: each.body for each in first}
    again = [Submitted(bytes([n]) * 32, b"b" * 32) for n in range(2, 5)]
    assert await two.submitted(again, NOW) == {
        b"\x02" * 32: b"a" * 32,
        b"\x03" * 32: b"b" * 32,
        b"\x04" * 32: b"b" * 32,
    }
    assert await one.submitted([], NOW) == {}


async def test_of_two_bodies_at_once_under_one_key_the_first_stands(open_again: Open) -> None:
    store = await open_again()
    both = [Submitted(b"k" * 32, b"a" * 32), Submitted(b"k" * 32, b"b" * 32)]
    assert await store.submitted(both, NOW) == {b"k" * 32: b"a" * 32}


async def test_requests_are_counted_over_all_processes(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    window, later = Window(b"w" * 32, 60), Window(b"w" * 32, 120)
    assert await one.count({window: 2}) == {window: 2}
    assert await two.count({window: 3, later: 1}) == {window: 5, later: 1}
    assert await one.count({window: 0}) == {window: 5}


async def test_what_is_old_is_forgotten(open_again: Open) -> None:
    store = await open_again()
    window, later = Window(b"w" * 32, int(NOW.timestamp())), Window(b"w" * 32, (1 << 31) - 1)
    await store.submitted([Submitted(b"k" * 32, b"a" * 32)], NOW)
    await store.submitted([Submitted(b"l" * 32, b"a" * 32)], NOW + timedelta(days=2))
    await store.count({window: 5, later: 1})
    assert await store.forget(NOW + timedelta(days=1), 10) == 1
    assert await store.forget(NOW + timedelta(days=1), 10) == 0
    assert await store.count({window: 1}) == {window: 6}
    await store.forget_windows(NOW + timedelta(days=1))
    assert await store.count({window: 1, later: 1}) == {window: 1, later: 2}
    assert await store.submitted([Submitted(b"k" * 32, b"c" * 32)], NOW) == {b"k" * 32: b"c" * 32}


async def test_a_key_that_ended_long_ago_is_forgotten_and_no_other(open_again: Open) -> None:
    store = await open_again()
    long_ago, lately = NOW - timedelta(days=366), NOW - timedelta(days=364)
    for id, others in {
        "good": {},
        "old-and-good": {"made_at": long_ago, "used_at": long_ago},
        "ends-later": {"expires_at": NOW + timedelta(days=1)},
        "revoked-lately": {"revoked_at": lately},
        "expired-lately": {"expires_at": lately},
        "revoked": {"revoked_at": long_ago},
        "expired": {"expires_at": long_ago},
        "expired-first": {"expires_at": long_ago, "revoked_at": lately},
    }.items():
        await store.add_key(a_key(id, **others))
    assert await store.forget_keys(NOW - timedelta(days=365)) == 3
    assert await store.forget_keys(NOW - timedelta(days=365)) == 0
    assert {key.id for key in await store.keys()} == {
        *("good", "old-and-good", "ends-later", "revoked-lately", "expired-lately"),
    }


async def test_a_store_that_can_be_written_passes_its_check(open_again: Open) -> None:
    await (await open_again()).check()


async def test_links_end_up_to_a_moment_that_never_goes_back(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    await one.end_links("agency:dlh", NOW)
    await two.end_links("agency:dlh", NOW - timedelta(hours=1))
    await two.end_links("case:x", NOW + timedelta(hours=1))
    ended = await one.links_ended(["agency:dlh", "case:x", "mail:y"])
    assert ended == {"agency:dlh": NOW, "case:x": NOW + timedelta(hours=1)}

"""What the gateway remembers is dropped when its days are over."""

from datetime import timedelta
from typing import Any

from broker.memory import MemoryGatewayStore
from broker.ports import Submitted, Window
from config.settings import Settings
from gateway.access.keys import new_key
from gateway.retention import forget
from tests.unit.gateway.door import NOW

FIRST, OTHER = b"a" * 32, b"b" * 32


async def stands_after(days: float, **settings: Any) -> bool:
    """Whether an idempotency key still has its first body."""
    store = MemoryGatewayStore()
    await store.submitted([Submitted(b"k", FIRST)], NOW)
    await forget(store, Settings(**settings), NOW + timedelta(days=days))
    return await store.submitted([Submitted(b"k", OTHER)], NOW) == {b"k": FIRST}


async def test_an_idempotency_key_is_remembered_for_its_days() -> None:
    assert await stands_after(89.9)
    assert not await stands_after(90.1)
    assert await stands_after(6.9, gateway_idempotency_days=7)
    assert not await stands_after(7.1, gateway_idempotency_days=7)


async def listed_after(days: float, **settings: Any) -> list[str]:
    """Of a key in use and one that was revoked: which are still there."""
    store = MemoryGatewayStore()
    for name in ("agency.used", "agency.revoked"):
        key, _ = new_key(name, frozenset({"read"}), NOW)
        await store.add_key(key)
        if name == "agency.revoked":
            await store.revoke_key(key.id, NOW)
    await forget(store, Settings(**settings), NOW + timedelta(days=days))
    return sorted(key.of for key in await store.keys())


async def test_a_key_that_ended_is_listed_for_a_year() -> None:
    assert await listed_after(364) == ["agency.revoked", "agency.used"]
    assert await listed_after(366) == ["agency.used"]
    assert await listed_after(31, gateway_key_days=30) == ["agency.used"]


async def test_who_asked_how_often_is_forgotten_after_a_day() -> None:
    store, window = MemoryGatewayStore(), Window(b"w" * 32, int(NOW.timestamp()))
    await store.count({window: 5})
    await forget(store, Settings(), NOW + timedelta(hours=23))
    assert await store.count({window: 0}) == {window: 5}
    await forget(store, Settings(), NOW + timedelta(hours=25))
    assert await store.count({window: 0}) == {window: 0}

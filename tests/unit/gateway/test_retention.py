"""What the gateway remembers is dropped when its days are over."""

from datetime import timedelta
from typing import Any

from broker.memory import MemoryGatewayStore
from broker.ports import PeopleLine, Person, Submitted, TryLimit, WebSession, Window
from config.settings import Settings
from gateway.access.keys import new_key
from gateway.retention import forget, forget_people
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


async def test_sessions_tries_and_lines_of_people_are_dropped_in_time() -> None:
    store = MemoryGatewayStore().people
    await store.add_person(Person("rina", "Rina", frozenset({"desk"}), NOW))
    await store.add_session(WebSession(b"s" * 32, "rina", NOW, NOW))
    await store.write_people_line(PeopleLine(NOW, "rina", "signed-in", "rina"))
    minute = timedelta(minutes=1)
    await store.try_now([TryLimit(b"t" * 32, 1, minute, minute, minute)], NOW)

    async def stand(after: timedelta, **settings: Any) -> tuple[int, int, int]:
        await forget_people(store, Settings(**settings), NOW + after)
        lines = await store.people_lines(5)
        return len(await store.sessions("rina")), len(await store.waits([b"t" * 32])), len(lines)

    assert await stand(timedelta(hours=1.9)) == (1, 1, 1)
    assert await stand(timedelta(hours=2.1)) == (0, 1, 1)
    assert await stand(timedelta(hours=25)) == (0, 0, 1)
    assert await stand(timedelta(days=29), people_line_days=30) == (0, 0, 1)
    assert await stand(timedelta(days=31), people_line_days=30) == (0, 0, 0)
    assert await store.person("rina") is not None

"""What every store of the webhooks promises: SQLite, PostgreSQL, and the twin in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from broker.memory import MemoryWebhookStore
from broker.ports import WebhookStore
from broker.ports.webhooks import Backlog, Endpoint, Taken, Tried, Wanted
from broker.store.webhooks import open_webhook_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
DLH = Endpoint("agency.dlh", "https://dlh.example/hook", b"s" * 32, NOW)
Open = Callable[[], Awaitable[WebhookStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the store of this test once more, as a further process would."""
    shared = MemoryWebhookStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> WebhookStore:
            if not url:
                return shared
            store = await open_webhook_store(url)
            stack.push_async_callback(store.close)
            return store

        yield connect


@pytest_asyncio.fixture
async def store(open_again: Open) -> WebhookStore:
    """With one endpoint, which "me" serves."""
    store = await open_again()
    assert await store.add(DLH)
    assert await store.acquire("agency.dlh", "me", 0)
    return store


def event(id: str, case: str = "c1", **others: object) -> Taken:
    one = Taken(id, case, "complaint.routed.v1", f"body {id}".encode(), '{"type":"t"}')
    return replace(one, **others)  # type: ignore[arg-type]  # fields of an event


async def take(store: WebhookStore, *events: Taken, at: datetime = NOW) -> int | None:
    return await store.take("agency.dlh", "me", events, at)


async def due(store: WebhookStore, at: datetime = NOW, *under_way: str) -> list[str]:
    found = await store.due("agency.dlh", at, 10, under_way)
    return [one.event_id for one in found]


async def ids(store: WebhookStore) -> dict[str, int]:
    return {one.event_id: one.id for one in await store.deliveries(Wanted(), 100)}


async def arrived(store: WebhookStore, *events: str, at: datetime = NOW) -> None:
    known = await ids(store)
    for each in events:
        assert await store.tried(Tried(known[each], at, "delivered", "204"))


async def test_an_endpoint_is_kept_as_it_was_made(open_again: Open) -> None:
    store = await open_again()
    web = replace(DLH, name="channel.web", old_secret=b"o", old_until=NOW + DAY)
    assert await store.add(DLH)
    assert await store.add(web)
    assert not await store.add(replace(DLH, url="https://else.example"))
    assert await (await open_again()).endpoints() == [DLH, web]
    assert await store.endpoint("channel.web") == web
    assert await store.endpoint("agency.dpu") is None


async def test_an_endpoint_is_paused_and_resumed(store: WebhookStore) -> None:
    assert await store.pause("agency.dlh", "off", "410", NOW)
    assert not await store.pause("agency.dlh", "paused", "again", NOW)
    off = await store.endpoint("agency.dlh")
    assert off is not None
    assert (off.state, off.why, off.since) == ("off", "410", NOW)
    assert await store.resume("agency.dlh", NOW + DAY)
    again = await store.endpoint("agency.dlh")
    assert again is not None
    assert (again.state, again.why, again.since) == ("active", None, NOW + DAY)
    assert not await store.resume("agency.dpu", NOW)
    assert not await store.pause("agency.dpu", "paused", "", NOW)


async def test_a_secret_is_changed_and_the_old_one_signs_for_a_while(store: WebhookStore) -> None:
    assert not await store.end_old("agency.dlh")
    assert await store.rotate("agency.dlh", b"new", NOW + DAY)
    one = await store.endpoint("agency.dlh")
    assert one is not None
    assert (one.secret, one.old_secret, one.old_until) == (b"new", b"s" * 32, NOW + DAY)
    assert await store.end_old("agency.dlh")
    one = await store.endpoint("agency.dlh")
    assert one is not None
    assert (one.secret, one.old_secret, one.old_until) == (b"new", None, None)
    assert not await store.rotate("agency.dpu", b"x", NOW)
    assert await store.move("agency.dlh", "https://b.example")
    assert not await store.move("agency.dpu", "https://b.example")


async def test_one_process_serves_an_endpoint_until_it_does_not_live_any_more(
    store: WebhookStore, open_again: Open
) -> None:
    other = await open_again()
    seen = await other.endpoint("agency.dlh")
    assert seen is not None
    assert seen.holder == "me"
    assert await store.renew("me", ["agency.dlh", "agency.dpu"]) == {"agency.dlh"}
    assert not await other.acquire("agency.dlh", "you", seen.beat), "it has moved its beat"
    seen = await other.endpoint("agency.dlh")
    assert seen is not None
    assert await other.acquire("agency.dlh", "you", seen.beat)
    assert await store.renew("me", ["agency.dlh"]) == set()
    assert await take(store, event("e1")) is None, "whoever lost it keeps nothing"
    await store.release("me", ["agency.dlh"])
    assert await other.renew("you", ["agency.dlh"]) == {"agency.dlh"}
    await other.release("you", ["agency.dlh"])
    free = await store.endpoint("agency.dlh")
    assert free is not None
    assert free.holder is None
    await store.pause("agency.dlh", "paused", "", NOW)
    assert not await store.acquire("agency.dlh", "me", free.beat), "nobody serves it"


async def test_events_of_a_case_stay_in_order_and_other_cases_go_on(store: WebhookStore) -> None:
    assert await take(store, event("e1"), event("e2"), event("f1", "c2"), event("e3")) == 4
    assert await due(store) == ["e1", "f1"]
    assert await due(store, NOW, "c1") == ["f1"]
    known = await ids(store)
    later = NOW + 5 * SECOND
    assert await store.tried(Tried(known["e1"], NOW, "waiting", "500", later))
    assert await due(store) == ["f1"], "what waits holds up its case"
    assert await due(store, later) == ["f1", "e1"]
    await arrived(store, "e1")
    assert await due(store) == ["e2", "f1"]
    assert await store.tried(Tried(known["e2"], NOW, "parked", "three days"))
    assert await due(store) == ["f1", "e3"]


async def test_a_try_is_remembered(store: WebhookStore) -> None:
    await take(store, event("e1"))
    (one,) = await store.due("agency.dlh", NOW, 1)
    assert (one.body, one.properties, one.tries, one.first_tried) == (
        b"body e1", '{"type":"t"}', 0, None,
    )  # fmt: skip
    await store.tried(Tried(one.id, NOW, "waiting", "500", NOW + SECOND))
    await store.tried(Tried(one.id, NOW + SECOND, "waiting", "x" * 999, NOW + 2 * SECOND))
    (one,) = await store.due("agency.dlh", NOW + DAY, 1)
    assert (one.tries, one.first_tried, one.tried_at) == (2, NOW, NOW + SECOND)
    assert one.answer == "x" * 200
    assert await store.tried(Tried(one.id, NOW + DAY, "delivered", "204"))
    assert not await store.tried(Tried(one.id, NOW + DAY, "waiting", "500", NOW + DAY))
    (one,) = await store.deliveries(Wanted(), 9, bodies=True)
    assert (one.state, one.due, one.done_at, one.body) == (
        "delivered", None, NOW + DAY, b"body e1",
    )  # fmt: skip


async def test_an_event_that_comes_twice_waits_once(store: WebhookStore) -> None:
    assert await take(store, event("e1")) == 1
    assert await take(store, event("e1"), event("e1", redelivered=True)) == 1


async def test_a_lost_acknowledgement_sends_nothing_again_but_an_operator_does(
    store: WebhookStore,
) -> None:
    await take(store, event("e1"))
    await arrived(store, "e1")
    assert await take(store, event("e1", redelivered=True), at=NOW + SECOND) == 0
    assert await take(store, event("e1"), at=NOW + SECOND) == 1, "it was sent again"
    await arrived(store, "e1")
    assert await take(store, event("e1", redelivered=True), at=NOW + DAY) == 1


async def test_a_parked_event_that_is_given_back_waits_again(store: WebhookStore) -> None:
    await take(store, event("e1"))
    await store.tried(Tried((await ids(store))["e1"], NOW, "parked", "three days"))
    (one,) = await store.deliveries(Wanted(state="parked"), 9, bodies=True)
    assert one.body is None, "it lies among the parked messages"
    assert await take(store, event("e1", redelivered=True), at=NOW + SECOND) == 1
    assert await due(store, NOW + SECOND) == ["e1"]


async def test_what_waits_is_tried_afresh_once_the_endpoint_is_resumed(
    store: WebhookStore,
) -> None:
    await take(store, event("e1"))
    await store.tried(Tried((await ids(store))["e1"], NOW, "waiting", "500", NOW + DAY))
    await store.pause("agency.dlh", "paused", "", NOW)
    await store.resume("agency.dlh", NOW + SECOND)
    (one,) = await store.due("agency.dlh", NOW + SECOND, 1)
    assert (one.tries, one.first_tried) == (0, None)


async def test_the_backlog_tells_how_much_waits_and_since_when(store: WebhookStore) -> None:
    assert await store.backlog() == []
    await take(store, event("e1"))
    await take(store, event("e2"), at=NOW + SECOND)
    assert await store.backlog() == [Backlog("agency.dlh", 2, NOW, NOW)]
    await arrived(store, "e1", "e2")
    assert await store.backlog() == []


async def test_deliveries_are_listed_newest_first(store: WebhookStore) -> None:
    await take(store, event("e1"))
    await take(store, event("e2"), event("e3"), at=NOW + DAY)
    await arrived(store, "e2")

    async def listed(**wanted: object) -> list[str]:
        found = await store.deliveries(Wanted(**wanted), 2)  # type: ignore[arg-type]
        assert all(one.body is None for one in found)
        return [one.event_id for one in found]

    assert await listed() == ["e3", "e2"]
    assert await listed(state="waiting") == ["e3", "e1"]
    assert await listed(event_id="e1", endpoint="agency.dlh") == ["e1"]
    assert await listed(since=NOW + DAY, state="delivered") == ["e2"]
    assert await listed(endpoint="agency.dpu") == []


async def test_what_was_delivered_is_sent_again_in_its_order(store: WebhookStore) -> None:
    await take(store, event("e1"), event("e2"), event("e3"))
    await arrived(store, "e1", "e2")
    assert await store.replay(Wanted(endpoint="agency.dlh"), NOW + SECOND) == 2
    assert await due(store, NOW + SECOND) == ["e1"]
    assert await store.replay(Wanted(event_id="e9"), NOW) == 0


async def test_an_endpoint_goes_once_nothing_waits_for_it(store: WebhookStore) -> None:
    await take(store, event("e1"), event("e2"))
    await arrived(store, "e1")
    assert await store.remove("agency.dlh") == 1
    assert await store.give_back([(await ids(store))["e2"], 999]) == 1
    assert await store.remove("agency.dlh") == 0
    assert await store.remove("agency.dlh") is None
    assert await store.deliveries(Wanted(), 9) == []


async def test_a_person_goes_from_what_waits_and_from_what_was_sent(store: WebhookStore) -> None:
    await take(store, event("e1"), event("e2"), event("f1", "c2"))
    await arrived(store, "e1")
    assert await store.forget_case("c1", lambda body: b"without " + body) == 2
    found = {one.event_id: one for one in await store.deliveries(Wanted(), 9, bodies=True)}
    assert {id: one.body for id, one in found.items()} == {
        "e1": None,
        "e2": b"without body e2",
        "f1": b"body f1",
    }
    assert await store.replay(Wanted(event_id="e1"), NOW) == 0, "nothing of it is kept"
    assert await store.vacuum() is None


async def test_what_was_done_long_ago_is_dropped(store: WebhookStore) -> None:
    await take(store, *(event(f"e{n}", f"c{n}") for n in range(4)))
    await arrived(store, "e0", "e1", at=NOW)
    await arrived(store, "e2", at=NOW + DAY)
    assert await store.forget(NOW + SECOND, 1) == 1
    assert await store.forget(NOW + SECOND, 9) == 1
    assert set(await ids(store)) == {"e2", "e3"}
    await store.check()

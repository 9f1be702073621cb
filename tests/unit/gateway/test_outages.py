"""What the store or the end of the program does to requests and counts: a refusal that says to send
it again, and nothing else stops."""

import asyncio
from datetime import datetime

import pytest

from broker.errors import StoreUnavailable
from gateway.api.rates import OF_KEY
from gateway.api.world import keep_counts
from tests.support.eventually import eventually_async
from tests.unit.gateway.door import NOW, MemoryDoor


@pytest.mark.parametrize("which", ["count", "key_used"])
async def test_what_was_counted_is_told_when_the_store_is_back(
    door: MemoryDoor, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, asked = door.world.store, list[str]()

    async def away(*_: object) -> None:
        asked.append(which)
        raise StoreUnavailable("away")

    monkeypatch.setattr(store, which, away)
    door.world.used = {"k": NOW}
    door.world.rates.add(OF_KEY, "k")
    keeping = asyncio.create_task(keep_counts(door.world, every=0.001))
    await eventually_async(lambda: len(asked) > 2)
    assert not keeping.done()
    told = list[datetime]()

    async def used(each: dict[str, datetime]) -> None:
        told.extend(each.values())

    monkeypatch.undo()
    monkeypatch.setattr(store, "key_used", used)
    if which == "key_used":
        await eventually_async(lambda: told == [NOW])
    keeping.cancel()


async def cancelled(*_: object) -> bytes:
    raise asyncio.CancelledError


@pytest.mark.parametrize("kind", ["json", "page", "open311"])
async def test_a_request_that_the_end_of_the_program_cuts_off_is_to_be_sent_again(
    door: MemoryDoor, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.world.remember, "add", cancelled)
    if kind == "page":
        answer = await door.client.post(
            "/lapor", data={"text": "sampah", "id": "a"}, headers={"Accept": "text/html"}
        )
    elif kind == "open311":
        sent = {"service_code": "waste", "lat": "1", "long": "1", "attribute[external_id]": "1"}
        answer = await door.post("/open311/v2/requests.json", sent)
    else:
        headers = {"Authorization": f"Bearer {door.keys['web']}", "Idempotency-Key": "1"}
        answer = await door.client.post("/v1/complaints", json={"text": "a"}, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")

"""How much waits for cases that nobody knows, and that its number costs the others nothing."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from broker.domain.case import Case, Context, Outcome, apply
from broker.memory import MemoryCaseStore
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.messaging import names
from broker.ports import Deferred
from consumers.cases.time_brings import STEP
from schemas import limits
from schemas.identifiers import complaint_id
from schemas.updates import Update
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import (
    LIGHT,
    MONDAY,
    ROAD,
    an_update,
    routed_by_router,
)
from tests.unit.consumers.cases.office import Office

NO_TIME = timedelta(0)


def parked(office: Office) -> Counter[str]:
    queue = office.broker.queues[names.PARKED_QUEUE].ready
    return Counter(str(message.properties.headers["parked-reason"]) for message in queue)


def waiting(office: Office) -> int:
    assert isinstance(office.store, MemoryCaseStore)
    return len(office.store._kept.deferred)


async def test_more_than_may_wait_for_one_case_is_refused_and_its_sender_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE", 3)
    nobody = uuid4()
    async with office.keeping():
        for n in range(5):
            office.says(nobody, "agency.dpupr.responded", id=f"u-{n}")
        await eventually_async(lambda: parked(office) == {"too-many-deferred": 2})
    assert waiting(office) == 3
    told = [m for m in office.heard("agency.dpupr") if m.routing_key == "rejected.dpupr.-"]
    assert [json.loads(m.body)["data"]["reason"] for m in told] == ["too-many-deferred"] * 2


async def test_bytes_count_as_well(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE_BYTES", 20_000)
    nobody = uuid4()
    async with office.keeping():
        for n in range(3):
            office.says(nobody, "agency.dpupr.responded", id=f"u-{n}", note="x" * 9_000)
        await eventually_async(lambda: parked(office) == {"too-many-deferred": 1})
    assert waiting(office) == 2


async def test_headers_are_bytes_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_SPEAKER_BYTES", 20_000)
    async with office.keeping():
        for n in range(3):
            one = an_update(uuid4(), "agency.dpupr.responded", id=f"u-{n}", time=MONDAY)
            headers = {"note": "x" * 9_000}
            properties = replace(one.properties, headers=headers)
            office.broker.put(one.exchange, one.routing_key, one.body, properties)
        await eventually_async(lambda: parked(office) == {"too-many-deferred": 1})
    assert waiting(office) == 2


def test_the_largest_update_may_wait() -> None:
    least = min(limits.DEFERRED_OF_CASE_BYTES, limits.DEFERRED_OF_SPEAKER_BYTES)
    assert least > limits.MAX_BODY + 8 * limits.HEADERS


async def test_what_strangers_say_of_a_case_keeps_no_supporting_agency_out_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE", 1)
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE_BYTES", 1_000)
    complaint = complaint_id("/channels/web", "c-1")
    lead, support = routed_by_router(LIGHT, office.clock.now())
    async with office.keeping():
        for n in range(2):
            office.says(complaint, "channel.web.replied", id=f"u-{n}", after=NO_TIME)
        office.send(support)
        await eventually_async(lambda: waiting(office) == 2)
        office.send(lead)

        async def joined() -> bool:
            case = await office.store.find(complaint)
            return case is not None and case.supports("pln") is not None

        await eventually_async(joined)
    assert parked(office) == {"too-many-deferred": 1}


async def test_one_speaker_fills_no_store_with_cases_that_nobody_knows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_SPEAKER", 4)
    async with office.keeping():
        for n in range(6):
            office.says(uuid4(), "agency.dpupr.responded", id=f"u-{n}")
        office.says(uuid4(), "agency.dlh.responded", id="u-6")
        await eventually_async(lambda: parked(office) == {"too-many-deferred": 2})
        await eventually_async(lambda: waiting(office) == 5)


async def test_what_is_delivered_again_is_neither_refused_nor_kept_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE", 2)
    nobody = uuid4()
    async with office.keeping():
        for _ in range(3):
            for n in range(2):
                office.says(nobody, "agency.dpupr.responded", id=f"u-{n}", after=NO_TIME)
            await office.catches_up()
        assert waiting(office) == 2
    assert parked(office) == {}


async def test_what_waits_is_taken_in_when_its_case_begins(office: Office) -> None:
    complaint = office.routes(ROAD)
    echoes = list(office.broker.queues[names.CASES_QUEUE].ready)
    office.broker.queues[names.CASES_QUEUE].ready.clear()
    for n in range(3):
        office.says(complaint, "agency.dpupr.acknowledged", id=f"u-{n}")
    async with office.keeping():
        await eventually_async(lambda: waiting(office) == 3)
        for message in echoes:
            office.broker.put(
                message.exchange, message.routing_key, message.body, message.properties
            )
        await office.becomes(complaint, "acknowledged")
        await eventually_async(lambda: waiting(office) == 0)
    assert parked(office) == {}


class Counting(MemoryCaseStore):
    """Counts the deferred messages that are read."""

    read = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryCaseTransaction]:
        async with super().transaction() as transaction:
            deferred, until = transaction.deferred, transaction.deferred_until

            async def of(complaints: Collection[UUID]) -> list[Deferred]:
                found = await deferred(complaints)
                self.read += len(found)
                return found

            async def expired(watermark: datetime, most: int) -> list[Deferred]:
                found = await until(watermark, most)
                self.read += len(found)
                return found

            transaction.deferred = of  # type: ignore[method-assign] # -- one instance of ours
            transaction.deferred_until = expired  # type: ignore[method-assign] # -- the same
            yield transaction


async def test_what_has_waited_long_enough_is_read_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE", 10_000)
    office.store = store = Counting()
    nobody, many = uuid4(), 2 * STEP + 50
    for n in range(many):
        office.says(nobody, "agency.dpupr.acknowledged", id=f"u-{n}", after=NO_TIME)
    async with office.keeping():
        await eventually_async(lambda: waiting(office) == many)
        await office.catches_up()
    assert store.read == 0
    office.clock.moment += timedelta(seconds=20)
    async with office.keeping():
        await eventually_async(lambda: parked(office) == {"unknown-case": many})
    assert store.read == many


async def test_what_expires_takes_no_room_from_what_comes_with_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE", 3)
    nobody = uuid4()
    async with office.keeping():
        for n in range(2):
            office.says(nobody, "agency.dpupr.acknowledged", id=f"u-{n}", after=NO_TIME)
        await eventually_async(lambda: waiting(office) == 2)
        await office.catches_up()
    office.clock.moment += timedelta(seconds=20)
    office.says(nobody, "agency.dpupr.acknowledged", id="u-2", after=NO_TIME)
    async with office.keeping():
        await eventually_async(lambda: parked(office) == {"unknown-case": 2})
        assert waiting(office) == 1


async def test_what_waits_for_a_case_is_tried_again_only_where_the_case_has_moved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: Counter[str] = Counter()

    def counting(case: Case | None, what: Update, context: Context, *more: object) -> Outcome:
        tried[getattr(what, "speaker", "router")] += 1
        return apply(case, what, context, *more)  # type: ignore[arg-type] # -- passed on as given

    monkeypatch.setattr("consumers.cases.batch.apply", counting)
    complaint = office.routes(ROAD)
    for n in range(10):
        office.says(complaint, "agency.pln.acknowledged", id=f"p-{n}", after=NO_TIME)
    for n in range(10):
        office.says(complaint, "channel.web.replied", id=f"r-{n}", after=NO_TIME)
    async with office.keeping():
        await eventually_async(lambda: tried["channel.web"] == 10)
        assert tried["agency.pln"] == 10
        office.says(complaint, "desk.sri.assigned", agency="pln", after=NO_TIME)
        await office.becomes(complaint, "acknowledged", "pln")
    assert tried["agency.pln"] == 20
    assert parked(office) == {}

"""RabbitMQ takes no publishes: cases and escalations wait, hold no transaction, and go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from broker.messaging import names
from broker.messaging.watermark import probe
from broker.ports import CaseTransaction
from consumers.runtime import worker as worker_module
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import DAY, ROAD
from tests.unit.consumers.cases.office import Office


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_LOOK_EVERY", 0.01)
    monkeypatch.setattr(worker_module, "_STILL_BLOCKED", 0.01)


async def a_while() -> None:
    """So that what is about to be done wrongly is done."""
    for _ in range(50):
        await asyncio.sleep(0.002)


def counts_transactions(office: Office) -> list[None]:
    """Grows by one with each transaction on the store."""
    begun: list[None] = []
    transaction = office.store.transaction

    @asynccontextmanager
    async def counted() -> AsyncIterator[CaseTransaction]:
        begun.append(None)
        async with transaction() as given:
            yield given

    office.store.transaction = counted  # type: ignore[method-assign,assignment]  # a spy
    return begun


async def test_an_update_amid_an_alarm_waits_and_is_applied_once(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        office.broker.block()
        await eventually_async(lambda: "publishing" in office.health.wanting)
        await a_while()  # what was being done is done
        begun = counts_transactions(office)
        office.says(complaint, "agency.dpupr.acknowledged")
        await a_while()
        assert not begun
        office.broker.unblock()
        await office.becomes(complaint, "acknowledged")
    assert not office.heard(names.CASES_QUEUE) or not office.heard(names.CASES_QUEUE)[0].redelivered
    assert not office.heard(names.PARKED_QUEUE)


async def test_what_falls_due_amid_an_alarm_fires_after_it_and_once(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with office.open():
        await office.becomes(complaint, "routed")
        await office.catches_up()
    async with office.escalating():
        await eventually_async(lambda: "publishing" not in office.health.wanting)
        office.broker.block()
        await eventually_async(lambda: "publishing" in office.health.wanting)
        await a_while()
        begun = counts_transactions(office)
        office.clock.moment += 60 * DAY
        async with office.store.transaction() as transaction:
            await transaction.advance_watermark(office.clock.now())
        await a_while()
        assert len(begun) == 1, "the test's own"
        assert not office.heard(names.ESCALATIONS_QUEUE)
        office.broker.unblock()
        await eventually_async(lambda: office.heard(names.ESCALATIONS_QUEUE))


async def test_a_message_that_needs_no_store_says_nothing_of_it(office: Office) -> None:
    """A probe in the queue of the cases, every few seconds: it would hide a store that is away."""
    async with office.keeping():
        await eventually_async(lambda: "consuming" not in office.health.wanting)
        office.health.fails("store", "locked")
        office.send(probe())
        await eventually_async(lambda: not office.heard(names.CASES_QUEUE))
        await a_while()
        assert office.health.wanting["store"] == "locked"

"""One message or case on which the program fails lets its neighbours through, at any stage."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.domain.case import Applied, Case, fire
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import CaseChange
from consumers.cases import batch as at_hand_module
from consumers.escalations import handler as escalations_module
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import ROAD
from tests.unit.consumers.cases.office import Office
from tests.unit.consumers.cases.test_misfits import NOBODY, parked

UNFIT = {"n": object()}


def unfit(event: Outgoing) -> Outgoing:
    return Outgoing(event.exchange, event.routing_key, event.body, event.message_id, headers=UNFIT)


class Choosy(MemoryCaseStore):
    """Cannot save what ``refuses`` says."""

    def __init__(self, refuses: Callable[[CaseChange], bool]) -> None:
        super().__init__()
        self.refuses = refuses

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryCaseTransaction]:
        async with super().transaction() as transaction:
            save = transaction.save

            async def choosy(changes: Sequence[CaseChange]) -> None:
                if any(self.refuses(change) for change in changes):
                    raise ValueError("a value that the database cannot take")
                await save(changes)

            transaction.save = choosy  # type: ignore[method-assign] # -- one instance of ours
            yield transaction


async def test_an_event_that_fits_into_no_frame_parks_the_update_that_it_is_of(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = at_hand_module.CaseBatch.applied

    def spoilt(self: at_hand_module.CaseBatch, outcome: Applied) -> None:
        applied(self, outcome)
        if any("racun" in str(line.detail) for line in outcome.history):
            self.publish = [unfit(event) for event in self.publish]

    monkeypatch.setattr(at_hand_module.CaseBatch, "applied", spoilt)
    complaints = [office.routes(ROAD) for _ in range(5)]
    for n, complaint in enumerate(complaints):
        office.says(complaint, "desk.sari.dismissed", reason="racun" if n == 2 else "ganda")
    async with office.keeping():
        for n in (0, 1, 3, 4):
            await office.becomes(complaints[n], "closed")
        await eventually_async(lambda: parked(office) == ["internal-error"])
        await office.becomes(complaints[2], "routed")
    assert not office.broker.queues[names.CASES_QUEUE].ready


async def test_the_agency_whose_update_cannot_be_written_hears_of_it(office: Office) -> None:
    office.store = Choosy(lambda change: any("racun" in str(li.detail) for li in change.history))
    complaint = office.routes(ROAD)
    office.says(complaint, "agency.dpupr.returned", reason="racun", id="u-1")
    async with office.keeping():
        await eventually_async(lambda: parked(office) == ["internal-error"])
        await office.catches_up()
    assert "rejected.dpupr.-" in office.keys("agency.dpupr")
    [told] = [m for m in office.heard("agency.dpupr") if m.routing_key == "rejected.dpupr.-"]
    assert json.loads(told.body)["data"]["reason"] == "internal-error"


async def test_what_expires_and_fails_is_parked_and_time_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up = at_hand_module.CaseBatch.give_up

    def fails(self: at_hand_module.CaseBatch, deferred: object, context: object) -> None:
        if any(b"racun" in one.message.body for one in deferred):  # type: ignore[attr-defined] # -- passed on as given
            raise ValueError("a bug")
        give_up(self, deferred, context)  # type: ignore[arg-type] # -- passed on as given

    monkeypatch.setattr(at_hand_module.CaseBatch, "give_up", fails)
    async with office.keeping():
        await office.catches_up()
        for note in ("satu", "racun", "tiga"):
            office.says(NOBODY, "agency.dpupr.responded", after=timedelta(seconds=1), note=note)
        await office.catches_up()
        office.clock.moment += timedelta(seconds=30)
        await eventually_async(
            lambda: Counter(parked(office)) == {"unknown-case": 2, "internal-error": 1}
        )
        await office.catches_up()


async def test_a_case_that_cannot_be_saved_is_put_off_and_the_others_fire(office: Office) -> None:
    store = Choosy(lambda change: False)
    office.store = store
    complaints = [office.routes(ROAD) for _ in range(4)]
    async with office.keeping():
        for complaint in complaints:
            await office.becomes(complaint, "routed")
    poison = complaints[1]
    store.refuses = lambda c: c.case.complaint_id == poison and bool(c.history)
    office.clock.moment += timedelta(days=5)
    async with office.keeping(), office.escalating():
        for complaint in (complaints[0], complaints[2], complaints[3]):

            async def fired(complaint: object = complaint) -> bool:
                history = await office.store.history(complaint)  # type: ignore[arg-type] # -- a UUID
                return len(history) > 1

            await eventually_async(fired)
        put_off = await office.case(poison)
        assert put_off.next_due is not None


async def test_an_escalation_that_fits_into_no_frame_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints = [office.routes(ROAD) for _ in range(3)]
    async with office.keeping():
        for complaint in complaints:
            await office.becomes(complaint, "routed")

    def spoilt(case: Case, *arguments: object, **named: object) -> Applied | None:
        step = fire(case, *arguments, **named)  # type: ignore[arg-type]  # passed on as given
        if step is not None and case.complaint_id == complaints[0]:
            return replace(step, publish=tuple(unfit(event) for event in step.publish))
        return step

    monkeypatch.setattr(escalations_module, "fire", spoilt)
    office.clock.moment += timedelta(days=5)
    async with office.keeping(), office.escalating():
        await eventually_async(
            lambda: (
                {event["subject"] for event in office.published() if "escalated" in event["type"]}
                == {str(complaint) for complaint in complaints[1:]}
            )
        )

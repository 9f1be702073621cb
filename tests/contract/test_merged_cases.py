"""Merged cases in every case store: in memory, SQLite and PostgreSQL. What a batch does to a group
is written at once."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from broker.domain.case import CaseFilter, Context, Lead
from broker.messaging.messages import Incoming
from broker.ports import CaseStore
from consumers.cases.inputs import read_safely
from consumers.cases.loading import loaded
from consumers.escalations.handler import EscalationHandler, Step
from schemas.identifiers import complaint_id, tracking
from tests.contract.keeping import OpenStore
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    HOUR,
    MONDAY,
    ROAD,
    RULES,
    an_echo,
    an_update,
    routed_by_router,
)

LEAD, ONE, TWO, THREE = (complaint_id("/channels/web", f"c-{n}") for n in range(4))
ALL = (LEAD, ONE, TWO, THREE)
ANSWER = "Bu Siti, lubang sudah ditambal."


class _At:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


async def handle(store: CaseStore, now: datetime, *messages: Incoming) -> list[str]:
    """A batch of the case consumer; the keys of what it publishes."""
    context = Context(now, now, RULES, CLOCKS)
    async with store.transaction() as transaction:
        batch = await loaded(transaction, [read_safely(one) for one in messages], ())
        for one in messages:
            batch.take(read_safely(one), context)
        if batch.changes:
            await transaction.save(batch.changes)
        if batch.to_keep:
            await transaction.defer(batch.to_keep)
        return [out.routing_key for out in batch.publish]


async def begin(store: CaseStore) -> None:
    for n in range(4):
        reporter = {"name": "Siti Aminah"} if n == 0 else {"name": f"Warga {n}"}
        events = routed_by_router(ROAD, MONDAY, id=f"c-{n}", reporter=reporter)
        await handle(store, MONDAY, *map(an_echo, events))


def said(complaint: UUID, key: str, n: int, **data: object) -> Incoming:
    return an_update(complaint, key, id=f"u-{n}", time=MONDAY + n * HOUR, **data)


async def test_a_group_is_kept_and_answered_at_once(open_stores: OpenStore) -> None:
    store = await open_stores()
    await begin(store)
    await handle(store, MONDAY + HOUR, said(ONE, "desk.sri.merged", 1, into=tracking(LEAD)))
    await handle(store, MONDAY + HOUR, said(TWO, "desk.sri.merged", 1, into=str(LEAD)))
    again = await open_stores()
    lead, one = await again.find(LEAD), await again.find(ONE)
    assert lead and lead.merged == (ONE, TWO)
    assert one and one.merged_into == Lead(LEAD, lead.tracking)
    assert one.complaint is not None, "nothing of it is lost"
    now = MONDAY + 2 * HOUR
    keys = await handle(again, now, said(LEAD, "agency.dpupr.resolved", 2, note=ANSWER))
    assert keys.count("resolved.dpupr.web") == 3
    for follower in (ONE, TWO):
        [words] = await store.conversation(follower)
        assert words.note == "Bu [nama], lubang sudah ditambal."
        assert await store.lines(follower) == len(await store.history(follower))
    assert await handle(store, now, said(LEAD, "agency.dpupr.resolved", 2, note=ANSWER)) == []


async def test_nobody_is_late_with_a_case_that_follows(open_stores: OpenStore) -> None:
    store = await open_stores()
    await begin(store)
    wanted = CaseFilter(overdue_at=MONDAY + timedelta(days=60))
    late = {case.complaint_id async for case in store.listed(wanted)}
    assert late == set(ALL)
    for n, one in enumerate((ONE, TWO)):
        await handle(store, MONDAY + HOUR, said(one, "desk.sri.merged", n, into=tracking(LEAD)))
    late = {case.complaint_id async for case in store.listed(wanted)}
    assert late == {LEAD, THREE}
    await handle(store, MONDAY + HOUR, said(ONE, "desk.sri.separated", 7))
    late = {case.complaint_id async for case in store.listed(wanted)}
    assert late == {LEAD, ONE, THREE}


@pytest.mark.parametrize("open_stores", ["postgres"], indirect=True)
async def test_escalations_wait_for_no_case_that_follows(open_stores: OpenStore) -> None:
    """Who has one of a group in hand asks for its lead next: both would wait in a circle."""
    store, other = await open_stores(), await open_stores()
    await begin(store)
    await handle(store, MONDAY + HOUR, said(ONE, "desk.sri.merged", 1, into=tracking(LEAD)))
    now = MONDAY + timedelta(days=60)
    escalations = EscalationHandler(other, CLOCKS, _At(now))
    async with store.transaction() as inhand:
        await inhand.load([ONE])
        async with asyncio.timeout(30), escalations.transaction(Step(now)) as told:
            keys = [out.routing_key for out in told]
    assert keys.count("overdue.dpupr.web") == 4

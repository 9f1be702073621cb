"""Whatever is said in a group of cases: nobody is late in silence, no case has two leads, and a
batch comes to what its messages come to one by one."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.domain.case import Case, Context, Lead, State, fire, to_record
from broker.memory import MemoryCaseStore
from broker.messaging.messages import Incoming
from broker.ports import CaseChange
from consumers.cases.inputs import read_safely
from consumers.cases.loading import loaded
from schemas.identifiers import complaint_id, tracking
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    DAY,
    MONDAY,
    NOTHING,
    ROAD,
    RULES,
    an_echo,
    an_update,
    routed_by_router,
)

MANY = 4
ALL = [complaint_id("/channels/web", f"c-{n}") for n in range(MANY)]
OF_OFFICES = ("acknowledged", "responded", "resolved", "held", "resumed", "returned")
numbers = st.integers(0, MANY - 1)
merges = st.tuples(numbers, st.just("desk.sri.merged"), numbers)
others = st.tuples(
    numbers,
    st.sampled_from(
        [
            *(f"agency.{code}.{verb}" for code in ("dpupr", "dlh") for verb in OF_OFFICES),
            *(f"desk.sri.{verb}" for verb in ("separated", "assigned", "dismissed")),
            *(f"channel.web.{verb}" for verb in ("replied", "accepted", "withdrawn")),
        ]
    ),
    numbers,
)
lives = st.lists(st.one_of(merges, merges, others), min_size=3, max_size=14)
kinds = st.lists(st.sampled_from([ROAD, ROAD, NOTHING]), min_size=MANY, max_size=MANY)
Step = tuple[int, str, int]


def message(n: int, step: Step) -> Incoming:
    about, key, other = step
    data: dict[str, Any] = {"reason": "bukan kami", "note": "Kami periksa."}
    if key.endswith("merged"):
        if about == other:
            other = (other + 1) % MANY
        data["into"] = tracking(ALL[other]) if n % 2 else str(ALL[other])
    if key.endswith("assigned"):
        data["agency"] = ("dlh", "dpupr")[other % 2]
    return an_update(ALL[about], key, id=f"u-{n}", time=None, **data)


async def handled(store: MemoryCaseStore, now: datetime, messages: Sequence[Incoming]) -> None:
    """A batch of the case consumer."""
    context = Context(now, now, RULES, CLOCKS, patient=False)
    async with store.transaction() as transaction:
        batch = await loaded(transaction, [read_safely(one) for one in messages], ())
        for one in messages:
            batch.take(read_safely(one), context)
        assert batch.parked["internal-error"] == 0
        await transaction.save(batch.changes)


async def begun(texts: Sequence[str]) -> MemoryCaseStore:
    store = MemoryCaseStore()
    for n, text in enumerate(texts):
        events = routed_by_router(text, MONDAY, id=f"c-{n}")
        await handled(store, MONDAY, list(map(an_echo, events)))
    return store


async def cases(store: MemoryCaseStore) -> list[Case]:
    return [found for one in ALL if (found := await store.find(one)) is not None]


async def everything(store: MemoryCaseStore) -> list[object]:
    kept: list[object] = list(map(to_record, await cases(store)))
    for one in ALL:
        kept += [await store.history(one), await store.conversation(one)]
    return kept


def holds(found: Sequence[Case]) -> None:
    by_id = {case.complaint_id: case for case in found}
    for case in found:
        for follower in case.merged:
            if by_id[follower].open:
                assert by_id[follower].merged_into == Lead(case.complaint_id, case.tracking)
        if not case.open:
            assert not any(clock.open for clock in case.clocks)
            continue
        if not case.waits_for_lead:
            assert any(clock.running for clock in case.clocks), "something of it is due"
            continue
        assert case.merged_into is not None
        lead = by_id[case.merged_into.complaint_id]
        assert case.complaint_id in lead.merged
        assert lead.open and lead.merged_into is None and lead.state is not State.RESOLVED
        assert lead.agency == case.agency
        assert any(clock.running for clock in lead.clocks)


async def time_passes(store: MemoryCaseStore, now: datetime) -> None:
    """The escalations wake."""
    async with store.transaction() as transaction:
        for case in await transaction.due(now, 100):
            if (done := fire(case, CLOCKS, now=now, watermark=now)) is not None:
                await transaction.save([CaseChange(done.case, done.lines)])


@settings(max_examples=120, deadline=None)
@given(texts=kinds, life=lives, pause=st.integers(0, 9))
def test_no_deadline_passes_in_silence_and_nobody_has_two_leads(
    texts: list[str], life: list[Step], pause: int
) -> None:
    async def lived() -> None:
        store = await begun(texts)
        now = MONDAY
        for n, step in enumerate(life):
            now += timedelta(hours=1) + (pause * DAY if n % 4 == 3 else timedelta())
            await time_passes(store, now)
            await handled(store, now, [message(n, step)])
            holds(await cases(store))

    asyncio.run(lived())


@settings(max_examples=120, deadline=None)
@given(texts=kinds, life=lives)
def test_a_batch_comes_to_what_its_messages_come_to_one_by_one(
    texts: list[str], life: list[Step]
) -> None:
    messages = [message(n, step) for n, step in enumerate(life)]
    now = MONDAY + 3 * DAY

    async def lived() -> None:
        one_by_one, at_once = await begun(texts), await begun(texts)
        for one in messages:
            await handled(one_by_one, now, [one])
        await handled(at_once, now, messages)
        assert await everything(at_once) == await everything(one_by_one)

    asyncio.run(lived())

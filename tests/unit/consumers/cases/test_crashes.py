"""Deaths between publishing and recording: the same ids again, the same end, nothing twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from broker.errors import StoreUnavailable
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import DAY, ROAD
from tests.unit.consumers.cases.office import Office


class Killed(BaseException):
    """The process is gone."""


class Mortal(MemoryCaseStore):
    """Dies, or fails, just before a commit that would change something."""

    def __init__(self) -> None:
        super().__init__()
        self.dies: BaseException | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryCaseTransaction]:
        async with super().transaction() as transaction:
            yield transaction
            if self.dies is not None:
                death, self.dies = self.dies, None
                raise death


@pytest.fixture
def mortal(office: Office) -> Mortal:
    office.store = store = Mortal()
    return store


def ids(office: Office) -> Counter[tuple[str, str]]:
    return Counter((event["type"], event["id"]) for event in office.published())


async def lives_and_dies(office: Office, store: Mortal, running: str) -> None:
    """One instance that dies at the next commit."""
    store.dies = Killed()
    with pytest.raises(Killed):
        async with getattr(office, running)():
            await eventually_async(lambda: store.dies is None)
            await asyncio.sleep(0)
            raise Killed


@pytest.mark.parametrize("verb", ["acknowledged", "returned", "resolved"])
async def test_the_case_consumer_dies_before_it_records(
    office: Office, mortal: Mortal, verb: str
) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
    office.says(complaint, f"agency.dpupr.{verb}", id="u", reason="bukan kami", suggest="dishub")
    for _ in range(3):
        await lives_and_dies(office, mortal, "keeping")
    assert (await office.case(complaint)).state == "routed"
    async with office.keeping():
        await office.catches_up()
    state = "routed" if verb == "returned" else verb
    case = await office.becomes(complaint, state)
    assert case.agency == ("dishub" if verb == "returned" else "dpupr")
    # Each try said the same under the same ids.
    each = ids(office)
    by_type: dict[str, set[str]] = {}
    for kind, id in each:
        by_type.setdefault(kind, set()).add(id)
    routed = by_type.pop("complaint.routed.v1")
    assert len(routed) == (2 if verb == "returned" else 1)
    assert all(len(one) == 1 for one in by_type.values()), by_type
    history = [line.what for line in await office.store.history(complaint)]
    assert history == ["routed", verb]


async def test_the_escalations_die_before_they_record(office: Office, mortal: Mortal) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        office.clock.moment += 10 * DAY
        moment = office.clock.now()

        async def read() -> bool:
            watermark = await office.store.watermark()
            return watermark is not None and watermark >= moment

        await eventually_async(read)
    for _ in range(3):
        await lives_and_dies(office, mortal, "escalating")
    async with office.escalating():
        await eventually_async(
            lambda: office.value("pintu_escalations_total", clock="response", rung="breach") == 1
        )
    each = {key: n for key, n in ids(office).items() if key[0] == "complaint.escalated.v1"}
    assert len(each) == 3  # reminder, breach, coordinator
    assert set(each.values()) == {4}
    fired = [c.fired for c in (await office.case(complaint)).clocks if c.name == "response"]
    assert fired == [("reminder", "breach", "coordinator")]


async def test_a_store_that_is_away_is_a_pause(office: Office, mortal: Mortal) -> None:
    complaint = office.routes(ROAD)
    async with office.open():
        await office.becomes(complaint, "routed")
        office.store.away = True
        office.says(complaint, "agency.dpupr.acknowledged")
        await eventually_async(lambda: "store" in office.health.wanting)
        office.store.away = False
        await office.becomes(complaint, "acknowledged")
        await eventually_async(lambda: "store" not in office.health.wanting)
        mortal.dies = StoreUnavailable("no answer to the commit")
        office.says(complaint, "agency.dpupr.responded")
        await office.becomes(complaint, "responded")
    assert not office.heard(names.PARKED_QUEUE)


async def test_a_broker_that_is_away_is_a_pause(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with office.open():
        await office.becomes(complaint, "routed")
        office.broker.away()
        await eventually_async(lambda: "connected" in office.health.wanting)
        office.broker.back()
        office.says(complaint, "agency.dpupr.acknowledged")
        await office.becomes(complaint, "acknowledged")
        office.clock.moment += 60 * DAY
        await office.catches_up()
    assert set(ids(office).values()) == {1}


async def test_several_instances_share_the_work_and_fire_nothing_twice(office: Office) -> None:
    complaints = [office.routes(ROAD) for _ in range(500)]
    async with office.keeping():
        await office.becomes(complaints[-1], "routed")
        office.clock.moment += 60 * DAY
        async with office.escalating(), office.escalating(), office.escalating():
            await office.catches_up()
    fired = {key: n for key, n in ids(office).items() if key[0] == "complaint.escalated.v1"}
    assert len(fired) == 500 * 10
    assert set(fired.values()) == {1}

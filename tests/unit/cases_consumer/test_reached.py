"""Up to when everything was read: what it lets fire, and from when an update counts."""

from datetime import datetime, timedelta

from broker.domain import names
from broker.memory.cases import MemoryCaseStore
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.unit.case.story import DAY, HOUR, ROAD
from tests.unit.cases_consumer.office import Office


class Watched(MemoryCaseStore):
    """Counts how often somebody looked for what is due."""

    looks = 0

    async def next_due(self) -> datetime | None:
        self.looks += 1
        return await super().next_due()


async def test_nothing_fires_before_the_cases_have_read_up_to_it(office: Office) -> None:
    office.store = watched = Watched()
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        await office.catches_up()
    reached = await office.store.reached()
    office.clock.moment += 60 * DAY
    watched.looks = 0
    async with office.escalating():
        await eventually_async(lambda: watched.looks > 3)
        assert office.heard(names.ESCALATIONS_QUEUE) == []
        assert await office.store.reached() == reached
        async with office.keeping():
            await office.catches_up()
    assert office.heard(names.ESCALATIONS_QUEUE)


async def test_an_outage_of_the_cases_makes_nobody_late(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        await office.catches_up()
    # Answered on the third day, while the cases are away; they come back after the deadline.
    office.says(complaint, "agency.dpupr.responded", after=3 * DAY)
    answered = office.clock.now()
    office.clock.moment += 20 * DAY
    async with office.open():
        await office.becomes(complaint, "responded")
        await office.catches_up()
    clocks = {clock.name: clock for clock in (await office.case(complaint)).clocks}
    assert clocks["response"].stopped_at == answered
    assert clocks["response"].fired == ()


async def test_nobody_can_backdate_an_answer(office: Office) -> None:
    async with office.open():
        complaint = office.routes(ROAD)
        await office.becomes(complaint, "routed")
        began = office.clock.now()
        office.clock.moment += 20 * DAY
        await office.catches_up()
        before = await office.store.reached()
        office.says(complaint, "agency.dpupr.responded", time=began + HOUR)
        case = await office.becomes(complaint, "responded")
    response = next(clock for clock in case.clocks if clock.name == "response")
    assert response.stopped_at is not None and before is not None
    assert response.stopped_at >= before
    assert "breach" in response.fired


async def test_a_standby_waits_with_its_marker_and_takes_over(office: Office) -> None:
    async with office.keeping():
        await office.catches_up()
        async with office.keeping(every=0.02):
            office.clock.moment += HOUR
            await office.catches_up()
        complaint = office.routes(ROAD)
        await office.becomes(complaint, "routed")
    moment = office.clock.moment = office.clock.moment + HOUR
    async with office.keeping():

        async def read() -> bool:
            reached = await office.store.reached()
            return reached is not None and reached >= moment

        await eventually_async(read)


async def test_a_marker_of_somebody_else_shows_nothing(office: Office) -> None:
    """Left behind by an instance that is gone, or invented."""
    ahead = (office.clock.now() + 10 * DAY).isoformat()
    for body in (
        b'{"time": "' + ahead.encode() + b'", "data": {"instance": "gone", "number": 1}}',
        b"{",
        b"[]",
        b'{"data": []}',
        b"\xff",
    ):
        properties = Properties(type="pintu.marker.v1", message_id="gone-1")
        office.broker.put("", names.CASES_QUEUE, body, properties)
    async with office.keeping():
        await office.catches_up()
        assert await office.store.reached() == office.clock.now()
    assert office.heard(names.PARKED_QUEUE) == []


async def test_a_marker_that_came_in_by_the_updates_is_parked(office: Office) -> None:
    properties = Properties(type="pintu.marker.v1", message_id="forged")
    office.broker.put(names.UPDATES, "agency.dpupr.responded", b"{}", properties)
    async with office.keeping():
        await eventually_async(lambda: office.heard(names.PARKED_QUEUE))


async def test_a_clock_that_is_put_back_fires_nothing_twice(office: Office) -> None:
    async with office.open():
        complaint = office.routes(ROAD)
        await office.becomes(complaint, "routed")
        office.clock.moment += 10 * DAY
        await office.catches_up()
        fired = len(office.heard(names.ESCALATIONS_QUEUE))
        reached = await office.store.reached()
        office.clock.moment -= 5 * DAY
        office.says(complaint, "agency.dpupr.acknowledged")
        await office.becomes(complaint, "acknowledged")
        assert await office.store.reached() == reached
        office.clock.moment += 5 * DAY + timedelta(hours=2)
        await office.catches_up()
    assert len(office.heard(names.ESCALATIONS_QUEUE)) == fired == 3

"""Up to when everything was read: what it lets fire, and from when an update counts."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.watermark import probe
from consumers.cases.watermark import Watermarks, is_watermark
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import DAY, HOUR, ROAD
from tests.unit.consumers.cases.office import Office


def as_delivered(out: Outgoing) -> Incoming:
    properties = Properties(type=out.type, message_id=out.message_id)
    return Incoming(out.body, out.exchange, out.routing_key, properties, False, 1)


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
    watermark = await office.store.watermark()
    office.clock.moment += 60 * DAY
    watched.looks = 0
    async with office.escalating():
        await eventually_async(lambda: watched.looks > 3)
        assert office.heard(names.ESCALATIONS_QUEUE) == []
        assert await office.store.watermark() == watermark
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
        before = await office.store.watermark()
        office.says(complaint, "agency.dpupr.responded", time=began + HOUR)
        case = await office.becomes(complaint, "responded")
    response = next(clock for clock in case.clocks if clock.name == "response")
    assert response.stopped_at is not None and before is not None
    assert response.stopped_at >= before
    assert "breach" in response.fired


async def test_a_standby_that_takes_over_goes_on(office: Office) -> None:
    active = AsyncExitStack()
    await active.enter_async_context(office.keeping())
    await office.catches_up()
    async with office.keeping(given_up=0.05):
        await active.aclose()
        complaint = office.routes(ROAD)
        await office.becomes(complaint, "routed")
        office.clock.moment += HOUR
        await office.catches_up()


async def test_a_standby_has_one_marker_on_its_way(office: Office) -> None:
    seconds = 0.0
    watermarks = Watermarks("i", lambda: seconds, every=0.25, given_up=5.0)
    watermarks.anew()
    assert watermarks.wait() <= 0
    watermarks.sent()
    assert watermarks.wait() == 5.0
    seconds = 5.0
    assert watermarks.wait() <= 0


async def test_what_the_active_one_may_have_in_hand_is_not_taken_for_read(office: Office) -> None:
    """It took our first watermark; when the second comes back it may not have settled all yet."""
    seconds = 0.0
    watermarks = Watermarks("i", lambda: seconds, every=0.25, given_up=5.0)
    watermarks.anew()
    sent = []
    for _ in range(3):
        sent.append(as_delivered(watermarks.make(office.clock.now())))
        watermarks.sent()
    assert watermarks.back(sent[1]) is None
    assert watermarks.back(sent[2]) is None
    assert watermarks.wait() == 5.0
    seconds = 5.0
    last = as_delivered(watermarks.make(office.clock.now()))
    watermarks.sent()
    assert watermarks.back(last) == office.clock.now()
    assert watermarks.wait() == 0.25


async def test_reached_is_when_the_marker_was_sent(office: Office) -> None:
    handler, sent_at = office.handler(), office.clock.now()
    await handler.check()
    async with handler.transaction(await handler.prepare(())) as outgoing:
        [watermark] = outgoing
    office.clock.moment += HOUR
    async with handler.transaction(await handler.prepare([as_delivered(watermark)])):
        pass
    assert await office.store.watermark() == sent_at


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
        assert await office.store.watermark() == office.clock.now()
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
        watermark = await office.store.watermark()
        office.clock.moment -= 5 * DAY
        office.says(complaint, "agency.dpupr.acknowledged")
        await office.becomes(complaint, "acknowledged")
        assert await office.store.watermark() == watermark
        office.clock.moment += 5 * DAY + timedelta(hours=2)
        await office.catches_up()
    assert len(office.heard(names.ESCALATIONS_QUEUE)) == fired == 3


async def test_a_probe_is_ignored_like_any_watermark_of_somebody_else() -> None:
    message = as_delivered(probe())
    assert is_watermark(message)
    assert Watermarks("me", lambda: 0.0).back(message) is None


async def test_a_router_whose_clock_is_behind_makes_nobody_late(office: Office) -> None:
    async with office.open():
        await office.catches_up()
        now = office.clock.now()
        office.clock.moment = now - 60 * DAY
        complaint = office.routes(ROAD)
        office.clock.moment = now
        case = await office.becomes(complaint, "routed")
        await office.catches_up()
    assert now - case.routed_at < HOUR
    assert office.heard(names.ESCALATIONS_QUEUE) == []


async def test_a_router_whose_clock_is_ahead_gives_nobody_more_time(office: Office) -> None:
    async with office.open():
        now = office.clock.now()
        office.clock.moment = now + 60 * DAY
        events = office.routes(ROAD)
        office.clock.moment = now
        case = await office.becomes(events, "routed")
    assert case.routed_at <= now


async def test_what_was_routed_before_an_outage_of_the_cases_counts_from_then(
    office: Office,
) -> None:
    async with office.keeping():
        await office.catches_up()
    routed_at = office.clock.now()
    complaint = office.routes(ROAD)
    office.clock.moment += 3 * DAY
    async with office.keeping():
        case = await office.becomes(complaint, "routed")
    assert case.routed_at == routed_at


async def test_a_watermark_that_lies_ahead_fires_nothing_and_backdates_nothing(
    office: Office,
) -> None:
    """As a version left it that believed a clock which was two months ahead."""
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        await office.catches_up()
    async with office.store.transaction() as transaction:
        await transaction.advance_watermark(office.clock.now() + 60 * DAY)
    office.clock.moment += 20 * DAY
    async with office.escalating(), office.keeping():
        # An answer that was given in time and is read late: nobody read up to then.
        office.says(complaint, "agency.dpupr.responded", after=-19 * DAY)
        office.clock.moment += 19 * DAY
        case = await office.becomes(complaint, "responded")
    response = next(clock for clock in case.clocks if clock.name == "response")
    assert response.fired == ()
    assert office.heard(names.ESCALATIONS_QUEUE) == []

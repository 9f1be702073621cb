"""What was dead-lettered from `cases`, and is sent back, ends as what it was."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from broker.memory.parked import memory_parked
from broker.messaging import names
from gateway.desk import parked as work
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import ROAD, routed_by_router
from tests.unit.broker.messaging.parking.test_origin import death, sorted_by_name
from tests.unit.consumers.cases.office import Office


def dies(office: Office, forged: bool = False, **properties: Any) -> None:
    """All that waits in `cases` has come fifty times: RabbitMQ parks it."""
    queue = office.broker.queues[names.CASES_QUEUE]
    while queue.ready:
        message = queue.ready.popleft()
        entry = death(message.exchange, message.routing_key)
        if forged:
            entry = sorted_by_name(entry | {"exchange": names.EVENTS})
        headers = {**message.properties.headers, "x-death": [entry]}
        dead = replace(message.properties, headers=headers, **properties)
        office.broker.put(names.PARKED_EXCHANGE, message.routing_key, message.body, dead)


async def replayed(office: Office) -> int:
    async with memory_parked(office.broker) as messages:
        done, failed = await work.give_back(messages, work.having(None))
    assert not failed
    return done


def parked(office: Office) -> list[tuple[str, str]]:
    found = [m.properties.headers for m in office.heard(names.PARKED_QUEUE)]
    return [(headers["parked-reason"], headers["parked-from"]) for headers in found]


async def patience_ends(office: Office) -> None:
    """What waits for its case has waited long enough, and is parked."""
    async with office.keeping():
        await office.catches_up()
        office.clock.moment += timedelta(minutes=1)
        await eventually_async(lambda: parked(office))


async def test_events_and_updates_become_cases_and_nobody_gets_a_second_copy(
    office: Office,
) -> None:
    complaint = office.routes(ROAD)
    triaged = office.routes("entah")
    office.says(complaint, "agency.dpupr.acknowledged")
    office.says(complaint, "channel.web.replied", note="lekas")
    office.says(triaged, "desk.sri.assigned", agency="pln", reason="lampu")
    dies(office)
    queues = ("agency.dpupr", "triage", names.AUDIT_STREAM)
    before = {queue: len(office.heard(queue)) for queue in queues}
    assert await replayed(office) == 5
    assert {queue: len(office.heard(queue)) for queue in queues} == before
    async with office.keeping():
        case = await office.becomes(complaint, "acknowledged", "dpupr")
        assert [clock.name for clock in case.clocks]
        await office.becomes(triaged, "routed", "pln")
    assert parked(office) == []
    assert office.keys("agency.dpupr").count("routed.dpupr.web") == 1


async def test_an_update_that_is_refused_after_it_was_sent_back_says_where_it_came_from(
    office: Office,
) -> None:
    complaint = office.routes(ROAD)
    office.says(complaint, "agency.pln.resolved")
    dies(office)
    await replayed(office)
    await patience_ends(office)
    expected = [("not-your-case", "complaints.updates/agency.pln.resolved")]
    assert parked(office) == expected
    assert "rejected.pln.-" in office.keys("agency.pln")
    # And once more: to `cases` alone, to the same end.
    heard = len(office.heard(names.AUDIT_STREAM))
    await replayed(office)
    assert len(office.heard(names.AUDIT_STREAM)) == heard
    await patience_ends(office)
    assert parked(office) == expected


async def test_a_forged_event_of_a_stranger_opens_no_case(office: Office) -> None:
    [routed] = routed_by_router(ROAD, office.clock.now(), id="forged")
    headers = {"replayed-as": "complaints.events/routed.dpupr.web"}
    properties = Properties(message_id="m", headers=headers, type="pintu.marker.v1")
    for key in ("agency.dpupr.resolved", "routed.dpupr.web"):
        office.broker.put(names.UPDATES, key, routed.body, properties)
    dies(office, forged=True)
    assert await replayed(office) == 2
    async with office.keeping():
        await eventually_async(lambda: len(parked(office)) == 2)
    assert {origin for _, origin in parked(office)} == {
        "complaints.updates/agency.dpupr.resolved",
        "complaints.updates/routed.dpupr.web",
    }
    assert [case async for case in office.store.listed()] == []

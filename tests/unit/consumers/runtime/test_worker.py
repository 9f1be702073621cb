"""The loop against the memory broker: order, outages, repeats, a bug on one message, the end."""

import json

import pytest

from broker.domain.intake import decide_intake
from broker.messaging import names
from broker.messaging.messages import Incoming
from consumers.router import handler as handler_module
from schemas.identifiers import complaint_id
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import NOW, World, picked


async def test_a_complaint_reaches_its_agency_the_cases_and_nobody_else(world: World) -> None:
    async with world.routing():
        world.submit(picked("1"))
        await eventually_async(lambda: world.depth("agency.pln") == 1)
    assert world.depth(names.CASES_QUEUE) == 1
    assert world.depth(names.PARKED_QUEUE) == world.depth(names.TRIAGE_QUEUE) == 0
    assert world.value("pintu_complaints_routed_total", agency="pln") == 1


async def test_a_repeat_is_acknowledged_and_not_routed_again(world: World) -> None:
    for _ in range(3):
        world.submit(picked("1"))
    async with world.routing():
        await eventually_async(lambda: world.value("pintu_duplicates_total") == 2)
    world.submit(picked("1"))
    async with world.routing():
        await eventually_async(lambda: world.value("pintu_duplicates_total") == 3)
    assert world.depth("agency.pln") == 1
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_a_message_without_any_id_goes_round_once(world: World) -> None:
    async with world.routing():
        world.submit({"text": "listrik padam", "agency": "pln"}, content_type=None)
        world.submit({"text": "listrik padam", "agency": "pln"}, content_type=None)
        await eventually_async(lambda: world.depth("agency.pln") == 2)
    assert world.value("pintu_complaints_received_total", channel="web") == 2


async def test_an_unusable_message_is_parked_whole_and_its_sender_told(world: World) -> None:
    async with world.routing():
        world.submit(b'{"text": ', message_id="m1")
        await eventually_async(lambda: world.depth(names.PARKED_QUEUE) == 1)
    aside = world.broker.queues[names.PARKED_QUEUE].ready[0]
    assert aside.body == b'{"text": '
    told = world.broker.queues["channel.web"].ready[0]
    assert told.routing_key == "rejected.-.web"
    assert json.loads(told.body)["data"]["reason"] == "broken-json"
    assert json.loads(told.body)["data"]["of"]["id"] == "m1"


async def test_a_bug_on_one_message_lets_its_neighbours_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = decide_intake

    def fails_on_two(message: Incoming, *arguments: object, **named: object) -> object:
        if b'"id": "2"' in message.body:
            raise KeyError("a bug")
        return whole(message, *arguments, **named)  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(handler_module, "decide_intake", fails_on_two)
    for id in "123":
        world.submit(picked(id))
    async with world.routing():
        await eventually_async(lambda: world.depth("agency.pln") == 2)
        await eventually_async(lambda: world.depth(names.PARKED_QUEUE) == 1)
    assert world.value("pintu_messages_parked_total", reason="internal-error") == 1
    assert world.depth(names.ROUTER_QUEUE) == 0


async def test_a_broker_that_went_away_is_waited_for(world: World) -> None:
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        world.broker.away()
        await eventually_async(lambda: "connected" in world.health.wanting)
        world.broker.back()
        world.submit(picked("1"))
        await eventually_async(lambda: world.depth("agency.pln") == 1)
        assert "connected" not in world.health.wanting


async def test_a_journal_that_is_away_is_a_pause_and_burns_no_delivery(world: World) -> None:
    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        world.journal.away = True
        for id in "123":
            world.submit(picked(id))
        await eventually_async(lambda: "store" in world.health.wanting)
        world.journal.away = False
        await eventually_async(lambda: world.depth("agency.pln") == 3)
    assert not any(m.redelivered for m in world.broker.queues["agency.pln"].ready)


async def test_nothing_is_taken_while_the_journal_is_away_at_the_start(world: World) -> None:
    world.journal.away = True
    world.submit(picked("1"))
    async with world.routing():
        await eventually_async(lambda: "store" in world.health.wanting)
    assert world.depth(names.ROUTER_QUEUE) == 1
    assert not world.broker.queues[names.ROUTER_QUEUE].ready[0].redelivered


async def test_on_leaving_what_has_arrived_is_settled(world: World) -> None:
    for n in range(500):
        world.submit(picked(str(n)))
    async with world.routing():
        await eventually_async(lambda: world.depth("agency.pln") > 0)
    routed = world.depth("agency.pln")
    waiting = world.broker.queues[names.ROUTER_QUEUE].ready
    assert routed + len(waiting) == 500
    assert not any(message.redelivered for message in waiting)


async def test_nothing_is_published_that_the_journal_refused(world: World) -> None:
    """Recorded by another router between deciding and claiming."""
    world.submit(picked("1"))
    async with world.journal.recording([complaint_id("/channels/web", "1")], NOW):
        pass
    async with world.routing():
        await eventually_async(lambda: world.value("pintu_duplicates_total") == 1)
    assert world.depth("agency.pln") == 0

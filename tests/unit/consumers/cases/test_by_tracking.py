"""Updates that name their complaint by its tracking code."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from broker.domain.case import State
from broker.memory import MemoryCaseStore
from broker.memory.queues import Message
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.ports import Deferred
from consumers.cases.inputs import waits_under
from schemas import limits
from schemas.identifiers import complaint_id, tracking
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import HOUR, LIGHT, MONDAY, ROAD, routed_by_router
from tests.unit.consumers.cases.office import Office

NOBODY = tracking(complaint_id("/channels/web", "nobody's"))


def says(office: Office, code: str, key: str, *, id: str = "u-1", **data: Any) -> None:
    """An update by tracking code, as somebody typed it."""
    office.clock.moment += HOUR
    typed = code.replace("-", " ").lower()
    message = an_update(typed, key, id=id, time=office.clock.now().isoformat(), data=data)
    office.broker.put(message.exchange, message.routing_key, message.body, message.properties)


def an_update(code: str, key: str, *, id: str, time: str, data: dict[str, Any]) -> Incoming:
    event = {
        "specversion": "1.0",
        "id": id,
        "source": "/somebody",
        "type": f"complaint.{key.rpartition('.')[2]}.v1",
        "subject": code,
        "time": time,
        "data": data,
    }
    return Incoming(json.dumps(event).encode(), names.UPDATES, key, Properties(), False, 1)


def parked(office: Office) -> Counter[str]:
    queue = office.broker.queues[names.PARKED_QUEUE].ready
    return Counter(str(message.properties.headers["parked-reason"]) for message in queue)


def waiting(office: Office) -> int:
    return len(office.store._kept.deferred)


def held_back(office: Office) -> list[Message]:
    """What the router has published, taken out of the queue for a while."""
    queue = office.broker.queues[names.CASES_QUEUE].ready
    found = list(queue)
    queue.clear()
    return found


def let_through(office: Office, *messages: Message) -> None:
    for m in messages:
        office.broker.put(m.exchange, m.routing_key, m.body, m.properties)


def with_code(message: Message, code: str) -> Message:
    """The event of another case, under this code."""
    event = json.loads(message.body)
    event["data"]["tracking"] = code
    return replace(message, body=json.dumps(event).encode())


async def updates(office: Office, complaint: UUID) -> list[tuple[str, str]]:
    """Who said what, as the history has it."""
    lines = await office.store.history(complaint)
    return [(line.who, line.what) for line in lines if line.who != "router"]


async def test_an_update_by_tracking_code_is_one_of_its_case(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        says(office, tracking(complaint), "agency.dpupr.responded")
        await office.becomes(complaint, "responded")
    assert parked(office) == {}


@pytest.mark.parametrize("restarts", [False, True])
async def test_what_comes_before_its_case_waits_for_it_by_whichever_name(
    office: Office, restarts: bool
) -> None:
    complaint = office.routes(ROAD)
    code = tracking(complaint)
    events = held_back(office)
    said = ["acknowledged", "held", "resumed", "responded"]
    async with office.keeping():
        for number, verb in enumerate(said):
            if number % 2:
                office.says(complaint, f"agency.dpupr.{verb}", id=f"u-{number}")
            else:
                says(office, code, f"agency.dpupr.{verb}", id=f"u-{number}")
        await eventually_async(lambda: waiting(office) == len(said))
        if not restarts:
            let_through(office, *events)
            await eventually_async(lambda: waiting(office) == 0)
    if restarts:
        let_through(office, *events)
        async with office.keeping():
            await eventually_async(lambda: waiting(office) == 0)
    # In the order in which they came.
    assert await updates(office, complaint) == [("agency.dpupr", verb) for verb in said]
    assert parked(office) == {}


async def test_what_comes_in_one_batch_with_its_case_is_taken_in_with_it(office: Office) -> None:
    complaint = office.routes(ROAD)
    events = held_back(office)
    code = tracking(complaint)
    says(office, code, "agency.dpupr.acknowledged", id="u-1")
    let_through(office, *events)
    says(office, code, "agency.dpupr.responded", id="u-2")
    async with office.keeping():
        await office.becomes(complaint, "responded")
    assert await updates(office, complaint) == [
        ("agency.dpupr", "acknowledged"),
        ("agency.dpupr", "responded"),
    ]
    assert waiting(office) == 0


async def test_a_code_that_no_case_has_is_said_to_be_unknown_when_it_has_waited(
    office: Office,
) -> None:
    async with office.keeping():
        says(office, NOBODY, "agency.dpupr.responded")
        await eventually_async(lambda: waiting(office) == 1)
        await office.catches_up()
        office.clock.moment += timedelta(seconds=20)
        await eventually_async(lambda: parked(office) == {"unknown-case": 1})
    assert waiting(office) == 0
    [told] = [m for m in office.heard("agency.dpupr") if m.routing_key == "rejected.dpupr.-"]
    data = json.loads(told.body)["data"]
    assert data["detail"] == "no case has this tracking code"
    assert data["tracking"] == NOBODY
    assert "complaint_id" not in data and "subject" not in json.loads(told.body)


@pytest.mark.parametrize("first", ["id", "code"])
@pytest.mark.parametrize("before_its_case", [False, True])
async def test_one_update_by_both_names_is_one_update(
    office: Office, first: str, before_its_case: bool
) -> None:
    complaint = office.routes(ROAD)
    code = tracking(complaint)
    events = held_back(office)
    async with office.keeping():
        if not before_its_case:
            let_through(office, *events)
            await office.becomes(complaint, "routed")
        for name in (first, "code" if first == "id" else "id"):
            if name == "id":
                office.says(complaint, "agency.dpupr.responded", id="u-1")
            else:
                says(office, code, "agency.dpupr.responded", id="u-1")
        if before_its_case:
            await eventually_async(lambda: waiting(office) == 2)
            let_through(office, *events)
        await eventually_async(
            lambda: office.value("pintu_updates_total", verb="responded", outcome="repeated") == 1
        )
    assert await updates(office, complaint) == [("agency.dpupr", "responded")]
    assert waiting(office) == 0


@pytest.mark.parametrize("waits", ["in the store", "in one batch", "from before"])
async def test_a_code_that_two_cases_have_changes_neither(office: Office, waits: str) -> None:
    one, two = office.routes(ROAD), office.routes(ROAD)
    first, second = held_back(office)
    code = tracking(one)
    second = with_code(second, code)
    if waits == "in one batch":
        let_through(office, first, second)
        says(office, code, "desk.sri.dismissed", reason="x")
    async with office.keeping():
        if waits == "in the store":
            let_through(office, first, second)
            await office.becomes(two, "routed")
            says(office, code, "desk.sri.dismissed", reason="x")
        elif waits == "from before":
            says(office, code, "desk.sri.dismissed", reason="x")
            await eventually_async(lambda: waiting(office) == 1)
    if waits == "from before":
        let_through(office, first, second)
    async with office.keeping():
        await office.becomes(two, "routed")
        await office.catches_up()
        office.clock.moment += timedelta(seconds=20)
        await eventually_async(lambda: parked(office) == {"bad-subject": 1})
    for complaint in (one, two):
        assert (await office.case(complaint)).state is State.ROUTED
    assert waiting(office) == 0


async def test_the_room_for_what_waits_is_that_of_one_case(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFERRED_OF_CASE", 3)
    async with office.keeping():
        for n in range(5):
            says(office, NOBODY, "agency.dpupr.responded", id=f"u-{n}")
        await eventually_async(lambda: parked(office) == {"too-many-deferred": 2})
    assert waiting(office) == 3


@pytest.mark.parametrize("data", [{}, {"note": 42}])
async def test_nobody_learns_the_id_of_anothers_complaint_from_its_code(
    office: Office, data: dict[str, Any]
) -> None:
    complaint = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        says(office, tracking(complaint), "agency.dlh.acknowledged", **data)
        await eventually_async(lambda: parked(office).total() == 1)
    [told] = [m for m in office.heard("agency.dlh") if m.routing_key == "rejected.dlh.-"]
    assert str(complaint).encode() not in told.body
    assert json.loads(told.body)["data"]["tracking"] == tracking(complaint)


async def test_what_is_wrong_about_an_anonymous_case_is_told_without_the_adapters_id(
    office: Office,
) -> None:
    complaint = office.routes(ROAD, anonymous=True)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        says(office, tracking(complaint), "channel.web.replied", id="0812-3456", note=42)
        await eventually_async(lambda: parked(office) == {"bad-data": 1})
    [told] = [m for m in office.heard("channel.web") if m.routing_key == "rejected.-.web"]
    assert b"0812-3456" not in told.body


async def test_the_word_of_a_supporting_agency_waits_for_what_makes_it_one(office: Office) -> None:
    complaint = complaint_id("/channels/web", "c-1")
    lead, support = routed_by_router(LIGHT, office.clock.now())
    async with office.keeping():
        says(office, tracking(complaint), "agency.pln.acknowledged")
        await eventually_async(lambda: waiting(office) == 1)
        office.send(lead)
        await office.becomes(complaint, "routed")
        office.send(support)

        async def seen() -> bool:
            case = await office.store.find(complaint)
            supports = case.supports("pln") if case else None
            return supports is not None and supports.acknowledged

        await eventually_async(seen)
    assert parked(office) == {}


async def test_what_still_waits_under_a_code_when_its_case_is_there_is_decided_in_time(
    office: Office,
) -> None:
    """An earlier version of the program may have begun the case."""
    complaint = office.routes(ROAD)
    code = tracking(complaint)
    async with office.keeping():
        await office.becomes(complaint, "routed")
        await office.catches_up()
    key, now = "agency.dpupr.responded", office.clock.now()
    message = an_update(code, key, id="u-1", time=MONDAY.isoformat(), data={})
    until = now + timedelta(seconds=5)
    one = Deferred("k", waits_under(code), now, until, message, "agency.dpupr")
    assert isinstance(office.store, MemoryCaseStore)
    async with office.store.transaction() as transaction:
        await transaction.defer([one])
    office.clock.moment += timedelta(seconds=20)
    async with office.keeping():
        await office.becomes(complaint, "responded")
        await eventually_async(lambda: waiting(office) == 0)
    assert parked(office) == {}

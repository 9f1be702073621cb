"""Cases that are merged, from the queue to the store: one answer reaches all, whatever dies."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from broker.domain.case import Case, to_record
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from broker.messaging.messages import Incoming
from consumers.audit.rebuilding import Rebuilding
from consumers.audit.steps import Steps
from schemas.identifiers import complaint_id, tracking
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import CLOCKS, DAY, NOTHING, ROAD, RULES
from tests.unit.consumers.cases.office import Office
from tests.unit.consumers.cases.test_crashes import Mortal, lives_and_dies

ANSWER = "Bu Siti, lubang sudah ditambal."


async def merged(office: Office, many: int, **data: Any) -> tuple[UUID, list[UUID]]:
    """A case that leads, and so many that follow it."""
    lead = office.routes(ROAD, **data)
    others = [office.routes(ROAD) for _ in range(many)]
    async with office.keeping():
        for one in others:
            office.says(one, "desk.sri.merged", into=tracking(lead))
        await eventually_async(lambda: follow(office, lead, many))
    return lead, others


async def follow(office: Office, lead: UUID, many: int) -> bool:
    case = await office.store.find(lead)
    return case is not None and len(case.merged) == many


def told(office: Office, verb: str) -> Counter[str]:
    """Of which complaints it was told, each event counted once."""
    kind = f"complaint.{verb}.v1"
    ids = {(e["subject"], e["id"]) for e in office.published() if e["type"] == kind}
    return Counter(subject for subject, _ in ids)


async def test_all_that_becomes_of_them_may_come_in_one_batch(office: Office) -> None:
    lead, one, two = (office.routes(text) for text in (ROAD, ROAD, NOTHING))
    office.says(one, "desk.sri.merged", into=tracking(lead))
    office.says(two, "desk.sri.merged", into=str(lead))
    office.says(lead, "agency.dpupr.responded", note="Dijadwalkan.")
    office.says(one, "channel.web.replied", note="Masih.")
    office.says(lead, "agency.dpupr.resolved", note=ANSWER)
    office.says(two, "channel.web.replied", note="Belum.")
    async with office.keeping():
        await office.becomes(two, "responded", "dpupr")
    assert (await office.case(one)).state == "resolved"
    assert (await office.case(two)).merged_into is None
    assert (await office.case(lead)).merged == (one,)
    assert await office.store.lines(one) == len(await office.store.history(one))
    assert set(told(office, "resolved").values()) == {1}
    assert len(told(office, "resolved")) == 3
    assert {line.routing_key for line in office.heard("agency.dpupr")} >= {
        "merged.dpupr.-",
        "separated.dpupr.-",
        "replied.dpupr.web",
    }


async def test_one_that_waits_for_its_case_is_merged_when_that_begins(office: Office) -> None:
    lead = office.routes(ROAD)
    async with office.keeping():
        await office.becomes(lead, "routed")
    unknown = complaint_id("/channels/web", "c-2")
    office.says(unknown, "desk.sri.merged", into=tracking(lead))
    async with office.keeping():
        await office.catches_up()
        assert office.routes(ROAD) == unknown
        await eventually_async(lambda: follow(office, lead, 1))
    assert (await office.case(unknown)).merged_into is not None


async def test_fifty_hear_an_answer_once_though_its_teller_dies_again_and_again(
    office: Office,
) -> None:
    office.store = mortal = Mortal()
    lead, others = await merged(office, 50, reporter={"name": "Siti Aminah"})
    office.says(lead, "agency.dpupr.resolved", id="u", note=ANSWER)
    for _ in range(2):
        await lives_and_dies(office, mortal, "keeping")
    assert {(await office.case(one)).state for one in others} == {"routed"}
    async with office.keeping():
        await office.becomes(lead, "resolved")
    assert {(await office.case(one)).state for one in others} == {"resolved"}
    assert told(office, "resolved") == Counter(map(str, (lead, *others)))
    for one in others:
        history = await office.store.history(one)
        assert [line.what for line in history].count("resolved") == 1
        [said] = [s for s in await office.store.conversation(one) if s.verb == "resolved"]
        assert said.note == "Bu [nama], lubang sudah ditambal."
    of_followers = [
        str(event) for event in office.published() if event["subject"] in map(str, others)
    ]
    assert not any("Siti" in event for event in of_followers)


async def test_the_audit_trail_gives_back_the_same_cases(office: Office) -> None:
    lead, others = await merged(office, 4)
    office.says(lead, "desk.sri.assigned", agency="dlh", note="Milik DLH.")
    office.says(others[0], "desk.sri.separated")
    office.says(others[1], "channel.web.withdrawn")
    office.says(lead, "agency.dlh.resolved", note=ANSWER)
    office.says(others[2], "channel.web.replied", note="Belum.")
    async with office.keeping():
        await office.becomes(others[2], "responded", "dlh")
    again = MemoryCaseStore()
    rebuilding, steps = Rebuilding(again, RULES, CLOCKS), Steps()
    ready = [step for message in trail(office) for step in steps.read(message)]
    await rebuilding.take([*ready, *steps.end()])
    assert not rebuilding.done.refused and not rebuilding.done.missing
    for complaint in (lead, *others):
        mine, theirs = await office.case(complaint), await again.find(complaint)
        assert theirs is not None
        assert comparable(theirs) == comparable(mine)
        assert await again.conversation(complaint) == await office.store.conversation(complaint)
        lines = [await store.history(complaint) for store in (office.store, again)]
        assert lines[0] == lines[1]


def comparable(case: Case) -> dict[str, Any]:
    return to_record(case)


def trail(office: Office) -> list[Incoming]:
    return [
        Incoming(m.body, m.exchange, m.routing_key, m.properties, False, 1)
        for m in office.heard(names.AUDIT_STREAM)
    ]


@pytest.mark.parametrize("ends", ["desk.sri.dismissed", "channel.web.withdrawn"])
async def test_no_deadline_passes_in_silence_when_the_lead_ends(office: Office, ends: str) -> None:
    lead, [one] = await merged(office, 1)
    office.says(lead, ends, reason="ganda")
    async with office.open():
        await office.becomes(lead, "closed")
        office.clock.moment += 30 * DAY
        await office.catches_up()
    breaches = [
        event["data"]["clock"]
        for event in office.published()
        if event["subject"] == str(one) and event["data"].get("rung") == "breach"
    ]
    assert sorted(breaches) == ["resolution", "response"]


async def read_up_to(office: Office) -> bool:
    """Whether all was read up to this moment."""
    watermark = await office.store.watermark()
    return watermark is not None and watermark >= office.clock.now()


@pytest.mark.parametrize("running", ["open", "keeping"])
async def test_the_reporter_of_each_hears_that_the_deadline_has_passed(
    office: Office, running: str
) -> None:
    """Whoever finds it: the escalations, or the case consumer before an update."""
    lead, others = await merged(office, 2)
    async with getattr(office, running)():
        office.clock.moment += 40 * DAY
        if running == "keeping":
            await eventually_async(lambda: read_up_to(office))
            office.says(lead, "agency.dpupr.acknowledged")
        await eventually_async(lambda: len(told(office, "overdue")) == 3)
    assert told(office, "overdue") == Counter(map(str, (lead, *others)))
    escalated = told(office, "escalated")
    assert [escalated[str(one)] for one in others] == [0, 0], "officers hear it once"

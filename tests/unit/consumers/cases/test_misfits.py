"""Updates that do not fit, come too early, or meet a fault of the program."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from broker.domain.case import Case, Context, Outcome, apply
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from broker.ports import CaseChange
from schemas.identifiers import complaint_id
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import LIGHT, ROAD, routed_by_router
from tests.unit.consumers.cases.office import Office

NOBODY = uuid5(UUID(int=0), "nobody")


def parked(office: Office) -> list[str]:
    return [m.properties.headers["parked-reason"] for m in office.heard(names.PARKED_QUEUE)]


async def test_the_wrong_agency_changes_nothing_and_hears_why(office: Office) -> None:
    async with office.keeping():
        complaint = office.routes(ROAD)
        before = await office.becomes(complaint, "routed")
        office.clock.moment += timedelta(minutes=1)
        office.says(complaint, "agency.pln.resolved")
        await eventually_async(lambda: parked(office) == ["not-your-case"])
        assert await office.case(complaint) == before
    assert office.keys("agency.pln") == ["rejected.pln.-"]
    outcomes = {"verb": "resolved", "outcome": "refused"}
    assert office.value("pintu_updates_total", **outcomes) == 1
    assert office.value("pintu_messages_parked_total", reason="not-your-case") == 1


async def test_what_cannot_be_read_is_parked_beside_its_neighbours(office: Office) -> None:
    complaint = office.routes(ROAD)
    office.broker.put(names.UPDATES, "agency.dpupr.responded", b"\xff", Properties(message_id="x"))
    office.broker.put(names.UPDATES, "agency.dpupr.responded", b"\xff", Properties(message_id="x"))
    office.broker.put(names.UPDATES, "agency.dpupr.sings", b"{}", Properties(message_id="y"))
    office.says(complaint, "agency.dpupr.acknowledged")
    async with office.keeping():
        await office.becomes(complaint, "acknowledged")
    assert Counter(parked(office)) == {"not-utf8": 2, "unknown-verb": 1}
    ids = [m.properties.message_id for m in office.heard(names.PARKED_QUEUE)]
    assert len(set(ids)) == 3
    assert office.value("pintu_updates_total", verb="other", outcome="refused") == 1


async def test_who_uses_a_wrong_key_hears_so_where_it_can_be_guessed(office: Office) -> None:
    async with office.keeping():
        for number, key in enumerate(("agency.DPUPR.resolved", "channel.web", "agency.web.x.y")):
            office.broker.put(names.UPDATES, key, b"{}", Properties(message_id=f"m-{number}"))
        await eventually_async(lambda: parked(office) == ["bad-key"] * 3)
    assert office.keys("agency.dpupr") == ["rejected.dpupr.-"]
    assert office.keys("channel.web") == ["rejected.-.web"]


async def test_an_update_waits_for_its_case(office: Office) -> None:
    complaint = complaint_id("/channels/web", "c-1")
    async with office.keeping():
        office.says(complaint, "agency.dpupr.acknowledged", id="first")
        office.says(complaint, "agency.dpupr.responded", id="second", after=timedelta(0))
        early = {"outcome": "early"}
        await eventually_async(
            lambda: office.value("pintu_updates_total", verb="responded", **early) == 1
        )
        assert office.routes(ROAD) == complaint
        await office.becomes(complaint, "responded")
    assert [key.split(".")[0] for key in office.keys("channel.web")] == [
        "opened",
        "acknowledged",
        "responded",
    ]
    assert parked(office) == []


async def test_an_update_waits_across_a_restart(office: Office) -> None:
    complaint = complaint_id("/channels/web", "c-1")
    office.says(complaint, "agency.dpupr.acknowledged")
    async with office.keeping():
        await eventually_async(lambda: not office.broker.queues[names.CASES_QUEUE].ready)
    assert office.routes(ROAD) == complaint
    async with office.keeping():
        await office.becomes(complaint, "acknowledged")


async def test_an_update_for_nobody_is_refused_once_everything_later_was_read(
    office: Office,
) -> None:
    async with office.keeping():
        await office.catches_up()
        office.says(NOBODY, "agency.dpupr.acknowledged", after=timedelta(seconds=1))
        await office.catches_up()
        assert parked(office) == []
        office.clock.moment += timedelta(seconds=20)
        await eventually_async(lambda: parked(office) == ["unknown-case"])
        office.clock.moment += timedelta(seconds=20)
        await office.catches_up()
    assert parked(office) == ["unknown-case"]
    assert office.keys("agency.dpupr") == ["rejected.dpupr.-"]
    told = json.loads(office.heard("agency.dpupr")[0].body)
    assert told["data"]["reason"] == "unknown-case"


async def test_a_case_that_comes_with_the_end_of_the_patience_is_in_time(office: Office) -> None:
    complaint = complaint_id("/channels/web", "c-1")
    office.says(complaint, "agency.dpupr.acknowledged")
    async with office.keeping():
        await office.catches_up()
    office.clock.moment += timedelta(seconds=20)
    for out in routed_by_router(ROAD, office.clock.now(), id="c-1"):
        office.send(out)
    async with office.keeping():
        await office.becomes(complaint, "acknowledged")
        await office.catches_up()
    assert parked(office) == []


async def test_a_supporting_agency_may_come_before_its_lead(office: Office) -> None:
    lead, support = routed_by_router(LIGHT, office.clock.now())
    async with office.keeping():
        office.send(support)
        await office.catches_up()
        office.send(lead)
        case = await office.becomes(complaint_id("/channels/web", "c-1"), "routed", "dishub")

        async def joined() -> bool:
            return bool((await office.case(case.complaint_id)).supporting)

        await eventually_async(joined)


async def test_a_fault_on_one_message_parks_that_one_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_on_held(case: Case | None, what: object, context: Context, *more: object) -> Outcome:
        if getattr(what, "verb", None) == "held":
            raise KeyError("a bug")
        return apply(case, what, context, *more)  # type: ignore[arg-type] # -- passed on as given

    monkeypatch.setattr("consumers.cases.batch.apply", fails_on_held)
    complaint = office.routes(ROAD)
    for verb in ("acknowledged", "held", "responded"):
        office.says(complaint, f"agency.dpupr.{verb}")
    async with office.keeping():
        await office.becomes(complaint, "responded")
    assert parked(office) == ["internal-error"]
    assert office.keys("agency.dpupr")[1:] == ["rejected.dpupr.-"]


async def test_a_repeat_is_acknowledged_and_nothing_else(office: Office) -> None:
    complaint = office.routes(ROAD)
    office.says(complaint, "agency.dpupr.responded", id="one")
    async with office.keeping():
        await office.becomes(complaint, "responded")
        office.says(complaint, "agency.dpupr.responded", id="one")
        repeated = {"verb": "responded", "outcome": "repeated"}
        await eventually_async(lambda: office.value("pintu_updates_total", **repeated) == 1)
    assert office.keys("channel.web").count("responded.dpupr.web") == 1
    assert not office.broker.queues[names.CASES_QUEUE].ready


async def test_what_the_store_cannot_write_is_parked_beside_its_neighbours(
    office: Office,
) -> None:
    class Choosy(MemoryCaseStore):
        """Cannot write a line that speaks of poison."""

        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[MemoryCaseTransaction]:
            async with super().transaction() as transaction:
                save = transaction.save

                async def choosy(changes: Sequence[CaseChange]) -> None:
                    lines = [line for change in changes for line in change.history]
                    if any("racun" in str(line.detail) for line in lines):
                        raise TypeError("not to be written")
                    await save(changes)

                transaction.save = choosy  # type: ignore[method-assign] # -- one instance of ours
                yield transaction

    office.store = Choosy()
    complaints = [office.routes(ROAD) for _ in range(3)]
    for n, complaint in enumerate(complaints):
        office.says(complaint, "desk.sari.dismissed", reason="racun" if n == 1 else "ganda")
    async with office.keeping():
        await office.becomes(complaints[0], "closed")
        await office.becomes(complaints[2], "closed")
        await office.becomes(complaints[1], "routed")
        await eventually_async(lambda: parked(office) == ["internal-error"])
    assert not office.broker.queues[names.CASES_QUEUE].ready

"""A case that is spoken to without end, in one batch or in many."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest

from broker.domain.case import Case
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from schemas import limits
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import ROAD
from tests.unit.consumers.cases.office import Office

AT_ONCE = timedelta(0)


def parked(office: Office) -> Counter[str]:
    return Counter(m.properties.headers["parked-reason"] for m in office.heard(names.PARKED_QUEUE))


@pytest.mark.parametrize("together", [True, False])
async def test_what_a_case_does_not_take_any_more_is_parked_and_its_sender_told(
    office: Office, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    monkeypatch.setattr(limits, "CASE_LINES", 4)
    complaint = office.routes(ROAD)
    if together:
        for _ in range(6):
            office.says(complaint, "channel.web.replied", after=AT_ONCE)
    async with office.keeping():
        if not together:
            for _ in range(6):
                office.says(complaint, "channel.web.replied", after=timedelta(milliseconds=1))
                await office.catches_up()
        await eventually_async(lambda: parked(office) == {"too-many-updates": 3})
        office.says(complaint, "agency.dpupr.resolved")
        await office.becomes(complaint, "resolved")
    assert office.keys("channel.web").count("rejected.-.web") == 3
    assert [line.what for line in await office.store.history(complaint)] == [
        "routed",
        *["replied"] * 3,
        "resolved",
    ]
    assert office.value("pintu_messages_parked_total", reason="too-many-updates") == 3


async def test_complaints_are_read_only_where_they_are_passed_on(office: Office) -> None:
    """They may be large: two hundred small updates are no reason to read two hundred of them."""

    class Counting(MemoryCaseStore):
        read: ClassVar[list[UUID]] = []

        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[MemoryCaseTransaction]:
            async with super().transaction() as transaction:
                load = transaction.load

                async def noting(*asked: Any, **how: Any) -> dict[UUID, Case]:
                    found = await load(*asked, **how)
                    self.read.extend(id for id, case in found.items() if case.complaint)
                    return found

                transaction.load = noting  # type: ignore[method-assign] # -- one instance of ours
                yield transaction

    office.store = store = Counting()
    complaints = [office.routes(ROAD) for _ in range(4)]
    async with office.keeping():
        for complaint in complaints:
            await office.becomes(complaint, "routed")
        office.says(complaints[0], "agency.dpupr.acknowledged")
        office.says(complaints[1], "channel.web.replied")
        office.says(complaints[2], "agency.dpupr.returned", reason="bukan kami")
        office.says(complaints[3], "desk.sri.assigned", agency="dishub")
        await office.becomes(complaints[0], "acknowledged")
        await office.becomes(complaints[2], "triage")
        await office.becomes(complaints[3], "routed", "dishub")
    assert set(store.read) == set(complaints[2:])
    text = {complaint: (await office.case(complaint)).complaint for complaint in complaints}
    assert all(found and found["text"] == ROAD for found in text.values())
    [routed] = [m for m in office.heard("agency.dishub") if m.routing_key.startswith("routed.")]
    assert json.loads(routed.body)["data"]["complaint"]["text"] == ROAD

"""A case that is spoken to without end, in one batch or in many."""

from collections import Counter
from datetime import timedelta

import pytest

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

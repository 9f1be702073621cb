"""`pintu case show --event ID` finds the case that a line of the log is about."""

import json
from typing import Any

import pytest

from broker.domain.case import State
from tests.unit.broker.domain.case.story import ROAD
from tests.unit.pintu.cli.counter import Counter


async def test_the_id_of_every_event_leads_to_its_case(counter: Counter) -> None:
    office = counter.office
    async with office.open():
        one, other = await counter.routes(ROAD, ROAD)
        office.says(one.complaint_id, "agency.dpupr.acknowledged")
        await office.becomes(one.complaint_id, State.ACKNOWLEDGED)
        office.says(one.complaint_id, "agency.dpupr.responded", note="kami cek")
        await office.becomes(one.complaint_id, State.RESPONDED)
        office.says(other.complaint_id, "agency.dpupr.resolved", note="sudah")
        await office.becomes(other.complaint_id, State.RESOLVED)
        events = {
            str(message.properties.message_id): json.loads(message.body)["data"]["tracking"]
            for queue in ("channel.web", "agency.dpupr")
            for message in office.broker.queues[queue].ready
        }
        assert len(events) >= 5
        for event, tracking in events.items():
            assert await shown(counter, event) == tracking
        # The router's line names the event that began the case.
        assert await shown(counter, one.event_id) == one.tracking
        assert await shown(counter, f"  {other.event_id.upper()} ") == other.tracking


async def shown(counter: Counter, event: str) -> Any:
    record = await counter.json("case", "show", "--event", event)
    return record["case"]["tracking"] if "case" in record else record["tracking"]


async def test_an_event_that_no_case_knows_is_said_and_so_is_what_is_no_event(
    counter: Counter,
) -> None:
    async with counter.office.open():
        nobody = "0c7d8f9e-0d3a-5d52-9b5e-7a4f1c2b3d4e"
        done = await counter.does("case", "show", "--event", nobody)
        assert done.exit_code == 1
        assert f"knows the event {nobody}" in done.stderr
        done = await counter.does("case", "show", "--event", "9KB0-BSXF-M8V4")
        assert done.exit_code == 2
        assert "event_id in the log" in done.stderr


@pytest.mark.parametrize("words", [(), ("9KB0-BSXF-M8V4", "--event", "0c7d8f9e")])
async def test_one_case_is_named_and_not_two(counter: Counter, words: tuple[str, ...]) -> None:
    done = await counter.does("case", "show", *words)
    assert done.exit_code == 2
    assert "name one case" in done.stderr

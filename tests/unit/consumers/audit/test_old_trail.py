"""A trail that 0.1 wrote is read: it asked less of an update, and said less of what it did."""

import json
from typing import Any, Final
from uuid import UUID

from broker.domain.case import amend, from_record
from broker.memory import MemoryCaseStore, Message
from broker.messaging.messages import Incoming
from config.loading import load_rules
from config.loading.clocks import load_clocks
from consumers.audit.rebuilding import Rebuilding
from consumers.audit.steps import Steps
from tests.acceptance.program import TOWN
from tests.support import old_town

_ORDER: Final = ("routed", "triaged", "opened", "escalated")


def in_order(message: Message) -> tuple[str, int]:
    """As it lay in the stream; the files hold it queue by queue."""
    event = json.loads(message.body)
    if message.exchange == "complaints.updates":
        return event["time"], 0
    verb = message.routing_key.split(".")[0]
    if event["source"] == "/pintu/cases" and verb in _ORDER[:2]:
        return event["time"], len(_ORDER) + 2
    return event["time"], _ORDER.index(verb) + 1 if verb in _ORDER else len(_ORDER) + 1


def trail() -> list[Incoming]:
    kept = [one for queues, one in old_town.messages() if "audit" in queues]
    return [
        Incoming(one.body, one.exchange, one.routing_key, one.properties, False, number)
        for number, one in enumerate(sorted(kept, key=in_order))
    ]


def told(case: Any, history: Any) -> dict[str, Any]:
    """As much of a case as 0.1 knew of it."""
    return {
        "state": str(case.state),
        "agency": case.agency,
        "supporting": [one.agency for one in case.supporting],
        "hops": case.hops,
        "previous": list(case.previous),
        "clocks": [
            (one.name, one.start, one.agency, one.started_at, _due(case, one), one.stopped_at)
            for one in case.clocks
        ],
        "fired": [sorted(one.fired) for one in case.clocks],
        "event_id": case.event_id,
        "opened_at": case.opened_at,
        "history": sorted([line.who, line.what] for line in history),
    }


def _due(case: Any, clock: Any) -> Any:
    """The policy has got days of its own for aspirations since."""
    new = case.classification == "aspiration" and clock.name == "resolution"
    return None if new else clock.due_at


async def test_the_cases_of_0_1_come_back_from_its_trail() -> None:
    rules, clocks, store = load_rules(TOWN), load_clocks(), MemoryCaseStore()
    steps, rebuilding = Steps(), Rebuilding(store, rules, clocks)
    for message in trail():
        await rebuilding.take(steps.read(message))
    await rebuilding.take(steps.end())
    assert not rebuilding.done.missing and not rebuilding.done.refused
    for record in old_town.cases():
        history = record.pop("history")
        case = await store.find(UUID(record["complaint_id"]))
        assert case is not None
        found = told(case, await store.history(case.complaint_id))
        # It is kept on today's calendar, as an old store is once it was opened.
        old = from_record(record)
        amended = amend(old, clocks, now=old.placed_at)
        wanted = told(amended.case if amended else old, [])
        wanted["history"] = sorted(history)
        assert found == wanted, record["complaint_id"]

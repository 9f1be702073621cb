"""Cases written straight into a store, with what they owe; and what was fired, by rung."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from broker.amqp.client import client
from broker.amqp.session import RabbitBroker
from broker.domain.case import Applied, Case, Context, apply, fire, read
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.identifiers import tracking
from schemas.updates import BadUpdate
from tests.acceptance.program import TOWN
from tests.unit.broker.domain.case.story import an_echo, routed_by_router

Rung = tuple[str, str, int, str]
"""Case, clock, its start, rung."""
Fired = dict[Rung, Counter[str]]
"""Of each rung the ids under which it came, and how often."""
_AT_ONCE = 500


async def cases_long_due(url: str, numbers: Iterable[int]) -> set[Rung]:
    """Cases begun over the last fifty days that nobody has looked at, one of each number; the
    rungs they owe."""
    rules, clocks, now = load_rules(TOWN), load_clocks(), datetime.now(UTC)
    patterns = [_begun(rules, clocks, now - timedelta(days=n)) for n in range(1, 51)]
    owed = [_owed(case, clocks, now) for case in patterns]
    begun, expected = [], set()
    for n in numbers:
        complaint = uuid5(UUID(int=0), str(n))
        begun.append(_called(complaint, patterns[n % len(patterns)]))
        expected |= {(str(complaint), *rung) for rung in owed[n % len(patterns)]}
    store = await open_case_store(url)
    try:
        await _write(store, begun)
        async with store.transaction() as transaction:
            await transaction.advance_watermark(now)
    finally:
        await store.close()
    return expected


async def cases_due_at(url: str, moments: Sequence[datetime]) -> set[Rung]:
    """A case for each moment, at which it owes one rung."""
    rules, clocks = load_rules(TOWN), load_clocks()
    pattern = _begun(rules, clocks, datetime.now(UTC) - timedelta(days=1))
    begun = [breached(_called(uuid4(), pattern), moment) for moment in moments]
    store = await open_case_store(url)
    try:
        await _write(store, begun)
    finally:
        await store.close()
    return {(str(case.complaint_id), "response", 1, "breach") for case in begun}


def breached(case: Case, moment: datetime) -> Case:
    """The same case, whose first answer is due at that moment: one rung fires then."""
    response = case.response
    assert response is not None
    late = replace(response, due_at=moment, fired=("reminder",))
    clocks = tuple(late if clock is response else clock for clock in case.clocks)
    return replace(case, clocks=clocks, next_due=moment)


async def nothing_due(url: str) -> bool:
    """Whether everything up to the moment that was watermark has fired."""
    store = await open_case_store(url)
    try:
        due, watermark = await store.next_due(), await store.watermark()
        return watermark is not None and (due is None or due > watermark)
    finally:
        await store.close()


async def fired(amqp_url: str) -> Fired:
    """Take them out of the queue of escalations."""
    bodies: list[bytes] = []
    async with client(amqp_url, "depth") as counting:
        left = await counting.depth(names.ESCALATIONS_QUEUE)
    broker = RabbitBroker(amqp_url, name="finder")
    async with broker.session(names.ESCALATIONS_QUEUE, 1000) as session:
        while len(bodies) < left:
            batch = await session.take(1000)
            await session.acknowledge(batch)
            bodies += [message.body for message in batch]
    return by_rung(bodies)


def by_rung(bodies: Iterable[bytes]) -> Fired:
    found: Fired = {}
    for body in bodies:
        event = json.loads(body)
        data = event["data"]
        rung = (data["complaint_id"], data["clock"], data["start"], data["rung"])
        found.setdefault(rung, Counter())[event["id"]] += 1
    return found


def came_twice(fired: Fired) -> int:
    """How many events came again under the same id; two ids for one rung are an error."""
    two = [rung for rung, ids in fired.items() if len(ids) > 1]
    assert not two, f"two ids for one rung: {two[:3]}"
    return sum(ids.total() - 1 for ids in fired.values())


async def _write(store: CaseStore, cases: Sequence[Case]) -> None:
    for first in range(0, len(cases), _AT_ONCE):
        async with store.transaction() as transaction:
            await transaction.save([CaseChange(case) for case in cases[first : first + _AT_ONCE]])


def _called(complaint: UUID, pattern: Case) -> Case:
    return replace(pattern, complaint_id=complaint, tracking=tracking(complaint))


def _begun(rules: Rules, clocks: SlaCalendar, at: datetime) -> Case:
    [event, *_] = routed_by_router("sampah menumpuk", at, rules=rules, clocks=clocks)
    what = read(an_echo(event))
    assert not isinstance(what, BadUpdate)
    begun = apply(None, what, Context(at, at, rules, clocks))
    assert isinstance(begun, Applied)
    return begun.case


def _owed(case: Case, clocks: SlaCalendar, now: datetime) -> list[tuple[str, int, str]]:
    fired = fire(case, clocks, now=now, watermark=now)
    if fired is None:
        return []
    said = [json.loads(event.body)["data"] for event in fired.publish]
    rungs = [data for data in said if "rung" in data]  # and not what the channel hears of one
    return [(data["clock"], data["start"], data["rung"]) for data in rungs]

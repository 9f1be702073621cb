"""Thousands of rungs fall due while the escalations are killed every second: each fires once."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from broker.amqp.session import RabbitBroker
from broker.domain import names
from broker.domain.case import Applied, Case, Context, apply, fire, read
from broker.domain.clocks import Clocks
from broker.domain.routing.rules import Rules
from broker.ports import CaseChange
from broker.store.cases import open_case_store
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.identifiers import tracking
from schemas.updates import BadUpdate
from tests.acceptance.program import TOWN, Program
from tests.chaos.load import declare, depth
from tests.support.eventually import eventually_async
from tests.unit.case.story import an_echo, routed_by_router

CASES = 4_000
KILLS = 6
_STEP = 200
"""Cases that may be in hand at a kill."""

Rung = tuple[str, str, int, str]
"""Case, clock, its start, rung."""


async def test_kills_of_the_escalations_fire_each_rung_under_one_id(
    amqp_url: str, tmp_path: Path
) -> None:
    await declare(amqp_url)
    url = f"sqlite:///{tmp_path / 'cases.sqlite3'}"
    expected = await _cases_long_due(url)
    settings = {"DATABASE_URL": url}
    kills = 0
    program = await asyncio.to_thread(Program, "escalations", amqp_url, tmp_path, **settings)
    try:
        while kills < KILLS:
            published = await depth(amqp_url, names.ESCALATIONS_QUEUE)

            async def amid_the_work(before: int = published) -> bool:
                return await depth(amqp_url, names.ESCALATIONS_QUEUE) > before

            await eventually_async(amid_the_work, 30)
            await asyncio.sleep(1 if kills else 0)
            program.process.kill()
            program.process.wait()
            kills += 1
            program = await asyncio.to_thread(
                Program, "escalations", amqp_url, tmp_path, **settings
            )
        await eventually_async(lambda: _nothing_due(url), 90)
        await asyncio.to_thread(program.stop)
    finally:
        program.kill()
    ids = await _fired(amqp_url)
    twice = sum(sum(copies.values()) - 1 for copies in ids.values())
    print(f"\n{kills} kills amid {len(expected):,} rungs of {CASES:,} cases: {twice} came twice")
    assert ids.keys() == expected
    assert {len(copies) for copies in ids.values()} == {1}, "two ids for one rung"
    again = Counter(rung[0] for rung, copies in ids.items() if sum(copies.values()) > 1)
    assert len(again) <= kills * _STEP, "twice without a kill"


async def _cases_long_due(url: str) -> set[Rung]:
    """Cases begun over the last fifty days that nobody has looked at; the rungs they owe."""
    rules, clocks, now = load_rules(TOWN), load_clocks(), datetime.now(UTC)
    expected: set[Rung] = set()
    patterns = [_begun(rules, clocks, now - timedelta(days=n)) for n in range(1, 51)]
    owed = [_owed(case, clocks, now) for case in patterns]
    store = await open_case_store(url)
    try:
        for first in range(0, CASES, 1000):
            changes = []
            for number in range(first, min(first + 1000, CASES)):
                pattern = number % len(patterns)
                complaint = uuid5(UUID(int=0), str(number))
                case = replace(
                    patterns[pattern], complaint_id=complaint, tracking=tracking(complaint)
                )
                changes.append(CaseChange(case))
                expected |= {(str(complaint), *rung) for rung in owed[pattern]}
            async with store.transaction() as transaction:
                await transaction.save(changes)
                await transaction.reach(now)
    finally:
        await store.close()
    return expected


def _begun(rules: Rules, clocks: Clocks, at: datetime) -> Case:
    [event, *_] = routed_by_router("sampah menumpuk", at, rules=rules, clocks=clocks)
    what = read(an_echo(event))
    assert not isinstance(what, BadUpdate)
    begun = apply(None, what, Context(at, at, rules, clocks))
    assert isinstance(begun, Applied)
    return begun.case


def _owed(case: Case, clocks: Clocks, now: datetime) -> list[tuple[str, int, str]]:
    fired = fire(case, clocks, now=now, reached=now)
    if fired is None:
        return []
    said = [json.loads(event.body)["data"] for event in fired.publish]
    return [(data["clock"], data["start"], data["rung"]) for data in said]


async def _nothing_due(url: str) -> bool:
    store = await open_case_store(url)
    try:
        due, reached = await store.next_due(), await store.reached()
        return reached is not None and (due is None or due > reached)
    finally:
        await store.close()


async def _fired(url: str) -> dict[Rung, Counter[str]]:
    """Of each rung the ids under which it came, and how often."""
    found: dict[Rung, Counter[str]] = {}
    left = await depth(url, names.ESCALATIONS_QUEUE)
    async with RabbitBroker(url, name="finder").session(names.ESCALATIONS_QUEUE, 1000) as session:
        while left > 0:
            batch = await session.take(1000)
            await session.acknowledge(batch)
            left -= len(batch)
            for message in batch:
                event = json.loads(message.body)
                data = event["data"]
                rung = (data["complaint_id"], data["clock"], data["start"], data["rung"])
                found.setdefault(rung, Counter())[event["id"]] += 1
    return found

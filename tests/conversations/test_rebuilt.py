"""What anybody said, in any order, while processes died: the audit trail gives the cases back."""

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Final
from uuid import UUID

import pytest

from broker.domain.case import Case, CaseFilter, State
from broker.domain.case.forgetting import forgotten, forgotten_line
from broker.domain.routing.rules import Rules
from broker.memory import MemoryBroker, MemoryCaseStore, MemoryJournal
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.topology import topology
from broker.ports import CaseStore
from config.loading import load_rules
from config.loading.clocks import load_clocks
from consumers.audit.rebuilding import Rebuilding, Rebuilt
from consumers.audit.steps import Steps
from tests.acceptance.program import TOWN
from tests.conversations.people import conversations
from tests.conversations.test_conversations import (
    MONDAY,
    MONTHS,
    WEEKS,
    in_any_order,
    sends,
    works_while_it_dies,
)
from tests.support.all_cases import are_alike, everything
from tests.support.by_hand import ByHand, Hand

MANY: Final = int(os.environ.get("CONVERSATIONS", "120"))
SEED: Final = int(os.environ.get("SEED", "1"))


def an_office() -> ByHand:
    rules = load_rules(TOWN)
    broker = MemoryBroker(topology(rules.agencies, rules.channels, broker_version=(3, 10, 8)))
    clock = Hand(MONDAY)
    return ByHand(broker, MemoryJournal(), MemoryCaseStore(), rules, load_clocks(), clock)


def trail(office: ByHand) -> list[Incoming]:
    """The audit trail as it stands."""
    return [
        Incoming(one.body, one.exchange, one.routing_key, one.properties, False, number)
        for number, one in enumerate(office.broker.queues[names.AUDIT_STREAM].ready)
    ]


async def replayed(
    office: ByHand,
    store: CaseStore,
    messages: Sequence[Incoming],
    hold: int = 2_000,
    rules: Rules | None = None,
) -> Rebuilt:
    steps, rebuilding = Steps(hold), Rebuilding(store, rules or office.rules, office.clocks)
    for message in messages:
        await rebuilding.take(steps.read(message))
    await rebuilding.take(steps.end())
    await rebuilding.unanswered(steps.unanswered, office.clock.moment)
    assert not steps.unreadable
    return rebuilding.done


async def a_story(office: ByHand, dice: Random, *, dies: bool) -> None:
    """Everybody speaks; then weeks pass, and months."""
    every = list(conversations(SEED, MANY, MONDAY))
    for message in in_any_order(every, dice):
        sends(office, message)
        if dice.random() < 0.1:
            if dies:
                await works_while_it_dies(office, dice)
            else:
                await office.route(most=7)
                await office.keep(most=7)
        office.clock.moment += MINUTE_OR_LESS * dice.random()
    for span in (WEEKS, MONTHS):
        await office.settle()
        office.clock.moment += span
        await office.settle()


MINUTE_OR_LESS = WEEKS / (35 * 24 * 60)


@pytest.fixture
async def office() -> ByHand:
    """Everything was said, processes died, and all was read in the end."""
    office = an_office()
    await a_story(office, Random(SEED), dies=True)
    assert office.kills
    return office


@pytest.mark.timeout(120 + MANY)
async def test_a_store_that_is_lost_comes_back_to_the_letter(office: ByHand) -> None:
    store = MemoryCaseStore()
    done = await replayed(office, store, trail(office))
    are_alike(await everything(store), await everything(office.store))
    assert done.begun == MANY and done.fired > MANY
    assert not done.missing and not done.refused and not done.known


async def test_a_second_replay_finds_everything_known(office: ByHand) -> None:
    store, messages = MemoryCaseStore(), trail(office)
    first = await replayed(office, store, messages)
    before = await everything(store)
    again = await replayed(office, store, messages)
    are_alike(await everything(store), before)
    assert (again.begun, again.updated, again.fired) == (0, 0, 0)
    assert again.known == first.begun + first.updated + first.fired


@pytest.mark.parametrize("part", [0.3, 0.7])
async def test_an_older_store_is_brought_up_to_date(office: ByHand, part: float) -> None:
    messages = trail(office)
    older = MemoryCaseStore()
    await replayed(office, older, messages[: int(len(messages) * part)])
    assert await everything(older) != await everything(office.store)
    await replayed(office, older, messages)
    are_alike(await everything(older), await everything(office.store))


async def test_it_does_not_matter_how_much_is_held_back_where_nothing_is_said_twice() -> None:
    office = an_office()
    await a_story(office, Random(SEED), dies=False)
    store = MemoryCaseStore()
    await replayed(office, store, trail(office), hold=20)
    are_alike(await everything(store), await everything(office.store))


async def test_what_other_rules_would_decide_today_changes_nothing(office: ByHand) -> None:
    """Today none is sure of anything: whatever is decided goes to triage."""
    rules = office.rules
    unsure = replace(rules, version="other", thresholds=replace(rules.thresholds, auto=1.0))
    store = MemoryCaseStore()
    done = await replayed(office, store, trail(office), rules=unsure)
    assert not done.refused and not done.missing
    for complaint in await everything(office.store):
        case, again = await found(office.store, complaint), await found(store, complaint)
        assert (again.agency, again.state) == (case.agency, case.state)
        assert (again.clocks, again.hops, again.previous) == (case.clocks, case.hops, case.previous)
        lines = await store.history(case.complaint_id)
        assert lines == await office.store.history(case.complaint_id)


async def test_what_nobody_has_read_is_read_afterwards_as_if_nothing_had_been() -> None:
    """Updates that wait for their case are in the store that is lost, and in no queue."""

    async def an_hour() -> ByHand:
        office = an_office()
        for message in in_any_order(list(conversations(SEED, 40, MONDAY)), Random(SEED)):
            sends(office, message)
        while await office.route():
            pass
        await office.keep(most=160)
        return office

    twin, office = await an_hour(), await an_hour()
    office.loses(lost := MemoryCaseStore())
    assert twin.broker.queues[names.CASES_QUEUE].ready
    done = await replayed(office, lost, trail(office))
    assert done.deferred
    are_alike(await everything(lost), await everything(twin.store))
    for one in (twin, office):
        await one.settle()
        one.clock.moment += WEEKS
        await one.settle()
    are_alike(await everything(lost), await everything(twin.store))


async def test_whoever_was_forgotten_is_forgotten_again(office: ByHand) -> None:
    [case, *_] = [one async for one in office.store.listed(CaseFilter(state=State.CLOSED))]
    now = office.clock.moment
    line = forgotten_line(case, by="sari", reason="surat 12", at=now)
    assert await office.store.erase(case.complaint_id, line, (), now)
    async with office.broker.publisher(names.EVENTS) as publisher:
        await publisher.publish([forgotten(case, by="sari", reason="surat 12", at=now)])
    store = MemoryCaseStore()
    done = await replayed(office, store, trail(office))
    assert done.forgotten == 1
    are_alike(await everything(store), await everything(office.store))
    assert (await found(store, str(case.complaint_id))).complaint is None
    again = await replayed(office, store, trail(office))
    assert (again.forgotten, again.begun) == (0, 0)
    are_alike(await everything(store), await everything(office.store))


async def found(store: CaseStore, complaint: str) -> Case:
    case = await store.find(UUID(complaint))
    assert case is not None
    return case

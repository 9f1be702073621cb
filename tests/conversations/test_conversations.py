"""Anything said in any order, by everybody, while processes die: each reads what is for him."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import pytest

from broker.memory import MemoryBroker, MemoryCaseStore, MemoryJournal, Message
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.topology import topology
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.properties import Properties
from tests.acceptance.program import TOWN
from tests.conversations.people import AGENCIES, Conversation, conversations, rates_at_last
from tests.conversations.reading import (
    as_told,
    by_case,
    every_channel_heard_the_end_once,
    it_is_what_was_said,
    no_word_goes_astray,
    spoken,
    states_of,
)
from tests.support.by_hand import ByHand, Dies, Hand

MANY: Final = int(os.environ.get("CONVERSATIONS", "300"))
"""Cases; 10,000 on demand."""
SEED: Final = int(os.environ.get("SEED", "1"))
MONDAY: Final = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
WEEKS: Final = timedelta(days=35)
MONTHS: Final = timedelta(days=200)
DEATHS: Final[Sequence[Dies]] = ("before", "after", "late", *[None] * 9)


def in_any_order(every: Sequence[Conversation], dice: Random) -> Iterator[Outgoing]:
    """All that is said of all cases; of each case in the order in which it was said.

    Complaints come too, again where they were there before, and late where words overtake them.
    """
    rest = []
    for one in every:
        words = list(one.updates)
        words.insert(dice.randint(0, min(3, len(words))), one.submitted())
        rest.append(iter(words))
    turns = [place for place, one in enumerate(every) for _ in range(len(one.updates) + 1)]
    dice.shuffle(turns)
    for turn in turns:
        yield next(rest[turn])


@pytest.fixture
def office() -> ByHand:
    rules = load_rules(TOWN)
    broker = MemoryBroker(topology(rules.agencies, rules.channels, broker_version=(3, 10, 8)))
    clock = Hand(MONDAY)
    return ByHand(broker, MemoryJournal(), MemoryCaseStore(), rules, load_clocks(), clock)


def sends(office: ByHand, message: Outgoing) -> None:
    properties = Properties(content_type=message.content_type, message_id=message.message_id)
    office.put(message.exchange, message.routing_key, message.body, properties)


async def works_while_it_dies(office: ByHand, dice: Random) -> None:
    """One step of something, which may die in it."""
    dies, most = dice.choice(DEATHS), dice.choice((1, 7, 60, 500))
    if dice.random() < 0.4:
        await office.route(most=most, dies=dies)
    else:
        await office.keep(most=most, dies=dies)


@pytest.mark.slow
@pytest.mark.timeout(300 + MANY)
async def test_each_reads_what_is_for_him_and_nothing_else(office: ByHand) -> None:
    dice = Random(SEED)
    every = list(conversations(SEED, MANY, MONDAY))
    complaints = [one.submitted() for one in every if not one.early]
    dice.shuffle(complaints)
    for message in complaints:
        sends(office, message)
        if dice.random() < 0.05:
            await works_while_it_dies(office, dice)
    while await office.route():
        pass
    for message in in_any_order(every, dice):
        sends(office, message)
        if dice.random() < 0.05:
            await works_while_it_dies(office, dice)
    await goes_on(office, MINUTE)
    assert office.kills > MANY / 20
    held_against_the_oracle(office, every)
    await in_the_store_too(office, every)
    # Then time brings what is left.
    await goes_on(office, WEEKS)
    for one in every:
        one.oracle.weeks_pass()
        rates_at_last(one, office.clock.moment)
        for message in one.late:
            sends(office, message)
    await goes_on(office, MONTHS)
    for one in every:
        one.oracle.months_pass()
    held_against_the_oracle(office, every)


async def goes_on(office: ByHand, span: timedelta) -> None:
    """All is read; then time passes, and what that brings is done."""
    await office.settle()
    office.clock.moment += span
    await office.settle()


def held_against_the_oracle(office: ByHand, every: Sequence[Conversation]) -> None:
    found = by_case(what_lies_there(office.broker))
    for one in every:
        it_is_what_was_said(one, found)
    no_word_goes_astray(every, found)
    every_channel_heard_the_end_once(every, found)


def what_lies_there(broker: MemoryBroker) -> dict[str, list[Message]]:
    queues = [*map(names.agency_queue, AGENCIES), names.TRIAGE_QUEUE]
    queues += [names.channel_queue(channel) for channel in ("web", "sms")]
    return {queue: list(broker.queues[queue].ready) for queue in queues}


async def in_the_store_too(office: ByHand, every: Sequence[Conversation]) -> None:
    for one in every:
        case = await office.store.find(one.complaint)
        assert case is not None
        support = [helper.agency for helper in case.supporting]
        assert (case.state, case.agency, support, [*case.previous]) == states_of(one.oracle)
        kept = [said.to_plain() for said in await office.store.conversation(one.complaint)]
        assert spoken(kept) == as_told(one.oracle.said)

"""Everything that is said and told in conversations fits the published schemas."""

import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Final

import pytest

from broker.memory import MemoryBroker, MemoryCaseStore, MemoryJournal
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.reply_to import made_up
from broker.messaging.topology import topology
from config.loading import load_rules
from config.loading.clocks import load_clocks
from consumers.cases import CaseHandler
from consumers.cases.handler import Batch
from consumers.cases.watermark import Watermarks
from schemas import verbs
from schemas.catalogue import MESSAGES, Kind
from schemas.properties import Properties
from schemas.updates import BadUpdate, read_update
from tests.acceptance.program import TOWN
from tests.conversations.people import conversations
from tests.conversations.test_conversations import MONDAY, in_any_order
from tests.support.by_hand import ByHand, Dies, Hand
from tests.unit.pintu.contract.contract import faults

MANY: Final = int(os.environ.get("CONVERSATIONS", "60"))
"""Cases; more on demand."""
SEED: Final = int(os.environ.get("SEED", "3"))
UNSAID: Final = {verbs.DISCARDED, verbs.FORGOTTEN, verbs.MERGED, verbs.SEPARATED}
"""By nobody in a conversation: an operator discards, the desk forgets; what joins two cases is held
against its schema in tests/unit/pintu/contract."""


class Listening(CaseHandler):
    """Keeps the receipts, which go beside the work."""

    receipts: list[Outgoing]

    @asynccontextmanager
    async def transaction(self, batch: Batch) -> AsyncIterator[Sequence[Outgoing]]:
        async with super().transaction(batch) as outgoing:
            yield outgoing
        if batch.done is not None:
            self.receipts += batch.done.case_batch.receipts


class Overheard(ByHand):
    """Keeps all that the program publishes."""

    def _start(self) -> None:
        super()._start()
        self.told: list[Outgoing] = getattr(self, "told", [])
        marks = Watermarks("overheard", lambda: self._seconds)
        self.cases = Listening(self.rules, self.clocks, self.store, marks, self.clock)
        self.cases.receipts = self.told

    async def _publish(self, outgoing: Sequence[Outgoing], dies: Dies) -> None:
        self.told += [one for one in outgoing if one.exchange == names.EVENTS]
        await super()._publish(outgoing, dies)


@pytest.fixture
def office() -> Overheard:
    rules = load_rules(TOWN)
    broker = MemoryBroker(topology(rules.agencies, rules.channels, broker_version=(3, 10, 8)))
    clock = Hand(MONDAY)
    return Overheard(broker, MemoryJournal(), MemoryCaseStore(), rules, load_clocks(), clock)


def asks_for_a_receipt(office: ByHand, message: Outgoing) -> Properties:
    properties = Properties(
        content_type=message.content_type,
        message_id=message.message_id,
        reply_to=made_up(1),
        correlation_id=message.message_id,
    )
    office.put(message.exchange, message.routing_key, message.body, properties)
    return properties


@pytest.mark.timeout(300 + MANY)
async def test_what_is_said_and_told_fits_the_schemas(office: Overheard) -> None:
    dice, said = Random(SEED), Counter[str]()
    every = list(conversations(SEED, MANY, MONDAY))
    for message in in_any_order(every, dice):
        properties = asks_for_a_receipt(office, message)
        said.update([held_against_its_schema(message, properties)])
        if dice.random() < 0.05:
            await office.settle()
            office.clock.moment += timedelta(hours=dice.randint(0, 12))
    for days in (35, 200):
        await office.settle()
        office.clock.moment += timedelta(days=days)
    await office.settle()
    told = Counter[str]()
    for event in office.told:
        kind = Kind.EVENT if event.exchange == names.EVENTS else Kind.RECEIPT
        assert event.type is not None
        name = f"{kind}.{event.type.split('.')[1]}"
        assert faults(name, json.loads(event.body)) == []
        told[name] += 1
    assert {one.name for one in MESSAGES if one.verb not in UNSAID} == {*said, *told} - {"refused"}


def held_against_its_schema(message: Outgoing, properties: Properties) -> str:
    """An update is refused as it stands where it does not fit, and only there."""
    payload = json.loads(message.body)
    if message.exchange == names.INTAKE:
        return "submission.submitted"
    verb = message.routing_key.split(".")[2]
    found = faults(f"{Kind.UPDATE}.{verb}", payload)
    read = read_update(message.body, properties, message.routing_key)
    assert bool(found) == isinstance(read, BadUpdate), (message.routing_key, found)
    return "refused" if found else f"{Kind.UPDATE}.{verb}"

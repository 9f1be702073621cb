"""Conversations on a real broker and a real store, while every process is killed again and again:
each reads what is for him, and nothing else."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import pytest

from broker.amqp.client import client
from broker.amqp.session import RabbitBroker
from broker.memory import Message
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.store.cases import open_case_store
from tests.acceptance.program import Program
from tests.chaos.load import declare
from tests.conversations.people import AGENCIES, CHANNELS, Conversation, conversations
from tests.conversations.reading import (
    by_case,
    case_of,
    every_channel_heard_the_end_once,
    it_is_what_was_said,
    no_word_goes_astray,
    states_of,
)
from tests.support.due_cases import Rung, came_twice, cases_long_due, fired, nothing_due
from tests.support.eventually import eventually_async

LATEST: Final = 300.0
"""Seconds that a wave may take, at most."""

MANY: Final = int(os.environ.get("CONVERSATIONS", "60"))
"""Cases; 10,000 on demand."""
SEED: Final = int(os.environ.get("SEED", "7"))
WAVE: Final = max(30, min(500, MANY // 6))
"""Cases begun at a time; their conversations come with the complaints of the next wave."""
QUEUES: Final = (
    *map(names.agency_queue, AGENCIES),
    *map(names.channel_queue, CHANNELS),
    names.TRIAGE_QUEUE,
)
PARTS: Final = ("router", "cases", "escalations")
DUE: Final = 20
"""Cases of each wave that fell due long ago."""


@pytest.mark.timeout(600 + 2 * MANY)
async def test_kills_amid_conversations_on_sqlite(amqp_url: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    url = f"sqlite:///{tmp_path / 'state' / 'cases.sqlite3'}"
    await _killed(amqp_url, tmp_path / "state", url, {})


@pytest.mark.timeout(600 + 2 * MANY)
async def test_kills_amid_conversations_on_postgresql(
    amqp_url: str, postgres_url: str, tmp_path: Path
) -> None:
    await _killed(amqp_url, tmp_path / "state", postgres_url, {"DATABASE_URL": postgres_url})


async def _killed(url: str, folder: Path, store_url: str, settings: dict[str, str]) -> None:
    await declare(url)
    dice, every = Random(SEED), list(conversations(SEED, MANY, datetime.now(UTC)))
    heard = Heard()
    expected: set[Rung] = set()
    async with _programs(url, folder, settings) as kill, _readers(url, heard):
        before: list[Conversation] = []
        for start in range(0, MANY + WAVE, WAVE):
            wave = every[start : start + WAVE]
            expected |= await cases_long_due(store_url, range(start, start + DUE))
            complaints = [one.submitted() for one in wave]
            words = list(_in_any_order(before, dice))
            for turn, part in enumerate(dice.sample(PARTS, len(PARTS))):
                # Each dies amid the work: a third of it comes, and some is done.
                so_far = heard.many
                await _publish(url, names.INTAKE, complaints[turn :: len(PARTS)])
                await _publish(url, names.UPDATES, _nth(words, turn, len(PARTS)))
                with suppress(AssertionError):  # there is nothing more to hear
                    await eventually_async(partial(_more, heard, so_far), within=5)
                await kill(part)
            begun = partial(_begun, wave, heard)
            await eventually_async(begun, LATEST, saying="all of the wave are routed")
            before = wave
        await eventually_async(partial(_all_there, every, heard), LATEST, saying="all is heard")
        await eventually_async(partial(nothing_due, store_url), LATEST)
    found = by_case(heard.messages)
    for one in every:
        it_is_what_was_said(one, found)
    no_word_goes_astray(every, found)
    every_channel_heard_the_end_once(every, found)
    await _in_the_store_too(store_url, every)
    rungs = await fired(url)
    twice = came_twice(rungs)
    assert rungs.keys() == expected
    copies = heard.many - sum(map(len, found[""].values()))
    print(
        f"\n{kill.times} kills amid {MANY:,} conversations: {heard.many:,} messages read,"
        f" {copies} of them twice; {len(expected):,} rungs, {twice} twice"
    )


class Heard:
    """What was read of each queue; ``events``: how many of each queue and case, each id once."""

    def __init__(self) -> None:
        self.messages: dict[str, list[Message]] = {queue: [] for queue in QUEUES}
        self.events: Counter[tuple[str, str]] = Counter()
        self.many = 0
        self._ids: set[tuple[str, str]] = set()

    def take(self, queue: str, message: Incoming) -> None:
        m = message
        self.messages[queue].append(Message(m.exchange, m.routing_key, m.body, m.properties))
        self.many += 1
        event = json.loads(m.body)
        if (queue, event["id"]) in self._ids or m.routing_key.startswith("escalated."):
            return
        self._ids.add((queue, event["id"]))
        self.events[queue, case_of(event["data"])] += 1


class _Kill:
    """Kills a program and starts it again."""

    def __init__(self, url: str, folder: Path, settings: dict[str, str]) -> None:
        self.start = lambda part: Program(part, url, folder, **settings)
        self.programs: dict[str, Program] = {}
        self.times = 0

    async def __call__(self, part: str) -> None:
        program = self.programs[part]
        program.process.kill()
        await asyncio.to_thread(program.process.wait)
        self.programs[part] = await asyncio.to_thread(self.start, part)
        self.times += 1


@asynccontextmanager
async def _programs(url: str, folder: Path, settings: dict[str, str]) -> AsyncIterator[_Kill]:
    """All of them; in the end those that are left leave well, without a failure."""
    kill = _Kill(url, folder, settings)
    try:
        for part in PARTS:
            kill.programs[part] = await asyncio.to_thread(kill.start, part)
        yield kill
        for program in kill.programs.values():
            await asyncio.to_thread(program.stop)
    finally:
        for program in kill.programs.values():
            program.kill()


def _more(heard: Heard, than: int) -> bool:
    return heard.many > than


@asynccontextmanager
async def _readers(url: str, heard: Heard) -> AsyncIterator[None]:
    """The agencies, the desk and the channels: they read and acknowledge all the time."""
    broker = RabbitBroker(url, name="readers")

    async def read(queue: str) -> None:
        async with broker.session(queue, 500) as session:
            while True:
                batch = await session.take(500)
                for message in batch:
                    heard.take(queue, message)
                await session.acknowledge(batch)

    reading = [asyncio.create_task(read(queue)) for queue in QUEUES]
    try:
        yield
        # What the programs said last is here before the readers leave.
        await eventually_async(lambda: _empty(url))
    finally:
        for task in reading:
            task.cancel()
        for task in reading:
            with suppress(asyncio.CancelledError):
                await task


async def _empty(url: str) -> bool:
    async with client(url, "depths") as counting:
        return not any([await counting.depth(queue) for queue in QUEUES])


async def _publish(url: str, exchange: str, messages: Sequence[Outgoing]) -> None:
    async with RabbitBroker(url, name="people").publisher(exchange) as publisher:
        for start in range(0, len(messages), 200):
            await publisher.publish(messages[start : start + 200])


def _nth(words: Sequence[Outgoing], nth: int, parts: int) -> Sequence[Outgoing]:
    """One of so many pieces, in their order."""
    return words[len(words) * nth // parts : len(words) * (nth + 1) // parts]


def _in_any_order(every: Sequence[Conversation], dice: Random) -> Iterable[Outgoing]:
    turns = [place for place, one in enumerate(every) for _ in one.updates]
    dice.shuffle(turns)
    words = [iter(one.updates) for one in every]
    return [next(words[turn]) for turn in turns]


def _begun(wave: Sequence[Conversation], heard: Heard) -> bool:
    """Whether everybody who has one of them from the start has heard of it."""
    return all(heard.events[queue, one.tracking] for one in wave for queue in one.oracle.first)


def _all_there(every: Sequence[Conversation], heard: Heard) -> bool:
    return all(
        heard.events[queue, one.tracking] >= len(events)
        for one in every
        for queue, events in one.oracle.heard.items()
    )


async def _in_the_store_too(url: str, every: Sequence[Conversation]) -> None:
    store = await open_case_store(url)
    try:
        for one in every:
            case = await store.find(one.complaint)
            assert case is not None
            support = [helper.agency for helper in case.supporting]
            assert (case.state, case.agency, support, [*case.previous]) == states_of(one.oracle)
    finally:
        await store.close()

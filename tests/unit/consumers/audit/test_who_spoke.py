"""Who of an agency spoke is on the audit trail, and a replay of it has it in the history again."""

from collections.abc import Sequence
from dataclasses import replace

from broker.memory import MemoryCaseStore
from broker.messaging.messages import Incoming
from consumers.audit.rebuilding import Rebuilding
from consumers.audit.steps import Steps
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    ROAD,
    RULES,
    Said,
    Story,
    an_echo,
    routed_by_router,
)
from tests.unit.broker.domain.case.test_who_spoke import BUDI, spoken


def echoes(events: Sequence[Said]) -> list[Incoming]:
    return [an_echo(event.out) for event in events]


async def test_a_replay_keeps_it() -> None:
    story = Story()
    routed = [an_echo(out) for out in routed_by_router(ROAD, story.now)]
    for message in routed:
        story.reads(message)
    opened = echoes(story.events)
    update = spoken(story, "agency.dpupr.responded", BUDI, note="Tim menuju lokasi.")
    before = len(story.events)
    story.reads(update)
    trail = [*routed, *opened, update, *echoes(story.events[before:])]
    store, steps = MemoryCaseStore(), Steps()
    rebuilding = Rebuilding(store, RULES, CLOCKS)
    for number, message in enumerate(trail):
        await rebuilding.take(steps.read(replace(message, tag=number)))
    await rebuilding.take(steps.end())
    history = await store.history(story.complaint)
    assert (history[-1].who, history[-1].detail["person"]) == ("agency.dpupr", "budi")
    assert history[-1].detail == story.history[-1].detail

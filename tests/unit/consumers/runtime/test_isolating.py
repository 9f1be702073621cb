"""A fault of the program on one message, at whatever stage, parks that one; the loop goes on."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import pytest

from broker.domain.intake import Routed, decide_intake, internal_error
from broker.memory import MemoryJournal
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.ports import NO_FINGERPRINTS
from consumers.router import handler as handler_module
from schemas.identifiers import complaint_id
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.router_world import World, picked

POISON = complaint_id("/channels/web", "poison")
HONEST = [f"h{n}" for n in range(9)]
Break = Callable[[World, pytest.MonkeyPatch], None]


@pytest.fixture
def world() -> World:
    return World()


def reading(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the answer to a fault fails on it."""
    whole, refused = decide_intake, internal_error

    def read(message: Incoming, *arguments: object, **named: object) -> object:
        if b"poison" in message.body:
            raise RecursionError
        return whole(message, *arguments, **named)  # type: ignore[arg-type]  # passed on as given

    def refuse(message: Incoming, now: datetime) -> object:
        if b"poison" in message.body:
            raise KeyError("a bug")
        return refused(message, now)

    monkeypatch.setattr(handler_module, "decide_intake", read)
    monkeypatch.setattr(handler_module, "internal_error", refuse)


def frames(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of its events fits into no frame."""
    of = handler_module.Done.of

    def unfit(routed: Routed, kept: bytes | None = None) -> handler_module.Done:
        done = of(routed, kept)
        if not routed.submission.event_id.startswith("poison"):
            return done
        first = done.publish[0]
        bad = Outgoing(first.exchange, first.routing_key, first.body, "m", headers={"n": object()})
        return done._replace(publish=(bad,))

    monkeypatch.setattr(handler_module.Done, "of", unfit)


def claiming(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal cannot take its id."""
    world.handler._journal = _Choosy(world.journal, on_leaving=False)


def recording(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal finds out when it commits."""
    world.handler._journal = _Choosy(world.journal, on_leaving=True)


Kept = Mapping[UUID, bytes]


class _Choosy:
    def __init__(self, journal: MemoryJournal, *, on_leaving: bool) -> None:
        self._journal, self._on_leaving = journal, on_leaving
        self.forget, self.close = journal.forget, journal.close
        self.fingerprints = journal.fingerprints

    async def check(self) -> None:
        await self._journal.check()

    @asynccontextmanager
    async def recording(
        self,
        complaints: Sequence[UUID],
        at: datetime,
        fingerprints: Kept = NO_FINGERPRINTS,
    ) -> AsyncIterator[frozenset[UUID]]:
        if POISON in complaints and not self._on_leaving:
            raise ValueError("a value that the database cannot take")
        async with self._journal.recording(complaints, at, fingerprints) as fresh:
            yield fresh
            if POISON in complaints:
                raise ValueError("a value that the database cannot take")


@pytest.mark.parametrize("broken", [reading, frames, claiming, recording])
async def test_a_fault_at_any_stage_parks_that_message_and_lets_its_neighbours_through(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: Break
) -> None:
    broken(world, monkeypatch)
    for id in (*HONEST[:4], "poison", *HONEST[4:]):
        world.submit(picked(id))
    async with world.routing():
        await eventually_async(lambda: world.depth(names.PARKED_QUEUE) == 1)
        await eventually_async(lambda: _routed(world) >= set(HONEST))
        await eventually_async(lambda: world.depth(names.ROUTER_QUEUE) == 0)
    [aside] = world.broker.queues[names.PARKED_QUEUE].ready
    assert json.loads(aside.body)["id"] == "poison"
    assert aside.properties.headers["parked-reason"] == "internal-error"
    assert world.depth(names.ROUTER_QUEUE) == 0  # nothing came back
    if broken is not reading:
        [told] = [m for m in world.broker.queues["channel.web"].ready]
        assert json.loads(told.body)["data"]["reason"] == "internal-error"


async def test_a_poison_in_each_place_of_a_batch_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames(world, monkeypatch)
    for n in range(20):
        world.submit(picked(f"poison-{n}" if n % 3 == 0 else f"h{n}"))
    async with world.routing():
        await eventually_async(lambda: world.depth(names.PARKED_QUEUE) == 7)
        await eventually_async(lambda: world.depth("agency.pln") == 13)


async def test_a_hundred_bytes_that_are_no_text_do_not_end_the_router(world: World) -> None:
    poison = "\ufffd" * 100
    for n in range(5):
        world.submit(picked(f"h{n}"))
        world.submit({"text": "listrik padam", "agency": "pln"}, content_type=None, type=poison)
    async with world.routing():
        await eventually_async(
            lambda: world.depth("agency.pln") + world.depth(names.PARKED_QUEUE) == 10
        )
    assert world.depth("agency.pln") >= 5


async def test_counting_that_fails_leaves_what_was_done_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(world, "counts", fails)
    world.submit(picked("h0"))
    async with world.routing():
        await eventually_async(lambda: world.depth("agency.pln") == 1)
        await eventually_async(
            lambda: complaint_id("/channels/web", "h0") in world.journal.recorded
        )
    assert world.depth(names.PARKED_QUEUE) == 0


async def test_a_store_that_is_broken_altogether_parks_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, broken = world.journal, True

    class Broken(_Choosy):
        async def check(self) -> None:
            if broken:
                raise ValueError("no such table")

        @asynccontextmanager
        async def recording(
            self,
            complaints: Sequence[UUID],
            at: datetime,
            fingerprints: Kept = NO_FINGERPRINTS,
        ) -> AsyncIterator[frozenset[UUID]]:
            await self.check()
            async with sound.recording(complaints, at, fingerprints) as fresh:
                yield fresh

    async with world.routing():
        await eventually_async(lambda: "consuming" not in world.health.wanting)
        monkeypatch.setattr(world.handler, "_journal", Broken(sound, on_leaving=False))
        for id in HONEST:
            world.submit(picked(id))
        await eventually_async(lambda: "program failed" in str(world.health.wanting))
        assert world.depth(names.PARKED_QUEUE) == 0
        broken = False
        await eventually_async(lambda: _routed(world) == set(HONEST))
    assert world.depth(names.PARKED_QUEUE) == 0


async def test_a_fault_of_no_message_is_told_in_the_health_and_passes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failures = world.handler.check, iter([KeyError("a bug")])

    async def check() -> None:
        for failure in failures:
            raise failure
        await whole()

    monkeypatch.setattr(world.handler, "check", check)
    world.submit(picked("h0"))
    async with world.routing():
        await eventually_async(lambda: "program failed" in str(world.health.wanting))
        await eventually_async(lambda: world.depth("agency.pln") == 1)
        await eventually_async(lambda: "consuming" not in world.health.wanting)


def _routed(world: World) -> set[str]:
    return {
        id
        for message in world.broker.queues["agency.pln"].ready
        for id in HONEST
        if str(complaint_id("/channels/web", id)) in message.body.decode()
    }

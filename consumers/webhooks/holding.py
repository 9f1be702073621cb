"""Which endpoints this process serves: each is one process's at a time, so that order holds.

An endpoint is free where nobody holds it, or its holder's ``beat`` has stood still for longer than
that one may take it for its own. Nobody's clock is compared with anybody else's.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from broker.errors import StoreUnavailable
from broker.ports.webhooks import Endpoint
from config.logging import where
from consumers.runtime.metrics import WebhookMetrics
from consumers.runtime.outage_log import CONSUMER_FAULT, STORE, fault_of
from consumers.runtime.waiting import Backoff, pause
from consumers.webhooks.delivering import keep_delivering
from consumers.webhooks.taking import Lost, keep_taking
from consumers.webhooks.world import FREE_AFTER, HELD_FOR, RENEW_EVERY, Held, World

_LOOK_EVERY: Final = 1.0
_LEAVE_WITHIN: Final = 7.0
"""Seconds for an endpoint that is left; the process has ten."""
KEPT_FOR: Final = timedelta(days=7)
"""For which what was delivered can be sent again."""
_FORGET_EVERY: Final = 600.0
_AT_ONCE: Final = 1000


class Holding:
    """``me``: the name of this process among all on one store."""

    def __init__(self, world: World, me: str, metrics: WebhookMetrics) -> None:
        self._world = world
        self._me = me
        self._metrics = metrics
        self._held: dict[str, Held] = {}
        self._beats: dict[str, tuple[int, float]] = {}
        """Of others' endpoints: the beat that was seen last, and when it was seen first."""

    async def run(self) -> None:
        """Until the process is told to stop; then what it holds is others'."""
        service = self._world.service
        async with asyncio.TaskGroup() as tasks:
            for seconds, work in (
                (_LOOK_EVERY, self._look),
                (RENEW_EVERY, self._renew),
                (_LOOK_EVERY, self._drop),
                (_FORGET_EVERY, self._forget),
            ):
                tasks.create_task(service.every(seconds, work))
        await self._leave()

    async def _look(self) -> None:
        world = self._world
        endpoints, backlog = await world.store.endpoints(), await world.store.backlog()
        self._metrics.show(endpoints, backlog)
        by_name = {one.name: one for one in endpoints}
        for name, held in list(self._held.items()):
            one = by_name.get(name)
            if one is not None and one.state == "active" and one.holder == self._me:
                held.endpoint = one
            else:
                held.stop.set()
            if held.task is not None and held.task.done():
                del self._held[name]
                await world.store.release(self._me, [name])
        await self._acquire(endpoints)
        now = world.clock.now()
        for each in backlog:
            if each.due <= now and each.endpoint in self._held:
                self._held[each.endpoint].news.set()

    async def _acquire(self, endpoints: Sequence[Endpoint]) -> None:
        """Half of what is free, and the other half the next time: processes that start together
        part it between them."""
        free = [one for one in endpoints if self._is_free(one)]
        random.shuffle(free)
        for one in free[: (len(free) + 1) // 2]:
            began = self._world.seconds()
            if await self._world.store.acquire(one.name, self._me, one.beat):
                self._beats.pop(one.name, None)
                held = Held(replace(one, holder=self._me), began + HELD_FOR)
                held.task = asyncio.create_task(self._serve(held))
                self._held[one.name] = held

    def _is_free(self, one: Endpoint) -> bool:
        if one.state != "active" or one.name in self._held:
            return False
        if one.holder is None:
            return True
        now = self._world.seconds()
        beat, since = self._beats.get(one.name, (None, now))
        if beat != one.beat:
            self._beats[one.name] = (one.beat, now)
            return False
        return now - since > FREE_AFTER

    async def _renew(self) -> None:
        began = self._world.seconds()
        good = await self._world.store.renew(self._me, list(self._held))
        for name, held in self._held.items():
            if name in good:
                held.good_until = began + HELD_FOR

    async def _drop(self) -> None:
        """What was not renewed in time is no more ours, whatever is under way."""
        now = self._world.seconds()
        for held in self._held.values():
            if not held.is_good(now) and held.task is not None and not held.task.done():
                self._world.observer.lost(held.name)
                held.stop.set()
                held.task.cancel()

    async def _serve(self, held: Held) -> None:
        """Take and deliver until it is left; what fails in one of them is begun anew."""
        taking = asyncio.create_task(keep_taking(self._world, held))
        delivering = asyncio.create_task(self._deliver(held))
        try:
            await asyncio.wait({taking, delivering}, return_when=asyncio.FIRST_COMPLETED)
            held.stop.set()
            await asyncio.wait({taking, delivering}, timeout=_LEAVE_WITHIN)
        finally:
            taking.cancel()
            delivering.cancel()
            done = await asyncio.gather(taking, delivering, return_exceptions=True)
            for each in done:
                if isinstance(each, Lost):
                    self._world.observer.lost(held.name)
                elif isinstance(each, Exception):
                    self._failed(held, each)

    async def _deliver(self, held: Held) -> None:
        backoff, outages = Backoff(), self._world.service.health.outages
        who = f"webhook {held.name} deliveries"
        while not held.stop.is_set():
            try:
                await keep_delivering(self._world, held)
                outages.over(STORE, who)
            except StoreUnavailable as why:
                outages.met(STORE, who, str(why), beside=True)
                await pause(held.stop, backoff.next())
            except Exception as error:
                self._failed(held, error)
                await pause(held.stop, backoff.next())

    def _failed(self, held: Held, error: Exception) -> None:
        who = f"webhook {held.name} deliveries"
        fault = fault_of(CONSUMER_FAULT, who)
        self._world.service.health.outages.met(fault, who, where(error), queue=held.name)

    async def _forget(self) -> None:
        store, before = self._world.store, self._world.clock.now() - KEPT_FOR
        while await store.forget(before, _AT_ONCE) == _AT_ONCE:
            pass

    async def _leave(self) -> None:
        for held in self._held.values():
            held.stop.set()
        tasks = [held.task for held in self._held.values() if held.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=_LEAVE_WITHIN)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(StoreUnavailable):  # then others wait until its beat has stood still
            await self._world.store.release(self._me, list(self._held))

"""What went wrong lately, and what other rules would change."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.errors import BadConfiguration, StoreUnavailable
from config.language import marked
from gateway.api.world import Gateway
from gateway.desk.astray import PERIOD, Astray, astray
from gateway.desk.kept_diff import kept
from gateway.staff.layout import page
from gateway.staff.rules.showing import AT_ONCE, FIRST, TEMPLATES, called, part
from gateway.staff.visits import visit

HOW: Final = {
    "decided": marked("Decided by the desk: the rules were not sure"),
    "reassigned": marked("Reassigned by the desk"),
    "returned": marked("Handed back by the agency"),
    "left": marked("Support handed back"),
}
_FRESH: Final = timedelta(minutes=10)
_PATIENCE: Final = 0.2
"""Seconds for which a page waits for what is being counted."""


class Counting:
    """What went wrong lately, counted beside the requests and kept for some minutes.

    It goes through what is open, which takes a second where a hundred thousand are."""

    def __init__(self, world: Gateway) -> None:
        self._world = world
        self._last: Astray | None = None
        self._at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def latest(self, patience: float = _PATIENCE) -> Astray | None:
        """As it was counted last; None while it is counted for the first time.

        Raises StoreUnavailable: it could not be counted, and never was.
        """
        now = self._world.now()
        old = self._at is None or now - self._at > _FRESH
        if old and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._count(now))
        if self._last is None and self._task is not None:
            await asyncio.wait([self._task], timeout=patience)
            if self._task.done() and (failed := self._task.exception()) is not None:
                raise failed
        return self._last

    async def _count(self, now: datetime) -> None:
        try:
            self._last = await astray(self._world.cases, now)
        except StoreUnavailable:
            if self._last is None:
                raise
            return  # what was counted before is shown, with its moment
        self._at = now


def routes(world: Gateway) -> APIRouter:
    """The two pages."""
    router = APIRouter()
    counting = Counting(world)

    @router.get(f"{FIRST}/keliru")
    async def wrong(request: Request, hal: int = 1) -> Response:
        found = await visit(request, world, "rules.read")
        counted = await counting.latest()
        shown = part(counted.pairs, hal) if counted else None
        return page(
            TEMPLATES, "astray.html", world, request, found,
            counted=counted, part=shown, rules=world.config.rules, called=called, how=HOW,
            days=PERIOD.days,
        )  # fmt: skip

    @router.get(f"{FIRST}/pembelajaran")
    async def learning(request: Request) -> Response:
        found = await visit(request, world, "rules.read")
        rules = world.config.rules
        diff, trouble = None, ""
        try:
            diff = await asyncio.to_thread(kept, world.state)
        except BadConfiguration as error:
            trouble = str(error)
        return page(
            TEMPLATES, "learning.html", world, request, found,
            diff=diff, trouble=trouble, rules=rules, most=AT_ONCE,
            in_force=diff is not None and rules.version == diff.new,
        )  # fmt: skip

    return router

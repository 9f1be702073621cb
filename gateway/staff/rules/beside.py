"""What takes longer than a page may: counted beside the requests, and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from broker.errors import StoreUnavailable
from gateway.api.world import Gateway

_T = TypeVar("_T")

PATIENCE: Final = 0.2
"""Seconds for which a page waits for what is being counted."""


class Beside(Generic[_T]):
    """``count``: as of a moment; ``fresh``: for how long that serves; ``version``: what else makes
    it old, where it changes."""

    def __init__(
        self,
        world: Gateway,
        count: Callable[[datetime], Awaitable[_T]],
        fresh: timedelta,
        version: Callable[[], str] = str,
    ) -> None:
        self._world = world
        self._how = count
        self._fresh = fresh
        self._version = version
        self._last: _T | None = None
        self._at: datetime | None = None
        self._of = ""
        self._task: asyncio.Task[None] | None = None

    async def latest(self, patience: float = PATIENCE) -> _T | None:
        """As it was counted last; None while it is counted for the first time.

        Raises StoreUnavailable: it could not be counted, and never was.
        """
        now, of = self._world.now(), self._version()
        old = self._at is None or now - self._at > self._fresh or of != self._of
        if old and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._count(now, of))
        if self._last is None and self._task is not None:
            await asyncio.wait([self._task], timeout=patience)
            if self._task.done() and (failed := self._task.exception()) is not None:
                raise failed
        return self._last

    async def _count(self, now: datetime, of: str) -> None:
        try:
            self._last = await self._how(now)
        except StoreUnavailable:
            if self._last is None:
                raise
            return  # what was counted before is shown, with its moment
        self._at, self._of = now, of

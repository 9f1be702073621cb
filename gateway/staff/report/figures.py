"""The report as it is shown: made once for all who ask, and kept for a while."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from gateway.api.world import Gateway
from gateway.report.making import make_report
from gateway.report.model import Report
from gateway.report.periods import Period

AT_ONCE: Final = 0.2
"""Seconds for which a page waits for its figures; after that it says that they are being made."""
_TIMES: Final = 20
_LONGEST: Final = 600.0
"""A report that took a second is shown for twenty, and none for longer than ten minutes."""
_MOST: Final = 24
"""Reports that are kept."""


@dataclass(slots=True)
class _Made:
    task: asyncio.Task[Report]
    began: float
    until: float | None = None


class Figures:
    """One of a gateway. A period is counted once, however many people ask for it."""

    def __init__(self, world: Gateway) -> None:
        self._world = world
        self._made: dict[tuple[str, str], _Made] = {}

    async def of(self, period: Period, within: float | None = AT_ONCE) -> Report | None:
        """The report of a period; None where it is not made yet. Raises StoreUnavailable.

        ``within``: how long to wait for it, in seconds; None: until it is there.
        """
        # Names and working days are of the configuration in force.
        key = period.key, self._world.config.digest or ""
        made = self._made.get(key)
        if made is None or (made.until is not None and time.monotonic() > made.until):
            self._drop_old()
            began = time.monotonic()
            made = self._made[key] = _Made(asyncio.create_task(self._make(period)), began)
        await asyncio.wait({made.task}, timeout=within)
        if not made.task.done():
            return None
        if made.task.cancelled() or made.task.exception() is not None:
            self._made.pop(key, None)
        elif made.until is None:
            now = time.monotonic()
            made.until = now + min((now - made.began) * _TIMES, _LONGEST)
        return made.task.result()

    async def _make(self, period: Period) -> Report:
        world = self._world
        rules, clocks = world.config.rules, world.config.clocks
        return await make_report(world.cases, period, rules, clocks, world.now())

    def _drop_old(self) -> None:
        now = time.monotonic()
        old = [key for key, made in self._made.items() if made.until and made.until < now]
        for key in old:
            del self._made[key]
        while len(self._made) >= _MOST:
            key = next(iter(self._made))
            self._made.pop(key).task.cancel()

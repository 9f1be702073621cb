"""Waiting, backing off and stopping: the one place for all loops."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import structlog

from consumers.runtime.health import Health

log = structlog.get_logger()

_LEAVE_WITHIN: Final = 5.0
"""Seconds for what is in hand after SIGTERM; the process has ten, closing the connections
included."""


@dataclass(slots=True)
class Backoff:
    """Waits that double from ``first`` to ``longest`` seconds, each of them jittered.

    The longest is short: what is back is used within five seconds.
    """

    first: float = 0.2
    longest: float = 3.0
    tries: int = 0

    def next(self) -> float:
        wait = min(self.longest, self.first * float(2 ** min(self.tries, 10)))
        self.tries += 1
        return wait * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        self.tries = 0


async def until_stopped(
    stop: asyncio.Event,
    work: Coroutine[Any, Any, None],
    health: Health,
    in_hand: Callable[[], bool],
) -> None:
    """Let a loop run until ``stop``; then it has a few seconds where something is ``in_hand``."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({working}, timeout=_LEAVE_WITHIN if in_hand() else 0)
        if in_hand() and not working.done():
            log.warning("consumer.left_early")
    finally:
        stopping.cancel()
        working.cancel()
        await asyncio.wait({working})
    health.fails("consuming", "stopped")
    if not working.cancelled():
        working.result()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """So many seconds, or until ``stop``."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


async def ended(*tasks: asyncio.Future[Any] | None) -> None:
    """Cancel what still runs and wait for its end; its error was told already, or comes of it."""
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)

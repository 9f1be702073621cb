"""A router that runs flat out gives way to the case consumer, so that no clock starts late.

Both share a machine, or a RabbitMQ, and a complaint costs the case consumer more than the
router. Where its queue grows the router waits before each batch, the longer the queue the
longer, until both go at one speed. It never stands still: whatever happens to the case consumer,
complaints reach their agencies. Where nobody consumes that queue there is nobody to wait for.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final

from broker.errors import Unroutable
from broker.messaging.names import CASES_QUEUE
from broker.ports import Client
from consumers.runtime.metrics import RouterMetrics
from consumers.runtime.service import Service

Connect = Callable[[str], AbstractAsyncContextManager[Client]]

BEHIND: Final = 1_000
"""Messages that may wait for the case consumer before the router does."""
PER_MESSAGE: Final = 50e-6
"""Seconds that the router waits before a batch, for each message beyond these."""
LONGEST: Final = 0.5
"""Seconds; with batches of 200 it still routes 400 complaints a second."""
_LOOK_EVERY: Final = 0.25
_TRY_AGAIN: Final = 15.0
"""Seconds after which it looks again for a RabbitMQ that went away."""


class Pacing:
    """How long to wait before the next batch."""

    def __init__(self, metrics: RouterMetrics) -> None:
        self._metrics = metrics
        self._seconds = 0.0

    def seen(self, waiting: int, consumers: int) -> None:
        """``waiting``: messages ready in the queue of the cases; ``consumers``: of that queue."""
        behind = max(waiting - BEHIND, 0) if consumers else 0
        self._seconds = min(behind * PER_MESSAGE, LONGEST)

    def wait(self) -> float:
        """Seconds, from 0 to ``LONGEST``; counted as waited."""
        self._metrics.held_back.inc(self._seconds)
        return self._seconds


async def keep_pace(service: Service, connect: Connect, pacing: Pacing) -> None:
    """Look at the queue of the cases until stopped; nobody waits while it cannot be seen."""
    await service.every(_TRY_AGAIN, partial(_look, service, connect, pacing))


async def _look(service: Service, connect: Connect, pacing: Pacing) -> None:
    try:
        async with connect("pintu router (pace)") as looking:
            while not service.stop.is_set():
                pacing.seen(*await looking.waiting(CASES_QUEUE))
                await service.sleep(_LOOK_EVERY)
    except Unroutable:
        pass  # somebody deleted the queue: readiness tells, and there is nobody to wait for
    finally:
        pacing.seen(0, 0)

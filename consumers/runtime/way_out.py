"""Watches, beside the work, whether messages could be published now; the health is told.

The loop itself would not know: with nothing to publish it notices nothing, and a publish that is
held while RabbitMQ is blocked ends in no error.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from broker.errors import PintuError
from broker.ports import PROBE_WITHIN, Broker, Publisher
from config.logging import where
from consumers.runtime.health import Health
from consumers.runtime.repeats import Repeats

log = structlog.get_logger()

PROBE_EVERY: Final = 4.0
"""Seconds from the end of a probe to the next: with the seconds that one may take, nobody who
asks takes this process for ready for longer than 15 s over an outage."""
_GRACE: Final = 1.0
"""Seconds for a probe to keep its own deadline."""


class WayOut:
    """Probes the session that is being served. A probe that fails ends no session: whether the
    connection is gone is told by its heartbeats, and what is refused on a fresh channel may still
    be permitted on the one that the work has."""

    def __init__(
        self,
        broker: Broker,
        health: Health,
        *,
        probe_every: float = PROBE_EVERY,
    ) -> None:
        self._broker = broker
        self._health = health
        self._probe_every = probe_every
        self._session: Publisher | None = None
        self._due = asyncio.Event()
        """A probe is wanted at once."""
        self._blocked_at: float | None = None
        self._failing_at: float | None = None
        self._repeats = Repeats(lambda: asyncio.get_running_loop().time())

    @contextmanager
    def of(self, session: Publisher) -> Iterator[None]:
        """While this session is being served."""
        self._session = session
        self._due.set()
        try:
            yield
        finally:
            self._session = None

    def look(self) -> None:
        """Whether RabbitMQ blocks publishers now."""
        why, now = self._broker.blocked, asyncio.get_running_loop().time()
        self._health.blocks(why)
        if why is not None and self._blocked_at is None:
            self._blocked_at = now
            log.warning("broker.blocked", part=self._health.part, why=why)
        elif why is None and self._blocked_at is not None:
            seconds, self._blocked_at = round(now - self._blocked_at, 1), None
            log.info("broker.unblocked", part=self._health.part, seconds=seconds)
            self._due.set()

    async def keep_probing(self) -> None:
        """Until cancelled: once for each session as it begins, and then every few seconds."""
        while True:
            self._due.clear()
            if self._session is not None:
                await self._probe(self._session)
            try:
                async with asyncio.timeout(self._probe_every):
                    await self._due.wait()
            except TimeoutError:
                pass

    async def _probe(self, session: Publisher) -> None:
        try:
            async with asyncio.timeout(PROBE_WITHIN + _GRACE):
                await session.probe()
        except TimeoutError:
            why = f"no answer to a probe within {PROBE_WITHIN + _GRACE:g} s"
        except PintuError as error:
            why = str(error)
        except Exception as error:  # what only watches must not end the work beside it
            why = "the program failed; its log says where"
            log.error("watch.failed", traceback=where(error))
        else:
            self._passes()
            return
        if self._session is session:  # of one that is over the loop tells
            self._fails(why)

    def _fails(self, why: str) -> None:
        if self._failing_at is None:
            self._failing_at = asyncio.get_running_loop().time()
        if (blocked := self._broker.blocked) is not None:
            self._health.blocks(blocked)  # in the same words as when it is looked at
            return
        self._health.fails("publishing", why)
        if times := self._repeats.times(why):
            log.warning("probe.failed", part=self._health.part, error=why, times=times)

    def _passes(self) -> None:
        self._health.holds("publishing")
        self._repeats.over()
        if self._failing_at is not None:
            seconds = round(asyncio.get_running_loop().time() - self._failing_at, 1)
            self._failing_at = None
            log.info("probe.passed", part=self._health.part, seconds=seconds)

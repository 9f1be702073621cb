"""Watches, beside the work, whether messages could be published now; the health is told.

The loop itself would not know: with nothing to publish it notices nothing, and a publish that is
held while RabbitMQ is blocked ends in no error.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from broker.errors import PintuError
from broker.ports import PROBE_WITHIN, Broker, Publisher
from config.logging import where
from consumers.runtime.health import Health
from consumers.runtime.outage_log import BLOCKED, PROBE, WATCH_FAULT, fault_of

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
        self._blocked = False
        self._who = f"{health.part} probe"
        self._fault = fault_of(WATCH_FAULT, self._who)

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
        why = self._broker.blocked
        self._health.blocks(why)
        if why is not None:
            self._health.outages.met(BLOCKED, self._who, why, part=self._health.part)
        elif self._blocked:
            self._health.outages.over(BLOCKED, self._who)
            self._due.set()
        self._blocked = why is not None

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
            self._health.outages.met(self._fault, self._who, where(error))
        else:
            self._passes()
            return
        if self._session is session:  # of one that is over the loop tells
            self._fails(why)

    def _fails(self, why: str) -> None:
        if (blocked := self._broker.blocked) is not None:
            self._health.blocks(blocked)  # in the same words as when it is looked at
            return
        self._health.fails("publishing", why)
        self._health.outages.met(PROBE, self._who, why, part=self._health.part)

    def _passes(self) -> None:
        self._health.holds("publishing")
        self._health.outages.over(PROBE, self._who)
        self._health.outages.over(self._fault, self._who)

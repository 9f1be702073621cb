"""Watches, beside the work, whether this machine's clock agrees with the others; says so."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from broker.errors import BadConfiguration, Unavailable
from broker.ports import CaseStore, ClockState, TimeSource
from config.language import gettext, worded
from config.logging import where
from consumers.runtime.agreed_clock import AgreedClock
from consumers.runtime.clock import boot_seconds
from consumers.runtime.health import CLOCK, Health
from consumers.runtime.metrics import ClockMetrics
from consumers.runtime.outage_log import DISAGREEMENT, WATCH_FAULT, fault_of
from consumers.runtime.service import Service

log = structlog.get_logger()

LOOK_EVERY: Final = 5.0
"""Seconds between two looks; the database's clock is read at each."""
BROKER_EVERY: Final = 15.0
"""Seconds between two readings of RabbitMQ's clock, by HTTP."""
MEND: Final = "set the clock that is wrong; then `pintu clock mend` if it says so"

_WHO: Final = "clock watch"
_FAULT: Final = fault_of(WATCH_FAULT, _WHO)
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

ReadBroker = Callable[[], Awaitable[tuple[datetime, bool] | None]]
"""What RabbitMQ's clock shows, and whether it is another machine's; None where it is not told."""


class ClockWatch:
    """Reads the clocks, hands them to the one that is to agree with them, and tells of it.

    ``keeps``: whether this process keeps cases, whose measure of time the store remembers.
    """

    def __init__(
        self,
        clock: AgreedClock,
        store: CaseStore,
        read_broker: ReadBroker,
        health: Health,
        metrics: ClockMetrics,
        *,
        keeps: bool,
        seconds: Callable[[], float] = boot_seconds,
    ) -> None:
        self._clock = clock
        self._store = store
        self._read_broker = read_broker
        self._health = health
        self._metrics = metrics
        self._keeps = keeps
        self._seconds = seconds
        self._broker_at = -math.inf
        self._vouched: datetime | None = None

    async def look(self) -> None:
        """One look at every clock.

        Raises:
            StoreUnavailable: the store is away; what was read of its clock is good for a while.
            BadConfiguration: a demonstration uses the same store.
        """
        began = self._seconds()
        try:
            state = await self._store.clock_state()
            refuse_speed(state, 1.0)
            if state.database is not None and self._seconds() - began < LOOK_EVERY:
                # Dated to the end of the question: never ahead of what the clock shows.
                self._clock.read("database", state.database, elsewhere=state.elsewhere)
            if self._vouched not in (None, state.vouched or _NEVER):
                log.warning("clock.mended", at=str(state.vouched))
            self._vouched = state.vouched or _NEVER
            await self._look_at_broker()
            before = self._clock.anchor
            leap = self._clock.look(state)
            if leap is not None:
                log.warning("clock.leapt", seconds=round(leap.total_seconds()))
            anchor = self._clock.anchor
            if self._keeps and anchor not in (None, before, state.anchor):
                await self._store.anchor(anchor)
        finally:
            self._tell()

    async def _look_at_broker(self) -> None:
        if time.monotonic() - self._broker_at < BROKER_EVERY:
            return
        self._broker_at = time.monotonic()
        try:
            found = await self._read_broker()
        except Unavailable:
            return
        except Exception as error:  # what is only watched must not end the work beside it
            self._health.outages.met(_FAULT, _WHO, where(error))
            return
        self._health.outages.over(_FAULT, _WHO)
        if found is not None:
            moment, elsewhere = found
            self._clock.read("broker", moment, elsewhere=elsewhere)

    def _tell(self) -> None:
        self._metrics.show(self._clock.ahead())
        why = self._clock.problem()
        if why is None:
            self._health.holds(CLOCK)
            self._health.outages.over(DISAGREEMENT, _WHO)
            return
        self._health.fails(CLOCK, why)
        self._health.outages.met(DISAGREEMENT, _WHO, why, mend=MEND)


async def keep_clock(
    service: Service,
    open_store: Callable[[], Awaitable[CaseStore]],
    read_broker: ReadBroker,
    clock: AgreedClock,
) -> None:
    """Look at the clocks until the service is told to stop.

    Raises:
        BadConfiguration: the store is a demonstration's.
    """
    store = await service.patiently(open_store, CLOCK)
    if store is None:
        return
    keeps = service.name in ("all", "cases")
    watch = ClockWatch(
        clock, store, read_broker, service.health, ClockMetrics(service.registry), keeps=keeps
    )
    try:
        await service.every(LOOK_EVERY, watch.look)
    finally:
        await store.close()


async def clock_is_trusted(service: Service, clock: TimeSource) -> bool:
    """Wait until it is known what time it is; False where the process is told to stop first."""
    if not isinstance(clock, AgreedClock):
        return True
    return await service.unless_stopped(_set(clock.trusted)) is not None


def refuse_speed(state: ClockState, speed: float) -> None:
    """Cases of real time and those of a demonstration never meet in one store.

    Raises:
        BadConfiguration: they would.
    """
    if speed != 1 and state.began is None and state.holds_cases:
        raise BadConfiguration(
            worded(
                "PINTU_CLOCK_SPEED is {speed:g}, but this store holds cases of real "
                "time: their deadlines would pass within minutes, and what fires cannot "
                "be taken back; unset it, or name another store (PINTU_STATE_DIR or "
                "PINTU_DATABASE_URL) for a demonstration",
                speed=speed,
            )
        )
    if speed == 1 and state.began is not None:
        raise BadConfiguration(
            gettext(
                "this store is a demonstration's, whose clock ran fast "
                "(PINTU_CLOCK_SPEED): real cases do not go there; name another store "
                "(PINTU_STATE_DIR or PINTU_DATABASE_URL), or set PINTU_CLOCK_SPEED to "
                "go on with the demonstration"
            )
        )


async def _set(event: asyncio.Event) -> bool:
    return await event.wait()

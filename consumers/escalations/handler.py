"""The escalations' part of the loop: asleep until something falls due, then a transaction a step.

Nothing fires that lies after the moment which the case consumer has reached in reading.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from broker.domain.case import (
    Applied,
    Case,
    NameOf,
    fire,
    hears_of_it,
    overdue_too,
    unnamed,
)
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.messaging.messages import Incoming, Outgoing
from broker.ports import CaseChange, CaseStore, TimeSource
from config.logging import where
from consumers.runtime.agreed_clock import TOLERANCE

log = structlog.get_logger()

MOST: Final = 200
"""Cases in a transaction."""
POLL: Final = 0.5
"""Seconds after which it looks again: another process may have brought a deadline forward."""
_SOON: Final = 0.1
"""Seconds, where something is due and the case consumer has yet to reach that moment, or
another instance has it in hand."""
_GIVE_WAY: Final = 0.02
"""Seconds between two steps: on SQLite whoever waits for the file looks only now and then, and
without them waits for seconds while very much is due."""
_READ: Final = 200
"""Cases that are read at a time."""
_PUT_OFF: Final = timedelta(hours=1)
"""A case on which the program fails is tried again after that; the others go on."""


@dataclass(slots=True)
class Step:
    """What one transaction fires.

    ``upto``: everything that is due up to that moment, None where nothing may fire now;
    ``steps``: what was done, known once it is recorded.
    """

    upto: datetime | None = None
    steps: list[Applied] = field(default_factory=list)


class EscalationHandler:
    """See consumers.runtime.isolating.Handler. Any number work side by side.

    ``agreed``: up to when it is certain that time has come, ``clock`` where that is left out;
    ``speed``: how many times faster than seconds pass the clock goes; ``name_of``: names of
    agencies, for the channel.
    """

    def __init__(
        self,
        store: CaseStore,
        clocks: SlaCalendar,
        clock: TimeSource,
        *,
        agreed: Callable[[], datetime] | None = None,
        speed: float = 1.0,
        poll: float = POLL,
        name_of: NameOf = unnamed,
    ) -> None:
        self._store = store
        self._clocks = clocks
        self._clock = clock
        self._agreed = agreed or clock.now
        self._speed = speed
        self._poll = poll
        self._name_of = name_of
        self._look_at = 0.0
        """When to look next, by a clock that never jumps."""
        self._most = MOST
        """Cases in the next transaction: fewer after one on which the program failed."""
        self._put_off = False
        """Whether the next one puts its case off instead of firing."""

    def use(self, rules: Rules, clocks: SlaCalendar) -> None:
        """Other clocks and names, from the next case on."""
        self._clocks, self._name_of = clocks, rules.agency_name

    def idle(self) -> float:
        """Seconds until the next look."""
        return self._look_at - time.monotonic()

    async def check(self) -> None:
        """Called before each session."""
        await self._store.check()
        self._look_at = 0.0

    async def prepare(self, batch: Sequence[Incoming]) -> Step:
        """Looks whether something is due; no message ever comes."""
        upto, sleep = await self._next()
        if upto is None:
            self._sleep(sleep)
        return Step(upto)

    def give_up(self, message: Incoming) -> Step:
        return Step()

    def less(self) -> bool:
        """First the case that is due first, alone; and where that fails too, it is put off."""
        if self._put_off:
            self._most, self._put_off = MOST, False
            return False
        self._most, self._put_off = 1, self._most == 1
        return True

    @asynccontextmanager
    async def transaction(self, step: Step) -> AsyncIterator[Sequence[Outgoing]]:
        if step.upto is None:
            yield ()  # sees whether it is still connected
            return
        async with self._store.transaction() as transaction:
            # Never before what fires was due, whatever this machine's clock says.
            now = max(self._clock.now(), step.upto)
            due = await transaction.due(step.upto, self._most)
            done = [self._fire(case, now, step.upto) for case in due]
            yield [
                *(event for applied in done for event in applied.publish),
                *await self._to_followers(done, now),
            ]
            await transaction.save([CaseChange(one.case, one.lines) for one in done])
        step.steps = done
        # As many at a time again, step by step.
        self._most, self._put_off = min(MOST, self._most * 2), False
        self._sleep(_GIVE_WAY if done else _SOON)

    async def _to_followers(self, done: Sequence[Applied], now: datetime) -> Sequence[Outgoing]:
        """What those hear that follow a case whose deadline has passed.

        They are read, and not taken in hand: who has one of them asks for its lead next, and the
        two would wait for each other. Who follows is settled with its lead, which is in hand here.
        """
        asked = sorted({other for step in done if hears_of_it(step) for other in step.case.merged})
        others: dict[UUID, Case] = {}
        for start in range(0, len(asked), _READ):
            others |= await self._store.found(asked[start : start + _READ])
        return overdue_too(done, others, now=now, name_of=self._name_of)

    async def _next(self) -> tuple[datetime | None, float]:
        """Up to when something may fire, and is due; else None and the seconds to sleep."""
        due = await self._store.next_due()
        if due is None:
            return None, self._poll
        now = self._agreed()
        if due > now:
            return None, max((due - now).total_seconds() / self._speed, 0.01)
        watermark = await self._store.watermark()
        if watermark is None or due > watermark:
            return None, _SOON
        if watermark > now + TOLERANCE * self._speed:
            # It says nothing of what was read: whoever set it had a clock that was wrong, or we.
            return None, self._poll
        # A clock that was put back waits until it is that late again.
        return min(watermark, now), 0.0

    def _sleep(self, seconds: float) -> None:
        self._look_at = time.monotonic() + min(seconds, self._poll)

    def _fire(self, case: Case, now: datetime, upto: datetime) -> Applied:
        if self._put_off:
            return _put_off(case, upto)
        try:
            step = fire(case, self._clocks, now=now, watermark=upto, name_of=self._name_of)
        except Exception as error:  # one case must not hold up the others
            log.error("escalations.failed", traceback=where(error))
            step = None
        return step or _put_off(case, upto)


def _put_off(case: Case, upto: datetime) -> Applied:
    return Applied(replace(case, next_due=upto + _PUT_OFF))

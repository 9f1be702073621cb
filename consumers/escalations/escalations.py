"""The loop of the escalations: asleep until something falls due, then a transaction a step.

Nothing fires that lies after the moment which the case consumer has reached in reading.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from broker.domain.case import Applied, Case, fire
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.errors import PintuError, Unavailable, Unpublishable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import Broker, CaseChange, CaseStore, Publisher, TimeSource
from config.logging import where
from consumers.runtime.health import Health
from consumers.runtime.metrics import EscalationMetrics
from consumers.runtime.waiting import Backoff, pause, until_stopped
from consumers.runtime.worker import publish_and_record, report

log = structlog.get_logger()

MOST: Final = 200
"""Cases in a transaction."""
_POLL: Final = 0.5
"""Seconds after which it looks again: another process may have brought a deadline forward."""
_SOON: Final = 0.1
"""Seconds, where something is due and the case consumer has yet to reach that moment, or
another instance has it in hand."""
_GIVE_WAY: Final = 0.02
"""Seconds between two steps: on SQLite whoever waits for the file looks only now and then, and
without them waits for seconds while very much is due."""
_PUT_OFF: Final = timedelta(hours=1)
"""A case on which the program fails is tried again after that; the others go on."""


class Escalations:
    """Fires what is due until ``stop`` is set, through every outage; any number side by side.

    ``speed``: how many times faster than seconds pass the clock goes.
    """

    def __init__(
        self,
        broker: Broker,
        store: CaseStore,
        clocks: SlaCalendar,
        clock: TimeSource,
        metrics: EscalationMetrics,
        health: Health,
        stop: asyncio.Event,
        *,
        speed: float = 1.0,
        poll: float = _POLL,
    ) -> None:
        self._broker = broker
        self._store = store
        self._clocks = clocks
        self._clock = clock
        self._metrics = metrics
        self._health = health
        self._stop = stop
        self._speed = speed
        self._poll = poll
        self._backoff = Backoff()
        self._most = MOST
        """Cases in the next transaction: fewer after one on which the program failed."""

    def use(self, _: Rules, clocks: SlaCalendar) -> None:
        """Other clocks, from the next case on."""
        self._clocks = clocks

    async def run(self) -> None:
        """Until ``stop``; what is in hand is done, or has had its time and is done again later."""
        await until_stopped(self._stop, self._work(), self._health)

    async def _work(self) -> None:
        while not self._stop.is_set():
            try:
                await self._store.check()
                self._health.holds("store")
                async with self._broker.publisher(names.EVENTS) as publisher:
                    # There is no queue to consume from: what it serves is the store.
                    self._health.holds("connected", "consuming")
                    log.info("escalations.started")
                    await self._serve(publisher)
            except (Unavailable, Unroutable) as why:
                report(self._health, why)
                await pause(self._stop, self._backoff.next())
            except PintuError:
                raise
            except Exception as error:
                self._health.fails("consuming", "the program failed; its log says where")
                log.error("escalations.failed", traceback=where(error))
                await pause(self._stop, self._backoff.next())

    async def _serve(self, publisher: Publisher) -> None:
        while not self._stop.is_set():
            upto, sleep = await self._next()
            if upto is None:
                await publisher.publish(())  # sees whether it is still connected
            else:
                fired = await self._step(publisher, upto)
                self._tell(fired)
                sleep = _GIVE_WAY if fired.cases else _SOON
                # Reading alone does not show that it can be written.
                self._health.holds("store")
            self._backoff.reset()
            if sleep:
                await pause(self._stop, min(sleep, self._poll))

    async def _next(self) -> tuple[datetime | None, float]:
        """Up to when something may fire, and is due; else None and the seconds to sleep."""
        due = await self._store.next_due()
        if due is None:
            return None, self._poll
        now = self._clock.now()
        if due > now:
            return None, max((due - now).total_seconds() / self._speed, 0.01)
        watermark = await self._store.watermark()
        if watermark is None or due > watermark:
            return None, _SOON
        # A clock that was put back waits until it is that late again.
        return min(watermark, now), 0.0

    async def _step(self, publisher: Publisher, upto: datetime) -> "_Fired":
        """Fire what is due. Where the program fails on that, the one that is due first, alone; and
        where it fails on that one too, it is put off."""
        most, put_off = self._most, False
        while True:
            fired = _Fired()
            try:
                await publish_and_record(publisher, self._firing(upto, fired, most, put_off))
            except Unpublishable as error:
                why: Exception = error
            except PintuError:
                raise
            except Exception as error:
                why = error
            else:
                # As many at a time again, step by step.
                self._most = min(MOST, most * 2)
                return fired
            log.error("escalations.failed", traceback=where(why))
            if put_off:
                raise why
            most, put_off = 1, most == 1

    @asynccontextmanager
    async def _firing(
        self, upto: datetime, fired: "_Fired", most: int, put_off: bool
    ) -> AsyncIterator[Sequence[Outgoing]]:
        async with self._store.transaction() as transaction:
            now = self._clock.now()
            due = await transaction.due(upto, most)
            done = [
                _put_off(case, upto) if put_off else self._fire(case, now, upto) for case in due
            ]
            yield [event for step in done for event in step.publish]
            await transaction.save([CaseChange(step.case, step.history) for step in done])
        fired.add(done)

    def _fire(self, case: Case, now: datetime, upto: datetime) -> Applied:
        try:
            step = fire(case, self._clocks, now=now, watermark=upto)
        except Exception as error:  # one case must not hold up the others
            log.error("escalations.failed", traceback=where(error))
            step = None
        return step or _put_off(case, upto)

    def _tell(self, fired: "_Fired") -> None:
        if fired.cases:
            rungs = self._metrics.count(line for step in fired.steps for line in step.history)
            log.info("escalations.fired", cases=fired.cases, rungs=rungs)


def _put_off(case: Case, upto: datetime) -> Applied:
    return Applied(replace(case, next_due=upto + _PUT_OFF))


class _Fired:
    """What one step has fired, known once it is recorded."""

    def __init__(self) -> None:
        self.steps: list[Applied] = []

    @property
    def cases(self) -> int:
        return len(self.steps)

    def add(self, steps: Sequence[Applied]) -> None:
        self.steps += steps

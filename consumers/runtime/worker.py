"""The one loop of every consumer: take, decide, publish, confirm, record, acknowledge.

The order stands here and nowhere else. A crash at any point repeats work under the same ids;
it loses none. While one batch waits for its confirms and its record, the next one is prepared;
batches are completed one after the other.

A fault of the program on one message parks that one, whichever stage it fails in; its neighbours
go through: see consumers.runtime.isolating.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Generic

import structlog

from broker.errors import (
    BrokerUnavailable,
    NotPermitted,
    NotTaken,
    PintuError,
    StoreUnavailable,
    Unavailable,
    Unroutable,
)
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.portions import is_alone
from broker.ports import HELD_AT_MOST, Broker, Publisher, Session
from config.logging import where
from consumers.runtime.batches import ROUTER, Sizes
from consumers.runtime.damage import Damage
from consumers.runtime.health import Health
from consumers.runtime.isolating import Failed, Handler, Isolating, Prepared
from consumers.runtime.outages import Outages
from consumers.runtime.stall import Stall
from consumers.runtime.under_way import Stage, Staged, UnderWay
from consumers.runtime.waiting import Backoff, ended, pause, until_stopped
from consumers.runtime.way_out import WayOut

log = structlog.get_logger()

_HOLD_FOR: Final = 60.0
"""Seconds that a batch stays in hand while the store is away; then others may have it."""
_LOOK_EVERY: Final = 1.0
"""Seconds between two looks at whether RabbitMQ is blocked and whether a batch is stuck."""
_STILL_BLOCKED: Final = 0.25
"""Seconds between two looks at whether RabbitMQ takes publishes again."""


class Worker(Generic[Prepared]):
    """Serves one queue until ``stop`` is set, through every outage.

    While RabbitMQ takes no publishes nothing is taken, and what is in hand stays there: given
    back, it would come again with its delivery count one higher, and no outage of the way out may
    count against a message.

    ``idle``: in how many seconds the handler wants an empty batch, where no message brings
    another: for what time alone brings. Zero or less is now.
    ``pace``: how many seconds to wait before a batch is taken.
    ``seconds``: a clock that never jumps; the event loop's unless a test has its own.
    ``damage``: while it is not mended nothing is subscribed to, and what is in hand is not
    published.
    """

    def __init__(
        self,
        broker: Broker,
        queue: str,
        handler: Handler[Prepared],
        health: Health,
        stop: asyncio.Event,
        *,
        sizes: Sizes = ROUTER,
        idle: Callable[[], float] | None = None,
        pace: Callable[[], float] = lambda: 0.0,
        seconds: Callable[[], float] = time.monotonic,
        damage: Damage | None = None,
    ) -> None:
        self._broker = broker
        self._queue = queue
        self._handler = handler
        self._health = health
        self._stop = stop
        self._sizes = sizes
        self._idle = idle
        self._pace = pace
        self._seconds = seconds
        self._damage = damage or Damage()
        self._backoff = Backoff()
        self._outages = Outages(health)
        self._way_out = WayOut(broker, health)
        self._stall = Stall(health, seconds)
        self._serving = False
        self._isolating = Isolating(handler, self._publish_and_record, queue)

    async def run(self) -> None:
        """Until ``stop``; returns when what was in hand is completed, or has had its time.

        What is not completed comes back, under the same ids.
        """
        watching = asyncio.create_task(self._look())
        probing = asyncio.create_task(self._way_out.keep_probing())
        try:
            await until_stopped(self._stop, self._work(), self._health, lambda: self._serving)
        finally:
            await ended(watching, probing)
            self._health.outages.finish()

    async def _look(self) -> None:
        while True:
            self._way_out.look()
            self._stall.look(excused=self._broker.blocked is not None)
            self._health.outages.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def _work(self) -> None:
        while not self._stop.is_set():
            try:
                # First the store: taking what cannot be recorded only burns delivery counts.
                await self._handler.check()
                self._health.holds("store")
                self._outages.store_is_back()
                await self._damage.mended(self._stop)
                async with self._broker.session(self._queue, self._sizes.prefetch) as session:
                    self._serving = True
                    self._health.holds("connected", "consuming")
                    self._outages.connected()
                    log.info("consumer.started", queue=self._queue)
                    with self._way_out.of(session):
                        await self._serve(session)
            except (Unavailable, Unroutable) as why:
                self._serving = False
                self._outages.met(why)
                await pause(self._stop, self._backoff.next())
            except PintuError:
                raise
            except Exception as error:  # none of a message's: those are parked
                self._serving = False
                self._outages.failed(where(error), self._queue)
                await pause(self._stop, self._backoff.next())

    async def _serve(self, session: Session) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        taking: asyncio.Future[Sequence[Incoming]] | None = None
        under_way = UnderWay(self._sizes.side_by_side)
        try:
            while not self._stop.is_set():
                if (wait := self._pace()) > 0:
                    await pause(self._stop, wait)
                await self._while_blocked(under_way)
                await under_way.until_worth_taking(session.whole(self._sizes.most), stopping)
                taking = asyncio.ensure_future(session.take(self._sizes.most))
                while not taking.done() and not self._stop.is_set():
                    idle = self._idle() if self._idle and not under_way else None
                    if idle is not None and idle <= 0:
                        prepared = await self._isolating.prepare(())
                        under_way.begin(partial(self._complete, session, (), prepared))
                        idle = None
                    await under_way.first_of(taking, stopping, timeout=idle)
                if not taking.done():
                    taking.cancel()
                    await asyncio.wait({taking})
                if taking.cancelled():
                    continue
                batch = taking.result()
                await under_way.until_publishing()
                prepared = await self._isolating.prepare(batch)
                alone = any(is_alone(len(one.body), one.redelivered) for one in batch[:1])
                await under_way.room(alone=alone)
                under_way.begin(partial(self._complete, session, batch, prepared), alone=alone)
                del batch, prepared  # they may be large, and the next one may be long in coming
                taking = None
            await under_way.all_done()
            await self._finish(session)
        finally:
            stopping.cancel()
            await ended(taking, *under_way.tasks)

    async def _while_blocked(self, under_way: UnderWay) -> None:
        """Until there is sense in taking; raises where what is being completed has failed."""
        while self._broker.blocked and not self._stop.is_set():
            await pause(self._stop, _STILL_BLOCKED)
            under_way.reap()

    async def _finish(self, session: Session) -> None:
        """Complete what has arrived, so that it does not come back marked as redelivered."""
        await session.stop_taking()
        while batch := await session.take(self._sizes.most):
            await self._complete(session, batch, await self._isolating.prepare(batch), Stage())

    async def _complete(
        self,
        session: Session,
        batch: Sequence[Incoming],
        prepared: Prepared | Failed,
        stage: Stage,
    ) -> None:
        self._stall.begin()
        try:
            await self._isolating.do(Staged(session, stage), batch, prepared)
            await stage.before_are_done()
            if batch:
                await session.acknowledge(batch)
        finally:
            self._stall.end()
        self._backoff.reset()
        self._outages.over()

    async def _publish_and_record(self, publisher: Publisher, prepared: Prepared) -> None:
        """Publish, wait for the confirm, record: the one order of everything that is done."""
        held_until = self._seconds() + _HOLD_FOR
        away = False
        while True:
            await self._until_unblocked()
            await self._damage.mended(self._stop)
            try:
                # Entered it gives what to publish; left well it records what was done.
                async with self._handler.transaction(prepared) as outgoing:
                    await self._published(publisher, outgoing)
                break
            except StoreUnavailable as why:
                # The store comes and goes; the messages stay in hand for a while.
                away = True
                self._outages.met(why)
                if self._seconds() > held_until or self._stop.is_set():
                    raise
                await pause(self._stop, self._backoff.next())
        if away:
            self._health.holds("store")
            self._outages.store_is_back()

    async def _published(self, publisher: Publisher, outgoing: Sequence[Outgoing]) -> None:
        """Published and confirmed, whatever has to be tried again for it: what the broker did not
        take, first one message alone and then the others, and nothing that it has.

        Raises:
            PintuError: see the port; or it has lasted too long, or the process is told to leave.
        """
        rest, alone = outgoing, 0
        until, tries = self._seconds() + HELD_AT_MOST, Backoff()
        while True:
            try:
                await publisher.publish(rest[:alone] or rest)
                if not alone:
                    self._outages.taken()
                    return
                rest, alone = rest[alone:], 0
            except (NotTaken, NotPermitted, Unroutable) as why:
                if self._stop.is_set() or self._seconds() > until:
                    raise
                if not alone and not isinstance(why, NotPermitted):
                    rest = [m for m in rest if m.message_id in why.ids] or rest
                alone = 1 if len(rest) > 1 else 0
                self._stall.held(str(why))
                self._outages.held(why)
                await pause(self._stop, tries.next())

    async def _until_unblocked(self) -> None:
        """Before the transaction: nobody else is to wait for it while nothing can be published.

        Raises:
            BrokerUnavailable: it has lasted too long, or the process is told to leave.
        """
        until = self._seconds() + HELD_AT_MOST
        while (why := self._broker.blocked) is not None:
            if self._stop.is_set() or self._seconds() > until:
                raise BrokerUnavailable(f"{why}: what is in hand goes back")
            await pause(self._stop, _STILL_BLOCKED)

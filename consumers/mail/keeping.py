"""Takes events from their queues into the store: kept first, then acknowledged.

One connection for all queues: that of the mails, and those of the agencies that have nothing but
mail. An event that comes again makes the same mails.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress

import structlog

from broker.domain.case import INTERNAL_ERROR
from broker.errors import PintuError, Unavailable, Unroutable
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from broker.messaging.topology import mail_queues
from broker.ports import Client, MailStore, TimeSource
from config.logging import where
from consumers.mail.reading import Unreadable, mails_of, read_event
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.outages import Outages
from consumers.runtime.service import Service
from consumers.runtime.waiting import Backoff, ended

log = structlog.get_logger()

_PREFETCH = 20
_NOBODY_FOR = 600.0
"""Seconds; other contacts wake it before."""
UNREADABLE = "bad-event"
"""The reason with which an event is parked that is none of ours."""


class Keeping:
    """Until stopped, through every outage. ``kept``: called after something new is in the store."""

    def __init__(
        self,
        service: Service,
        connect: Callable[[], AbstractAsyncContextManager[Client]],
        live_config: LiveConfig,
        store: MailStore,
        clock: TimeSource,
        kept: Callable[[], None],
    ) -> None:
        self._service = service
        self._connect = connect
        self._live_config = live_config
        self._store = store
        self._clock = clock
        self._kept = kept
        self._outages = Outages(service.health)
        self._changed = asyncio.Event()
        live_config.subscribe(lambda *_: self._changed.set())

    def queues(self) -> list[str]:
        """What is to be read by the contacts in force."""
        return [*mail_queues(self._live_config.rules.contacts)]

    async def run(self) -> None:
        """Read until the service is told to stop."""
        service, backoff = self._service, Backoff()
        while not service.stop.is_set():
            self._changed.clear()
            try:
                # First the store: taking what cannot be kept only burns delivery counts.
                await self._store.check()
                self._outages.store_is_back()
                if not self.queues():
                    # Nobody is to be told: nothing to read, and no connection to look after.
                    service.health.holds("connected", "publishing", "consuming", "store")
                    await service.sleep(_NOBODY_FOR, wakes=self._changed)
                    continue
                async with self._connect() as client:
                    service.health.holds("connected", "publishing", "consuming", "store")
                    self._outages.connected()
                    backoff = Backoff()
                    await self._read(client, self.queues())
            except (Unavailable, Unroutable) as why:
                self._outages.met(why)
            service.health.outages.look()
            if not service.stop.is_set() and not self._changed.is_set():
                await service.sleep(backoff.next())

    async def _read(self, client: Client, queues: list[str]) -> None:
        """Until stopped, other contacts, or the first queue that cannot be read any more."""
        reading = [asyncio.create_task(self._one(client, queue)) for queue in queues]
        others = [
            asyncio.create_task(event.wait()) for event in (self._service.stop, self._changed)
        ]
        try:
            await asyncio.wait([*reading, *others], return_when=asyncio.FIRST_COMPLETED)
            for task in reading:
                if task.done():
                    task.result()
        finally:
            await ended(*reading, *others)

    async def _one(self, client: Client, queue: str) -> None:
        log.info("consumer.started", queue=queue)
        messages = client.consume(queue, _PREFETCH)
        try:
            async for message in messages:
                await self._take(client, message)
        finally:
            with suppress(PintuError):
                await messages.aclose()  # type: ignore[attr-defined]  # an asynchronous generator

    async def _take(self, client: Client, message: Incoming) -> None:
        """Returns once it is kept or parked; it is acknowledged then, and no earlier."""
        try:
            event = read_event(message)
        except Unreadable as why:
            await self._park(client, message, UNREADABLE, str(why))
            return
        except Exception as error:  # one event must not hold up the others
            log.error("mail.failed", traceback=where(error))
            await self._park(client, message, INTERNAL_ERROR.reason, INTERNAL_ERROR.detail)
            return
        if event is None:
            return
        config = self._live_config
        mails = mails_of(event, config.rules.contacts, config.clocks.calendar, self._clock.now())
        await self._store.keep(mails)
        self._kept()

    async def _park(self, client: Client, message: Incoming, reason: str, detail: str) -> None:
        parked = park(message, reason, detail, self._clock.now())
        await client.publish(
            parked.exchange,
            parked.routing_key,
            parked.body,
            content_type=parked.content_type,
            headers=parked.headers,
            message_id=parked.message_id,
        )
        self._service.metrics.parked.labels(reason).inc()
        log.warning("mail.parked", reason=reason)

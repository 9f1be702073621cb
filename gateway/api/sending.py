"""Complaints on their way to the intake: confirmed, or not taken in at all."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from broker.errors import BrokerUnavailable, NotTaken, PintuError, Unavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import Broker, Publisher
from consumers.runtime.metrics import GatewayMetrics
from consumers.runtime.outage_log import BROKER, TOPOLOGY, kind_of
from consumers.runtime.service import Service
from consumers.runtime.waiting import Backoff
from consumers.runtime.way_out import WayOut
from gateway.api.batching import Batches

CONFIRMED_WITHIN: Final = 10.0
"""Seconds that a request waits for its confirm."""
_WHO: Final = "gateway intake"


class Intake:
    """One connection that publishes on ``complaints.intake``, opened again where it is lost."""

    def __init__(self, broker: Broker, service: Service, metrics: GatewayMetrics) -> None:
        self._broker = broker
        self._metrics = metrics
        self._service = service
        self._publisher: Publisher | None = None
        self._lost = asyncio.Event()
        self._batches = Batches[Outgoing, None](self._publish)

    async def send(self, message: Outgoing) -> None:
        """Publish one, and return when it is confirmed.

        Raises:
            BrokerUnavailable: it was not confirmed; it may have arrived all the same.
            Unroutable: the topology is damaged.
        """
        if self._publisher is None:
            raise BrokerUnavailable("not connected")
        metrics, began = self._metrics, time.monotonic()
        metrics.waiting += 1
        try:
            await self._batches.add(message)
        finally:
            metrics.waiting -= 1
            metrics.confirmed(time.monotonic() - began)

    async def run(self) -> None:
        """Keep the connection until cancelled: whoever is told to stop still sends what was taken
        in before."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._batches.run())
            tasks.create_task(self._stay_connected())

    async def _stay_connected(self) -> None:
        # At a first start there is nothing to publish on until it is declared: no outage.
        await self._service.declared.wait()
        health, backoff = self._service.health, Backoff()
        way_out = WayOut(self._broker, health)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(way_out.keep_probing())
            tasks.create_task(self._look(way_out))
            while True:
                try:
                    async with self._broker.publisher(names.INTAKE) as publisher:
                        self._publisher = publisher
                        self._lost.clear()
                        health.holds("connected")
                        for kind in (BROKER, TOPOLOGY):
                            health.outages.over(kind, _WHO)
                        backoff = Backoff()
                        with way_out.of(publisher):
                            await self._lost.wait()
                except (Unavailable, Unroutable) as why:
                    health.fails("connected", str(why))
                    health.outages.met(kind_of(why), _WHO, str(why))
                finally:
                    self._publisher = None
                await asyncio.sleep(backoff.next())

    async def _look(self, way_out: WayOut) -> None:
        while True:
            way_out.look()
            self._service.health.outages.look()
            await self._probe()
            await asyncio.sleep(1.0)

    async def _probe(self) -> None:
        """A connection that is gone is noticed without a request."""
        if self._publisher is None:
            return
        try:
            await self._publisher.publish(())
        except PintuError as why:
            self._lose(str(why))

    async def _publish(self, messages: Sequence[Outgoing]) -> Sequence[PintuError | None]:
        publisher = self._publisher
        if publisher is None:
            raise BrokerUnavailable("not connected")
        if (blocked := self._broker.blocked) is not None:
            raise BrokerUnavailable(f"publishers are blocked: {blocked}")
        once = {message.message_id: message for message in messages}
        try:
            async with asyncio.timeout(CONFIRMED_WITHIN):
                await publisher.publish(list(once.values()))
        except TimeoutError:
            why = f"not confirmed within {CONFIRMED_WITHIN:g} s"
            self._lose(why)
            raise BrokerUnavailable(why) from None
        except (NotTaken, Unroutable) as error:
            if not error.ids:
                raise
            return [error if one.message_id in error.ids else None for one in messages]
        except BrokerUnavailable as error:
            self._lose(str(error))
            raise
        return [None] * len(messages)

    def _lose(self, why: str) -> None:
        if self._publisher is not None:
            self._publisher = None
            self._service.health.fails("connected", why)
            self._lost.set()

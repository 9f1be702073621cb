"""The Broker port on RabbitMQ: one connection to take, one to publish.

Two connections, since RabbitMQ stops reading from one that publishes while an alarm is on:
acknowledgements must still get through.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiormq

from broker.amqp.protocol.channel import BatchChannel
from broker.amqp.protocol.connection import LIBRARY_ERRORS, batch_channel, connected
from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.portions import Portion
from broker.messaging.watermark import probe

PUBLISH_DEADLINE = 30.0
"""Seconds for a batch to be confirmed; RabbitMQ blocks publishers for as long as an alarm lasts."""
_CLOSE_WITHIN = 1.0
"""Seconds for each of the connections: a consumer that is told to leave has ten in all."""
_QUIET = 0.25
"""Seconds without a delivery after which none is on its way."""


class RabbitPublisher:
    """A channel to publish on, good until the first ``BrokerUnavailable``."""

    def __init__(self, channel: BatchChannel, deadline: float) -> None:
        self._channel = channel
        self._deadline = deadline
        self._turn = asyncio.Lock()
        """One batch at a time is counted off; a probe is one too."""

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """See broker.ports.Publisher.

        Raises:
            NotPermitted: this user may not publish there.
            BrokerUnavailable: not all confirmed in time; some may have been.
            Unroutable: a mandatory message reached no queue.
            Unpublishable: one of them cannot be put into frames; none was sent.
        """
        if self._channel.is_closed:
            raise BrokerUnavailable("the channel closed")
        if not messages:
            return
        try:
            async with self._turn, asyncio.timeout(self._deadline):
                await self._channel.publish_batch(messages)
        except TimeoutError:
            raise BrokerUnavailable(
                f"not confirmed within {self._deadline:g} s (is an alarm on?)"
            ) from None
        except aiormq.exceptions.ChannelAccessRefused as why:
            raise NotPermitted(f"may not publish: {why}") from why
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(f"the channel closed: {why}") from why

    async def probe(self) -> None:
        """See broker.ports.Publisher."""
        await self.publish([probe()])


class RabbitSession:
    """See broker.ports.Session."""

    def __init__(
        self, taking: BatchChannel, giving: RabbitPublisher, *, prefetch: int, deadline: float
    ) -> None:
        self._taking = taking
        self._giving = giving
        self._prefetch = prefetch
        self._deadline = deadline
        self._last_taken = self._acknowledged = 0
        self._stopped = False

    async def stop_taking(self) -> None:
        if self._taking.holding_back:
            # More than is settled in time: what was not read yet comes back when we are gone.
            self._stopped = True
            self._taking.news.set()
            return
        await self._let_arrive()
        try:
            async with asyncio.timeout(self._deadline):
                for tag in list(self._taking.consumers):
                    await self._taking.basic_cancel(tag)
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(f"the channel closed: {why}") from why
        self._stopped = True
        self._taking.news.set()

    async def _let_arrive(self) -> None:
        """Wait for what the last acknowledgement has called for.

        What a quorum queue has sent off but the channel has not yet passed on when the consumer
        is cancelled never arrives, and comes back as redelivered (seen on 3.10.8).
        """
        channel = self._taking
        while self._delivered() - self._acknowledged < self._prefetch and not channel.is_closed:
            channel.news.clear()
            try:
                async with asyncio.timeout(_QUIET):
                    await channel.news.wait()
            except TimeoutError:
                return

    def _delivered(self) -> int:
        """How many messages have been delivered: their tags count from 1."""
        arrived = self._taking.arrived
        return arrived[-1].tag if arrived else self._last_taken

    async def take(self, most: int) -> Sequence[Incoming]:
        channel = self._taking
        arrived = channel.arrived
        while not arrived:
            channel.news.clear()
            if self._stopped:
                return []
            if channel.is_closed or channel.deaf:
                raise BrokerUnavailable(channel.deaf or "the channel closed")
            await channel.news.wait()
        portion = Portion(most)
        batch: list[Incoming] = []
        while arrived and portion.takes(len(arrived[0].body), arrived[0].redelivered):
            batch.append(channel.next())
        self._last_taken = batch[-1].tag
        return batch

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        await self._giving.publish(messages)

    async def probe(self) -> None:
        await self._giving.probe()

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        if self._taking.is_closed:
            raise BrokerUnavailable("the channel closed")
        try:
            async with asyncio.timeout(self._deadline):
                await self._taking.acknowledge_up_to(messages[-1].tag)
            self._acknowledged = messages[-1].tag
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(f"not acknowledged: {why}") from why


class RabbitBroker:
    """Sessions on one RabbitMQ; see broker.ports.Broker."""

    def __init__(self, url: str, *, name: str, publish_deadline: float = PUBLISH_DEADLINE) -> None:
        self._url = url
        self._name = name
        self._deadline = publish_deadline

    @property
    def blocked(self) -> str | None:
        return None

    @asynccontextmanager
    async def session(self, queue: str, prefetch: int) -> AsyncIterator[RabbitSession]:
        async with (
            connected(self._url, f"{self._name} (publish)", close_within=_CLOSE_WITHIN) as out,
            connected(self._url, f"{self._name} (consume)", close_within=_CLOSE_WITHIN) as into,
        ):
            giving = await batch_channel(out)
            taking = await batch_channel(into)
            taking.closing.add_done_callback(lambda _: taking.news.set())
            try:
                async with asyncio.timeout(self._deadline):
                    await taking.basic_qos(prefetch_count=prefetch)
                    await taking.basic_consume(queue, _unused)
            except LIBRARY_ERRORS as why:
                raise BrokerUnavailable(f"cannot consume {queue}: {why}") from why
            publisher = RabbitPublisher(giving, self._deadline)
            try:
                yield RabbitSession(taking, publisher, prefetch=prefetch, deadline=self._deadline)
            finally:
                taking.leave()

    @asynccontextmanager
    async def publisher(self, exchange: str) -> AsyncIterator[RabbitPublisher]:
        """Connect and be ready to publish, for whoever consumes nothing.

        Args:
            exchange: one that must be there.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached.
            Unroutable: there is no such exchange.
        """
        async with connected(self._url, f"{self._name} (publish)") as connection:
            channel = await batch_channel(connection)
            try:
                async with asyncio.timeout(self._deadline):
                    # A passive declare asks for no permission.
                    await channel.exchange_declare(exchange, passive=True)
            except aiormq.exceptions.ChannelNotFoundEntity:
                raise Unroutable(f"there is no exchange {exchange}") from None
            except LIBRARY_ERRORS as why:
                raise BrokerUnavailable(f"cannot look for {exchange}: {why}") from why
            yield RabbitPublisher(channel, self._deadline)


async def _unused(_: object) -> None:
    """The channel takes deliveries itself; the library wants a callback."""

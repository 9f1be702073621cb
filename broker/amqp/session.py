"""The Broker port on RabbitMQ: one connection to take, one to publish.

Two connections, since RabbitMQ stops reading from one that publishes while an alarm is on:
acknowledgements must still get through.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from pamqp.commands import Basic, Exchange

from broker.amqp.address import parse_address
from broker.amqp.patience import Patience
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connecting import Hosts, connected
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.line import ChannelClosed, in_words
from broker.amqp.publisher import PUBLISH_DEADLINE, RabbitPublisher
from broker.errors import BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.portions import Portion
from broker.messaging.watermark import OF_CASES, OF_INTAKE, Probe

_CLOSE_WITHIN: Final = 1.0
"""Seconds for each of the connections: a consumer that is told to leave has ten in all."""
_QUIET: Final = 0.25
"""Seconds without a delivery after which none is on its way."""
_NOT_FOUND: Final = 404


class RabbitSession:
    """See broker.ports.Session."""

    def __init__(
        self,
        taking: Channel,
        consumer: str,
        giving: RabbitPublisher,
        *,
        prefetch: int,
        deadline: float,
    ) -> None:
        self._taking = taking
        self._consumer = consumer
        self._deliveries = taking.deliveries
        self._giving = giving
        self._prefetch = prefetch
        self._deadline = deadline
        self._acknowledged = 0
        self._stopped = False

    async def stop_taking(self) -> None:
        """See the port."""
        if not self._deliveries.holding_back:
            await self._let_arrive()
            await self._within(
                self._taking.ask(Basic.Cancel(self._consumer), Basic.CancelOk), "not cancelled"
            )
        # Else there is more than is settled in time: what was not read yet comes back when we
        # are gone.
        self._stopped = True
        self._deliveries.news.set()

    async def _let_arrive(self) -> None:
        """Wait for what the last acknowledgement has called for.

        What a quorum queue has sent off but the channel has not yet passed on when the consumer
        is cancelled never arrives, and comes back as redelivered (seen on 3.10.8).
        """
        found = self._deliveries
        while found.last_tag - self._acknowledged < self._prefetch and self._taking.closed is None:
            found.news.clear()
            try:
                async with asyncio.timeout(_QUIET):
                    await found.news.wait()
            except TimeoutError:
                return

    async def take(self, most: int) -> Sequence[Incoming]:
        """See the port."""
        found, channel = self._deliveries, self._taking
        arrived = found.arrived
        while not arrived:
            found.news.clear()
            if self._stopped:
                return []
            if channel.closed is not None:
                raise BrokerUnavailable(f"the channel closed: {channel.closed}")
            if channel.deaf:
                raise BrokerUnavailable(channel.deaf)
            await found.news.wait()
        portion = Portion(most)
        batch: list[Incoming] = []
        while arrived and portion.takes(len(arrived[0].body), arrived[0].redelivered):
            batch.append(found.next())
        return batch

    async def whole(self, most: int) -> None:
        """See the port."""
        found, channel = self._deliveries, self._taking
        while not (self._stopped or channel.closed or channel.deaf or found.are_whole(most)):
            found.news.clear()
            await found.news.wait()

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        await self._giving.publish(messages)

    async def probe(self) -> None:
        await self._giving.probe()

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """See the port."""
        tag = messages[-1].tag
        await self._within(self._taking.acknowledge(tag), "not acknowledged")
        self._acknowledged = tag

    async def _within(self, work: Awaitable[object], what: str) -> None:
        try:
            async with asyncio.timeout(self._deadline):
                await work
        except TimeoutError:
            raise BrokerUnavailable(f"{what} within {self._deadline:g} s") from None
        except BrokerUnavailable as why:
            raise in_words(what, why) from why


class RabbitBroker:
    """Sessions on one RabbitMQ, of one or more nodes; see broker.ports.Broker."""

    def __init__(self, url: str, *, name: str, publish_deadline: float = PUBLISH_DEADLINE) -> None:
        self._address = parse_address(url)
        self._hosts = Hosts(self._address.hosts)
        self._name = name
        self._deadline = publish_deadline
        self._patience = Patience(publish_deadline)
        self._publishing: set[Connection] = set()

    @property
    def blocked(self) -> str | None:
        """See the port."""
        return next((each.blocked for each in self._publishing if each.blocked), None)

    @asynccontextmanager
    async def session(self, queue: str, prefetch: int) -> AsyncIterator[RabbitSession]:
        async with self._publisher(_CLOSE_WITHIN) as (_, publisher):
            await publisher.until_free()
            async with connected(
                self._address, f"{self._name} (consume)", self._hosts, close_within=_CLOSE_WITHIN
            ) as connection:
                try:
                    async with asyncio.timeout(self._deadline):
                        taking = await connection.channel()
                        consumer = await taking.consume(queue, prefetch)
                except TimeoutError:
                    raise BrokerUnavailable(f"cannot consume {queue}: no answer") from None
                except BrokerUnavailable as why:
                    raise in_words(f"cannot consume {queue}", why) from why
                try:
                    yield RabbitSession(
                        taking,
                        consumer,
                        publisher,
                        prefetch=prefetch,
                        deadline=self._deadline,
                    )
                finally:
                    taking.deliveries.leave()

    @asynccontextmanager
    async def publisher(self, exchange: str) -> AsyncIterator[RabbitPublisher]:
        """Connect and be ready to publish, for whoever consumes nothing.

        Args:
            exchange: one that must be there.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached.
            Unroutable: there is no such exchange.
        """
        probe = OF_INTAKE if exchange == names.INTAKE else OF_CASES
        async with self._publisher(probe=probe) as (connection, publisher):
            try:
                async with asyncio.timeout(self._deadline):
                    looking = await connection.channel()
                    # A passive declare asks for no permission.
                    question = Exchange.Declare(exchange=exchange, passive=True)
                    await looking.ask(question, Exchange.DeclareOk)
                    await looking.close()
            except TimeoutError:
                raise BrokerUnavailable(f"cannot look for {exchange}: no answer") from None
            except ChannelClosed as why:
                if why.code == _NOT_FOUND:
                    raise Unroutable(f"there is no exchange {exchange}") from None
                raise
            yield publisher

    @asynccontextmanager
    async def _publisher(
        self, close_within: float | None = None, probe: Probe = OF_CASES
    ) -> AsyncIterator[tuple[Connection, RabbitPublisher]]:
        name = f"{self._name} (publish)"
        within = {} if close_within is None else {"close_within": close_within}
        async with connected(self._address, name, self._hosts, **within) as connection:
            self._publishing.add(connection)
            try:
                try:
                    async with asyncio.timeout(self._deadline):
                        channel = await connection.channel(confirms=True)
                except TimeoutError:
                    raise BrokerUnavailable("cannot open a channel: no answer") from None
                yield connection, RabbitPublisher(connection, channel, self._patience, probe)
            finally:
                self._publishing.discard(connection)

"""A plain client, as the author of an adapter or of an agency's system would write one.

For the demonstration, the reference agency and tools; the consumers use sessions.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import Final, TypeVar
from uuid import uuid4

from pamqp.commands import Basic, Queue

from broker.amqp.address import parse_address
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.confirms import NOT_TAKEN
from broker.amqp.protocol.connecting import connected
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.encode import any_publish_frames
from broker.amqp.protocol.line import ChannelClosed, ChannelRefused
from broker.amqp.requesting import Requests
from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.messaging.messages import Incoming
from schemas.properties import Headers

_DEADLINE: Final = 30.0
_NOT_FOUND: Final = 404
_PERSISTENT: Final = 2

T = TypeVar("T")


class RabbitClient:
    """See broker.ports.Client. One connection; what is consumed has a channel of its own."""

    def __init__(self, connection: Connection, channel: Channel) -> None:
        self._connection = connection
        self._channel = channel
        self._publishing = asyncio.Lock()
        self._requests = Requests(connection)

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Headers | None = None,
        message_id: str | None = None,
    ) -> None:
        """Publish one message and wait until it is confirmed.

        Raises:
            Unroutable: no queue takes it.
            BrokerUnavailable: not confirmed in time.
        """
        properties = _properties(content_type, content_encoding, headers, message_id)
        async with self._publishing:
            channel = self._channel
            frames = any_publish_frames(
                exchange, routing_key, body, properties, channel.number, channel.frame_max
            )
            try:
                refused = await _within(channel.publish([frames], [str(properties.message_id)]))
            except ChannelClosed:
                await self._renew()
                raise
        _look_at(refused, exchange, routing_key)

    async def request(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Headers | None = None,
        message_id: str | None = None,
        within: float,
    ) -> Incoming | None:
        """Publish one message, confirmed, and wait so many seconds for the answer to it.

        Gives None where none came in time, or none can come any more.

        Raises:
            Unroutable: no queue takes it.
            BrokerUnavailable: not confirmed in time.
        """
        properties = _properties(content_type, content_encoding, headers, message_id)
        sent = self._requests.publish(exchange, routing_key, body, properties)
        refused, answer = await _within(sent)
        try:
            _look_at(refused, exchange, routing_key)
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            return None
        finally:
            answer.cancel()

    async def tap(self, *exchanges: str, key: str = "#") -> str:
        """A queue that gets a copy of whatever passes through the exchanges under ``key`` from
        now on.

        It goes with the connection. Gives its name.

        Raises:
            NotPermitted: this user may not have a queue of its own, or not listen there.
        """
        try:
            declare = Queue.Declare(exclusive=True, auto_delete=True)
            declared = await _within(self._channel.ask(declare, Queue.DeclareOk))
            for exchange in exchanges:
                bind = Queue.Bind(queue=str(declared.queue), exchange=exchange, routing_key=key)
                await _within(self._channel.ask(bind, Queue.BindOk))
        except ChannelClosed as why:
            await self._renew()
            if isinstance(why, ChannelRefused):
                raise NotPermitted(f"may not listen: {why}") from why
            raise
        return str(declared.queue)

    async def consume(self, queue: str, prefetch: int = 50) -> AsyncIterator[Incoming]:
        """The messages of a queue; each is acknowledged when the next one is asked for."""
        channel = await self._connection.channel()
        try:
            await _within(channel.consume(queue, prefetch))
            arriving = channel.deliveries
            while True:
                while not arriving.arrived:
                    arriving.news.clear()
                    if channel.closed is not None or channel.deaf:
                        raise channel.closed or BrokerUnavailable(str(channel.deaf))
                    await arriving.news.wait()
                message = arriving.next()
                yield message
                await channel.acknowledge(message.tag, multiple=False)
        finally:
            if self._connection.closed is None:
                await _within(channel.close())

    async def depth(self, queue: str) -> int:
        """How many messages wait in a queue. Raises as ``waiting`` does."""
        return (await self.waiting(queue))[0]

    async def waiting(self, queue: str) -> tuple[int, int]:
        """How many messages wait in a queue, and how many consumers it has.

        Raises:
            Unroutable: there is no such queue.
            BrokerUnavailable: no answer in time.
        """
        question = Queue.Declare(queue=queue, passive=True)
        try:
            found = await _within(self._channel.ask(question, Queue.DeclareOk))
        except ChannelClosed as why:
            await self._renew()
            if why.code == _NOT_FOUND:
                raise Unroutable(f"there is no queue {queue}") from why
            raise
        return found.message_count or 0, found.consumer_count or 0

    async def close(self) -> None:
        """Hear no more answers; the connection is another's to close."""
        await self._requests.close()

    async def _renew(self) -> None:
        """What RabbitMQ refuses closes the channel: another one for the next question."""
        self._channel = await _within(self._connection.channel(confirms=True))


def _properties(
    content_type: str | None,
    content_encoding: str | None,
    headers: Headers | None,
    message_id: str | None,
) -> Basic.Properties:
    return Basic.Properties(
        content_type=content_type,
        content_encoding=content_encoding,
        headers=dict(headers or {}),
        message_id=message_id if message_id is not None else uuid4().hex,
        delivery_mode=_PERSISTENT,
    )


def _look_at(refused: Mapping[str, str], exchange: str, routing_key: str) -> None:
    """Raises where a message did not arrive."""
    for why in refused.values():
        if why == NOT_TAKEN:
            raise BrokerUnavailable(why)
        raise Unroutable(f"{exchange}: {routing_key}")


async def _within(work: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(_DEADLINE):
            return await work
    except TimeoutError:
        raise BrokerUnavailable(f"no answer within {_DEADLINE:g} s") from None


@asynccontextmanager
async def client(url: str, name: str) -> AsyncIterator[RabbitClient]:
    """A client that is disconnected at the end.

    Raises:
        BrokerUnavailable: it cannot connect.
    """
    async with connected(parse_address(url), name) as connection:
        channel = await _within(connection.channel(confirms=True))
        found = RabbitClient(connection, channel)
        try:
            yield found
        finally:
            await found.close()

"""A plain client, as the author of an adapter or of an agency's system would write one.

For the demonstration, the reference agency and tools; the consumers use sessions.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from yarl import URL

from broker.amqp.protocol.connection import LIBRARY_ERRORS, WHILE_CONNECTING, not_connected
from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.messaging.messages import Incoming
from schemas.properties import Properties

_DEADLINE = 30.0


class RabbitClient:
    """See broker.ports.Client. One connection with one channel."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Mapping[str, Any] | None = None,
        message_id: str | None = None,
    ) -> None:
        """Publish one message and wait until it is confirmed.

        Raises:
            Unroutable: no queue takes it.
            BrokerUnavailable: not confirmed in time.
        """
        where = await self._channel.get_exchange(exchange, ensure=False)
        message = aio_pika.Message(
            body,
            content_type=content_type,
            content_encoding=content_encoding,
            headers=dict(headers or {}),
            message_id=message_id,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        try:
            await where.publish(message, routing_key, mandatory=True, timeout=_DEADLINE)
        except aio_pika.exceptions.DeliveryError as why:
            raise Unroutable(f"{exchange}: {routing_key}") from why
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(str(why) or "not confirmed in time") from why

    async def tap(self, *exchanges: str, key: str = "#") -> str:
        """A queue that gets a copy of whatever passes through the exchanges under ``key`` from
        now on.

        It goes with the connection. Gives its name.

        Raises:
            NotPermitted: this user may not have a queue of its own, or not listen there.
        """
        try:
            queue = await self._channel.declare_queue(exclusive=True, auto_delete=True)
            for exchange in exchanges:
                await queue.bind(exchange, key)
        except aiormq.exceptions.ChannelAccessRefused as why:
            raise NotPermitted(f"may not listen: {why}") from why
        return queue.name

    async def consume(self, queue: str, prefetch: int = 50) -> AsyncIterator[Incoming]:
        """The messages of a queue; each is acknowledged when the next one is asked for."""
        await self._channel.set_qos(prefetch_count=prefetch)
        source = await self._channel.get_queue(queue, ensure=False)
        async with source.iterator() as messages:
            async for message in messages:
                yield _incoming(message)
                await message.ack()

    async def depth(self, queue: str) -> int:
        """How many messages wait in a queue. Raises as ``waiting`` does."""
        return (await self.waiting(queue))[0]

    async def waiting(self, queue: str) -> tuple[int, int]:
        """How many messages wait in a queue, and how many consumers it has.

        Raises:
            Unroutable: there is no such queue.
            BrokerUnavailable: no answer in time.
        """
        try:
            found = await self._channel.declare_queue(queue, passive=True, timeout=_DEADLINE)
        except aiormq.exceptions.ChannelNotFoundEntity as why:
            raise Unroutable(f"there is no queue {queue}") from why
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(f"{queue}: {why}") from why
        result = found.declaration_result
        return result.message_count or 0, result.consumer_count or 0


@asynccontextmanager
async def client(url: str, name: str) -> AsyncIterator[RabbitClient]:
    """A client that is disconnected at the end.

    Raises:
        BrokerUnavailable: it cannot connect.
    """
    # Closed also where it was never made: what is left open is closed by the collector of
    # whatever thread comes upon it, which has no loop to do so.
    async with aio_pika.Connection(URL(url), client_properties={"connection_name": name}) as it:
        try:
            await it.connect(timeout=_DEADLINE)
        except WHILE_CONNECTING as why:
            raise not_connected(url, why) from why
        yield RabbitClient(await it.channel(publisher_confirms=True, on_return_raises=True))


def _incoming(message: AbstractIncomingMessage) -> Incoming:
    return Incoming(
        body=message.body,
        exchange=message.exchange or "",
        routing_key=message.routing_key or "",
        properties=Properties(
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            headers=dict(message.headers),
            message_id=message.message_id,
            type=message.type,
        ),
        redelivered=bool(message.redelivered),
        tag=message.delivery_tag or 0,
    )

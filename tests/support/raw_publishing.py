"""Publishes as bytes, with properties that no client library writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pamqp.commands import Basic

from broker.amqp.address import parse_address
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connecting import connected
from broker.amqp.protocol.connection import Connection


class RawPublisher:
    """Writes frames of channel 1 as they are."""

    def __init__(self, connection: Connection, channel: Channel) -> None:
        assert channel.number == 1
        self._connection = connection
        self._channel = channel

    async def write(self, payload: bytes) -> None:
        await self._connection.ready_to_write()
        self._connection.write(payload)

    async def round_trip(self) -> None:
        """RabbitMQ has read what was written before.

        Raises:
            BrokerUnavailable: it has closed the connection or the channel over it.
        """
        await self._channel.ask(Basic.Qos(prefetch_count=1), Basic.QosOk)


@asynccontextmanager
async def raw_publishing(url: str, name: str) -> AsyncIterator[RawPublisher]:
    """Connect, with a channel that confirms."""
    async with connected(parse_address(url), name) as connection:
        yield RawPublisher(connection, await connection.channel(confirms=True))

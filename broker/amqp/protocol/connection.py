"""Connecting to RabbitMQ: the library's errors become ours, and the password stays in the URL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiormq
from aiormq.connection import Connection
from yarl import URL

from broker.amqp.address import shown
from broker.amqp.protocol.channel import BatchChannel
from broker.amqp.protocol.lane import LaneTransport
from broker.errors import BrokerUnavailable, LoginRefused

LIBRARY_ERRORS = (aiormq.exceptions.AMQPError, OSError, RuntimeError)
"""What the library raises where RabbitMQ, a connection or a channel is gone; a TimeoutError is an
OSError."""
_MISREAD = (LookupError, ValueError, TypeError, AttributeError)
"""What the library makes of answers that no RabbitMQ gives."""
WHILE_CONNECTING = (*LIBRARY_ERRORS, *_MISREAD, EOFError)
CONNECT_DEADLINE = 15.0
"""Seconds for connecting and opening a channel."""


@asynccontextmanager
async def connected(
    url: str, name: str, *, close_within: float = CONNECT_DEADLINE
) -> AsyncIterator["LaneConnection"]:
    """A connection that is closed at the end.

    Args:
        close_within: seconds for closing it in good order; a broker that hangs is then left.

    Raises:
        BrokerUnavailable: it cannot be made; a LoginRefused where RabbitMQ wants another user.
    """
    connection = LaneConnection(url, name)
    try:
        async with asyncio.timeout(CONNECT_DEADLINE):
            await connection.connect()
    except WHILE_CONNECTING as why:
        raise not_connected(url, why) from why
    try:
        _agree(connection)
        yield connection
    finally:
        try:
            async with asyncio.timeout(close_within):
                await connection.close()
        except WHILE_CONNECTING:
            pass  # it is gone either way


def _agree(connection: "LaneConnection") -> None:
    """From now on only frames of the size that was agreed on, on channels that are open."""
    reader = connection.lanes.reader
    try:
        reader.agreed(connection.connection_tune.frame_max)
    except aiormq.exceptions.InvalidFrameError as why:
        raise not_connected(str(connection.url), why) from why
    reader.opened = connection.channels


def not_connected(url: str, why: BaseException) -> BrokerUnavailable:
    """What it means that connecting failed so."""
    refused = aiormq.exceptions.AuthenticationError, aiormq.exceptions.ProbableAuthenticationError
    if isinstance(why, refused):
        return LoginRefused(f"{shown(url)}: {said(why)}")
    if isinstance(why, aiormq.exceptions.InvalidFrameError) and "Connection.OpenOk" in str(why):
        # What RabbitMQ says of it is not in the library's error.
        return LoginRefused(
            f"{shown(url)}: RabbitMQ does not open this vhost: it does not exist or is down, or"
            " this user may not use it (rabbitmqctl list_permissions)"
        )
    return BrokerUnavailable(f"{shown(url)}: {said(why)}")


class LaneConnection(Connection):
    """aiormq's connection, with a lane beside it for one batch channel."""

    def __init__(self, url: str, name: str) -> None:
        self.lanes = LaneTransport()
        super().__init__(
            URL(url), client_properties={"connection_name": name}, transport_factory=self.lanes
        )


async def batch_channel(connection: LaneConnection) -> BatchChannel:
    """Open the connection's channel with confirms on.

    Raises:
        BrokerUnavailable: the connection is gone.
    """
    try:
        channel = BatchChannel(connection, 1)
        connection.channels[1] = channel
        async with asyncio.timeout(CONNECT_DEADLINE):
            await channel.open()
    except WHILE_CONNECTING as why:
        raise BrokerUnavailable(f"cannot open a channel: {said(why)}") from why
    connection.lanes.reader.lane = channel
    channel.reader = connection.lanes.reader
    return channel


def said(why: BaseException) -> str:
    """What an error says; a few of the library's say nothing but their type."""
    return str(why) or type(why).__name__

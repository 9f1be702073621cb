"""Connections of aiormq, for all that is not the hot loop: topology, tools."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiormq
from aiormq.abc import AbstractConnection
from yarl import URL

from broker.amqp.address import parse_address, shown
from broker.amqp.failures import connecting_failed
from broker.errors import REFUSALS, BrokerUnavailable

LIBRARY_ERRORS: Final = (aiormq.exceptions.AMQPError, OSError, RuntimeError)
"""What the library raises where RabbitMQ, a connection or a channel is gone; a TimeoutError is an
OSError."""
_MISREAD = (LookupError, ValueError, TypeError, AttributeError)
"""What the library makes of answers that no RabbitMQ gives."""
_WHILE_CONNECTING = (*LIBRARY_ERRORS, *_MISREAD, EOFError)
CONNECT_DEADLINE: Final = 15.0
"""Seconds for connecting, to one host after the other."""
CLOSE_WITHIN: Final = 5.0
"""Seconds for closing it in good order; a broker that hangs is then left."""


@asynccontextmanager
async def library_connection(
    url: str, name: str, *, within: float = CONNECT_DEADLINE
) -> AsyncIterator[AbstractConnection]:
    """A connection that is closed at the end, to the first host of the URL that answers.

    Args:
        url: AMQP; several hosts are tried in turn.
        name: under which RabbitMQ lists the connection.
        within: seconds for all of the hosts.

    Raises:
        BrokerUnavailable: it cannot be made; a LoginRefused where RabbitMQ wants another user, a
            TrustRefused where TLS fails.
    """
    connection = await _connect_to_one(url, name, within)
    try:
        yield connection
    finally:
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                await connection.close()
        except _WHILE_CONNECTING:
            pass  # it is gone either way


async def _connect_to_one(url: str, name: str, within: float) -> AbstractConnection:
    hosts = parse_address(url).urls
    failures: list[BrokerUnavailable] = []
    for host in hosts:
        connection = aiormq.Connection(URL(host), client_properties={"connection_name": name})
        try:
            async with asyncio.timeout(within / len(hosts)):
                await connection.connect()
        except _WHILE_CONNECTING as why:
            failures.append(connecting_failed(shown(host), why))
        else:
            return connection
    # A host that is away says less than one that does not let us in.
    raise next((one for one in failures if isinstance(one, REFUSALS)), failures[-1])

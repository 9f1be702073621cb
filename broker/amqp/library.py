"""Connections of aiormq, for all that is not the hot loop: topology, tools."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiormq
from aiormq.abc import AbstractConnection
from yarl import URL

from broker.amqp.address import Address, parse_address, shown
from broker.amqp.failures import connecting_failed, looked_into
from broker.errors import REFUSALS, BadConfiguration, BrokerUnavailable

LIBRARY_ERRORS: Final = (aiormq.exceptions.AMQPError, OSError, RuntimeError)
"""What the library raises where RabbitMQ, a connection or a channel is gone; a TimeoutError is an
OSError."""
_MISREAD = (LookupError, ValueError, TypeError, AttributeError)
"""What the library makes of answers that no RabbitMQ gives."""
_WHILE_CONNECTING = (*LIBRARY_ERRORS, *_MISREAD, EOFError)
CONNECT_DEADLINE: Final = 15.0
"""Seconds for connecting, to one host after the other."""
_NEXT_HOST_AFTER: Final = 4.0
"""Seconds for one host where there are others."""
CLOSE_WITHIN: Final = 5.0
"""Seconds for closing it in good order; a broker that hangs is then left."""

_answered: dict[str, int] = {}
"""By URL the place of the host that answered last: a node that is stopped, and so lets everybody
wait, is not asked first every time."""


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
        BadConfiguration: the URL is none.
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


def address_of(url: str) -> Address:
    """The URL as a value. Raises BadConfiguration, without the password."""
    try:
        return parse_address(url)
    except ValueError as why:
        raise BadConfiguration(f"{shown(url)}: {why}") from None


def in_turn(url: str, number: int) -> list[int]:
    """In which order the hosts of a URL are asked: from the one on that answered last."""
    first = _answered.get(url, 0) % number
    return [*range(first, number), *range(first)]


async def _connect_to_one(url: str, name: str, within: float) -> AbstractConnection:
    address = address_of(url)
    alone = len(address.hosts) == 1
    failures: list[BrokerUnavailable] = []
    for place in in_turn(url, len(address.hosts)):
        host = URL(address.urls[place], encoded=True)
        try:
            connection = aiormq.Connection(
                host,
                context=address.tls.context() if address.tls else None,
                client_properties={"connection_name": name},
            )
            async with asyncio.timeout(within if alone else min(within, _NEXT_HOST_AFTER)):
                await connection.connect()
        except _WHILE_CONNECTING as why:
            where = shown(url) if alone else f"{shown(url)}: {host.host}:{host.port}"
            failure = connecting_failed(where, why, mechanism=address.mechanism)
            failures.append(await looked_into(failure, why, address, address.hosts[place]))
        else:
            _answered[url] = place
            return connection
    # A host that is away says less than one that does not let us in.
    raise next((one for one in failures if isinstance(one, REFUSALS)), failures[-1])

"""Connecting: hosts in turn, TLS, the handshake (AMQP 0-9-1, section 2.2.4), and leaving."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar

from pamqp import base, commands
from pamqp.common import FieldTable

from broker.amqp.address import Address
from broker.amqp.failures import connecting_failed, looked_into, mechanism_missing
from broker.amqp.protocol.connection import Connection
from broker.errors import REFUSALS, BrokerUnavailable, LoginRefused
from schemas import limits

CONNECT_DEADLINE: Final = 15.0
"""Seconds for connecting to a host, where there is no other."""
OF_SEVERAL: Final = 2.5
"""Seconds for each, where there are others: one that hangs must not hold up the rest."""
CLOSE_DEADLINE: Final = 5.0
_CHANNELS: Final = 2047

_CAPABILITIES: Final[FieldTable] = {
    "authentication_failure_close": True,
    "basic.nack": True,
    "connection.blocked": True,
    "consumer_cancel_notify": True,
    "publisher_confirms": True,
}

Method = TypeVar("Method", bound=base.Frame)


class ConnectionClosed(Exception):
    """RabbitMQ closed the connection while it was being made; what that means is told from
    ``reply_code`` and ``reply_text``."""

    def __init__(self, reply_code: int, reply_text: str) -> None:
        super().__init__(reply_text)
        self.reply_code = reply_code
        self.reply_text = reply_text


class Hosts:
    """The hosts of an address, in the order in which they are to be tried: first the one that
    served last; one that failed, or whose connection was lost, last."""

    def __init__(self, hosts: Sequence[tuple[str, int]]) -> None:
        self._hosts = list(hosts)

    def in_turn(self) -> list[tuple[str, int]]:
        return list(self._hosts)

    def failed(self, host: tuple[str, int]) -> None:
        """It is tried after all others from now on."""
        self._hosts.remove(host)
        self._hosts.append(host)


@asynccontextmanager
async def connected(
    address: Address,
    name: str,
    hosts: Hosts | None = None,
    *,
    close_within: float = CLOSE_DEADLINE,
) -> AsyncIterator[Connection]:
    """A connection that is closed at the end.

    Args:
        address: where to.
        name: what RabbitMQ shows of it.
        hosts: the order of ``address.hosts``, kept from one connection to the next.
        close_within: seconds for closing it in good order; a broker that hangs is then left.

    Raises:
        BrokerUnavailable: no host serves; a LoginRefused where RabbitMQ wants another user.
    """
    hosts = hosts or Hosts(address.hosts)
    host, connection = await _connect(address, name, hosts)
    try:
        yield connection
    finally:
        if connection.closed is not None:  # not by us
            hosts.failed(host)
        await _close(connection, close_within)


async def _connect(address: Address, name: str, hosts: Hosts) -> tuple[tuple[str, int], Connection]:
    several = len(address.hosts) > 1
    failures: list[BrokerUnavailable] = []
    for host in hosts.in_turn():
        try:
            async with asyncio.timeout(OF_SEVERAL if several else CONNECT_DEADLINE):
                return host, await _connect_to(host, address, name)
        except (BrokerUnavailable, ConnectionClosed, OSError, ValueError) as why:
            # A timeout is an OSError, an error of ssl too; a name that is none is a ValueError.
            failure = _failure(address.shown(host), why, address.mechanism)
            failure = await looked_into(failure, why, address, host)
            if isinstance(failure, LoginRefused):
                raise failure from why
            hosts.failed(host)
            failures.append(failure)
    # A host that is away says less than one with which we cannot agree.
    refusal = next((one for one in failures if isinstance(one, REFUSALS)), None)
    raise refusal or BrokerUnavailable("; ".join(map(str, failures)))


def _failure(where: str, why: Exception, mechanism: str) -> BrokerUnavailable:
    if isinstance(why, BrokerUnavailable):
        if isinstance(why.__cause__, ssl.SSLError):
            return connecting_failed(where, why.__cause__)
        return type(why)(f"{where}: {why}")
    if isinstance(why, TimeoutError):
        return BrokerUnavailable(f"{where}: no answer in time")
    return connecting_failed(where, why, mechanism=mechanism)


async def _connect_to(host: tuple[str, int], address: Address, name: str) -> Connection:
    context = address.tls.context() if address.tls else None
    loop = asyncio.get_running_loop()
    transport, connection = await loop.create_connection(
        Connection, host[0], host[1], ssl=context, server_hostname=host[0] if context else None
    )
    try:
        if (raw := transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(b"AMQP\x00\x00\x09\x01")
        await _shake_hands(connection, address, name)
    except BaseException:
        connection.end(BrokerUnavailable("the handshake failed"))
        raise
    return connection


async def _shake_hands(connection: Connection, address: Address, name: str) -> None:
    start = await _next(connection, commands.Connection.Start)
    if address.mechanism not in str(start.mechanisms).split():
        raise LoginRefused(mechanism_missing(str(start.mechanisms), address.mechanism))
    response = "" if address.mechanism == "EXTERNAL" else f"\0{address.user}\0{address.password}"
    properties: FieldTable = {
        "product": "Pintu",
        "platform": "Python",
        "connection_name": name,
        "capabilities": _CAPABILITIES,
    }
    connection.send(0, commands.Connection.StartOk(properties, address.mechanism, response))
    tune = await _next(connection, commands.Connection.Tune)
    if 0 < tune.frame_max < limits.SMALLEST_FRAME_MAX:
        raise BrokerUnavailable(f"RabbitMQ names a frame_max of {tune.frame_max} bytes")
    frame_max = min(tune.frame_max or limits.FRAME, limits.FRAME)
    channels = min(tune.channel_max or _CHANNELS, _CHANNELS)
    heartbeat = min(tune.heartbeat or address.heartbeat, address.heartbeat)
    connection.agreed(frame_max, channels, heartbeat)
    connection.send(0, commands.Connection.TuneOk(channels, frame_max, heartbeat))
    connection.send(0, commands.Connection.Open(address.vhost))
    await _next(connection, commands.Connection.OpenOk)
    connection.opened()
    if connection.closed is not None:  # what came behind that ended it
        raise connection.closed


async def _next(connection: Connection, wanted: type[Method]) -> Method:
    method = await connection.controls.get()
    if isinstance(method, wanted):
        return method
    if isinstance(method, commands.Connection.Close):
        connection.send(0, commands.Connection.CloseOk())
        raise ConnectionClosed(method.reply_code or 0, str(method.reply_text))
    if method is None:
        raise connection.closed or BrokerUnavailable("the connection was lost")
    raise BrokerUnavailable(f"RabbitMQ sent {method.name} where {wanted.__name__} was due")


async def _close(connection: Connection, within: float) -> None:
    """In good order: each channel, so that RabbitMQ has read what was acknowledged on it; then the
    connection."""
    why = BrokerUnavailable("the connection was closed")
    try:
        with suppress(BrokerUnavailable, ConnectionClosed, TimeoutError):
            async with asyncio.timeout(within):
                await _close_channels(connection)
                if connection.closed is None:
                    connection.closing()
                    connection.send(0, commands.Connection.Close(200, "Normal shutdown", 0, 0))
                    await _next(connection, commands.Connection.CloseOk)
                    connection.end(why, farewell=True)
                await connection.gone.wait()
    finally:
        connection.end(why)


async def _close_channels(connection: Connection) -> None:
    channels = list(connection.channels.values())
    for channel in channels:
        channel.deliveries.leave()  # one that holds back the reading would hold up the others
    for channel in channels:
        with suppress(BrokerUnavailable):  # refused: the others are still to be closed
            await channel.close()

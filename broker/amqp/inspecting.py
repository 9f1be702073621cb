"""What AMQP alone shows of a RabbitMQ: each host by itself, who reads, whether publishes are taken.

Nothing is declared, nothing is taken from a queue.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import aiormq

from broker.amqp.address import Address, parse_address
from broker.amqp.library import LIBRARY_ERRORS, library_connection
from broker.amqp.session import RabbitBroker
from broker.amqp.topology.declare import cluster_name_of, version_of
from broker.errors import BrokerUnavailable
from broker.messaging import names
from broker.messaging.access import GATEWAY

NAME: Final = "pintu doctor"


@dataclass(frozen=True, slots=True)
class Host:
    """One host of an AMQP URL, as it answered; ``failure``: why it did not.

    ``cluster``: the name by which a cluster calls itself; each node its own where it has none.
    """

    host: str
    port: int
    version: tuple[int, ...] | None = None
    cluster: str | None = None
    failure: BrokerUnavailable | None = None

    @property
    def shown(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Depth:
    """Of a queue: messages that wait, and who reads it. Both are None where it is not there."""

    messages: int | None
    consumers: int | None


async def look_at_hosts(address: Address, within: float) -> tuple[Host, ...]:
    """Every host side by side, each for so many seconds; none raises."""
    places = zip(address.hosts, address.urls, strict=True)
    looks = (_look_at(host, port, url, within) for (host, port), url in places)
    return tuple(await asyncio.gather(*looks))


async def depths(url: str, queues: Iterable[str]) -> Mapping[str, Depth]:
    """How deep queues are and how many read them; asks for no permission.

    Raises:
        BrokerUnavailable: RabbitMQ cannot be reached, or went away meanwhile.
    """
    found: dict[str, Depth] = {}
    async with library_connection(url, NAME) as connection:
        try:
            for queue in queues:
                channel = await connection.channel()  # a refusal closes it
                try:
                    seen = await channel.queue_declare(queue, passive=True)
                except aiormq.exceptions.ChannelClosed:
                    found[queue] = Depth(None, None)
                else:
                    found[queue] = Depth(seen.message_count, seen.consumer_count)
                    await channel.close()
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(str(why) or type(why).__name__) from why
    return found


async def try_publishing(url: str, within: float) -> None:
    """Publish what every part of the program publishes to see whether it can, and everybody
    ignores. The gateway's user may do so on the intake alone.

    Raises:
        NotPermitted: this user may not.
        Unroutable: the exchange of events is not there.
        BrokerUnavailable: it was not taken in so many seconds; an alarm is named.
    """
    broker = RabbitBroker(url, name=NAME)
    exchange = names.INTAKE if parse_address(url).user == GATEWAY else names.EVENTS
    async with broker.publisher(exchange) as publisher:
        try:
            async with asyncio.timeout(within):
                await publisher.probe()
        except TimeoutError:
            why = broker.blocked or f"RabbitMQ did not confirm within {within:g} s"
            raise BrokerUnavailable(why) from None


async def _look_at(host: str, port: int, url: str, within: float) -> Host:
    try:
        async with library_connection(url, NAME, within=within) as connection:
            return Host(host, port, version_of(connection), cluster_name_of(connection))
    except BrokerUnavailable as failure:
        return Host(host, port, failure=failure)

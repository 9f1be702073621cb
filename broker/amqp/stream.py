"""Reads the audit stream over AMQP 0-9-1, which takes nothing out of it.

A stream wants a prefetch and manual acknowledgements, and says with each message its offset
(https://www.rabbitmq.com/docs/streams#consuming). It never tells that its end is reached: so the
newest message is asked for first.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from pamqp.commands import Queue

from broker.amqp.address import parse_address
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connecting import connected
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.line import ChannelClosed
from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.messaging import names
from broker.messaging.messages import Incoming

_DEADLINE: Final = 30.0
_QUIET: Final = 0.3
"""Seconds without another message after which the newest chunk has arrived."""
_EMPTY: Final = 2.0
"""Seconds for the first message of a stream that is said to hold none."""
_PREFETCH: Final = 1000
_OFFSET: Final = "x-stream-offset"
_ACCESS_REFUSED, _NOT_FOUND = 403, 404

Start = int | datetime | str
"""An offset; a moment, from which on a chunk of messages is read whole; "first" or "last"."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message of the stream and its place there; offsets grow by one."""

    offset: int
    message: Incoming


class AuditStream:
    """The stream, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def ends(self) -> tuple[int, int] | None:
        """The offsets of the oldest and the newest message; None where there is none.

        Raises:
            Unroutable: there is no such stream.
            NotPermitted: this user may not read it.
            BrokerUnavailable: no answer in time.
        """
        newest = await self.newest()
        if newest is None:
            return None
        async for some in self.read("first"):
            return some[0].offset, newest
        return None

    async def read(self, start: Start, *, upto: int | None = None) -> AsyncIterator[list[Recorded]]:
        """What has arrived, again and again, up to that offset (None: for ever). Raises as
        ``ends`` does; nothing where it would start behind that offset."""
        async with self._consuming(start) as channel:
            # Behind a moment nothing may lie: that is not told either.
            wait = _EMPTY if isinstance(start, datetime) else _DEADLINE
            while True:
                try:
                    async with asyncio.timeout(None if upto is None else wait):
                        await channel.deliveries.wait()
                except TimeoutError:
                    if wait == _EMPTY:
                        return
                    raise BrokerUnavailable(f"nothing came within {wait:g} s") from None
                some, wait = await _arrived(channel), _DEADLINE
                yield some if upto is None else [one for one in some if one.offset <= upto]
                if upto is not None and some[-1].offset >= upto:
                    return

    async def newest(self, quiet: float = _QUIET, empty: float = _EMPTY) -> int | None:
        """The offset of the newest message, or of one that came a moment before it; None where
        there is none. ``quiet``: seconds without another one after which it is taken for that,
        ``empty``: without any. Raises as ``ends`` does."""
        async with self._consuming("last") as channel:
            question = Queue.Declare(queue=names.AUDIT_STREAM, passive=True)
            said = await _within(channel.ask(question, Queue.DeclareOk))
            newest = None
            wait = _DEADLINE if said.message_count else empty
            while True:
                try:
                    async with asyncio.timeout(wait):
                        await channel.deliveries.wait()
                except TimeoutError:
                    return newest
                newest, wait = (await _arrived(channel))[-1].offset, quiet

    @asynccontextmanager
    async def _consuming(self, start: Start) -> AsyncIterator[Channel]:
        channel = await _within(self._connection.channel())
        try:
            await _within(channel.consume(names.AUDIT_STREAM, _PREFETCH, {_OFFSET: start}))
            yield channel
        except ChannelClosed as why:
            if why.code == _NOT_FOUND:
                raise Unroutable(f"there is no stream {names.AUDIT_STREAM}") from why
            if why.code == _ACCESS_REFUSED:
                raise NotPermitted(f"may not read {names.AUDIT_STREAM}: {why}") from why
            raise
        finally:
            channel.give_up()


async def _arrived(channel: Channel) -> list[Recorded]:
    """What is there, acknowledged: at least one, or it raises why there is none."""
    arriving = channel.deliveries
    some: list[Recorded] = []
    while arriving.arrived and len(some) < _PREFETCH:
        message = arriving.next()
        offset = message.properties.headers.get(_OFFSET)
        if not isinstance(offset, int):
            raise BrokerUnavailable(f"{names.AUDIT_STREAM} is no stream: a message has no offset")
        some.append(Recorded(offset, message))
    if not some:
        raise channel.closed or BrokerUnavailable(channel.deaf or "the stream said nothing")
    await channel.acknowledge(some[-1].message.tag)
    return some


async def _within(work: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(_DEADLINE):
            return await work
    except TimeoutError:
        raise BrokerUnavailable(f"no answer within {_DEADLINE:g} s") from None


@asynccontextmanager
async def audit_stream(url: str, name: str) -> AsyncIterator[AuditStream]:
    """The stream, connected under that name. Raises BrokerUnavailable."""
    async with connected(parse_address(url), name) as connection:
        yield AuditStream(connection)

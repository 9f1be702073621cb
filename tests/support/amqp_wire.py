"""A connection of ours without a network: a test is its broker, byte for byte."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from pamqp import base, commands
from pamqp.commands import Basic

from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connection import Connection
from tests.support import amqp_frames as frames

Reply = Callable[[int, base.Frame], bytes]
"""What the broker answers a method on a channel with."""

FRAME_MAX = 131_072


def agreeable(channel: int, asked: base.Frame) -> bytes:
    """A broker that says yes to everything."""
    answer: base.Frame
    match asked:
        case commands.Channel.Open():
            answer = commands.Channel.OpenOk()
        case commands.Channel.Close():
            answer = commands.Channel.CloseOk()
        case commands.Confirm.Select():
            answer = commands.Confirm.SelectOk()
        case Basic.Qos():
            answer = Basic.QosOk()
        case Basic.Consume():
            answer = Basic.ConsumeOk("c")
        case Basic.Cancel():
            answer = Basic.CancelOk("c")
        case commands.Exchange.Declare():
            answer = commands.Exchange.DeclareOk()
        case commands.Queue.Declare():
            answer = commands.Queue.DeclareOk(asked.queue or "made", 0, 0)
        case commands.Connection.Close():
            answer = commands.Connection.CloseOk()
        case _:
            return b""
    return frames.method(answer, channel)


class Transport:
    """Keeps what is written; whoever wants can answer it."""

    def __init__(self) -> None:
        self.reading = True
        self.over: str | None = None
        self.written = b""
        self.on_write: Callable[[bytes], None] = lambda _: None

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def write(self, data: bytes) -> None:
        assert self.over is None, "written after the end"
        self.written += data
        self.on_write(data)

    def close(self) -> None:
        self.over = self.over or "closed"

    def abort(self) -> None:
        self.over = self.over or "aborted"


class Wire:
    """A connection whose handshake is done. ``reply`` answers the methods that it sends; where it
    is None, nobody does."""

    def __init__(self, reply: Reply | None = agreeable, *, heartbeat: float = 3600) -> None:
        self.transport = Transport()
        self.transport.on_write = self._answer
        self.reply = reply
        self.connection = Connection()
        self.connection.connection_made(cast(asyncio.BaseTransport, self.transport))
        self.connection.agreed(FRAME_MAX, 2047, heartbeat)
        self.connection.opened()
        self._unread = b""
        self._loop = asyncio.get_running_loop()

    def hears(self, *data: bytes) -> None:
        """From the broker."""
        for each in data:
            if self.transport.over is None:
                self.connection.data_received(each)

    async def channel(self, *, confirms: bool = False) -> Channel:
        return await self.connection.channel(confirms=confirms)

    async def consuming(self, prefetch: int = 100) -> Channel:
        channel = await self.channel()
        await channel.consume("q", prefetch)
        return channel

    def told(self) -> Sequence[tuple[int, int, bytes]]:
        """Kind, channel and payload of each frame that was written since the last look."""
        found, rest = frames.split(self.transport.written)
        self.transport.written = rest
        return found

    def asked(self) -> list[tuple[int, base.Frame]]:
        """Channel and method of each method that was written since the last look."""
        return [
            (channel, cast(base.Frame, frames.unmarshalled(kind, channel, payload)))
            for kind, channel, payload in self.told()
            if kind == 1
        ]

    def lost(self, why: Exception | None = None) -> None:
        """The network is gone."""
        self.transport.over = "lost"
        self.connection.connection_lost(why)

    def _answer(self, data: bytes) -> None:
        whole, self._unread = frames.split(self._unread + data)
        for kind, channel, payload in whole:
            if kind == 1 and self.reply is not None:
                method = cast(base.Frame, frames.unmarshalled(kind, channel, payload))
                answer = self.reply(channel, method)
                if answer:
                    self._loop.call_soon(self.hears, answer)

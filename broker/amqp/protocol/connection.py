"""A connection to RabbitMQ of our own (AMQP 0-9-1), for thousands of messages a second.

The client library reads a frame in three awaits, a lock and a queue entry. Here frames are parsed
where they arrive, and a batch is one write. Whatever no RabbitMQ sends (a frame larger than was
agreed on, one without its end, on a channel that nobody opened) ends the connection with an error
before it is kept.
"""

import asyncio
from collections.abc import Callable
from typing import Final, cast

from pamqp import base, commands

from broker.amqp.protocol import decode
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.decode import BadFrame
from broker.amqp.protocol.encode import method_frame
from broker.errors import BrokerUnavailable
from schemas import limits

_HEARTBEAT: Final = b"\x08\x00\x00\x00\x00\x00\x00\xce"
_HEARTBEAT_KIND, _METHOD = 8, 1
_OVERHEAD: Final = 8
_FRAME_END: Final = 0xCE
_PROTOCOL: Final = b"AMQP"
"""What RabbitMQ says instead of a frame where it speaks another version."""
_MISSED: Final = 3
"""Halves of a heartbeat without a byte: then the peer is gone. RabbitMQ sends one each half."""
_ALARM: Final = "memory or disk alarm"
_CONTROLS: Final = 16
"""Methods of the connection that wait to be read; RabbitMQ sends one at a time."""


class Connection(asyncio.Protocol):
    """Open until ``closed`` says why it is not.

    ``blocked``: why RabbitMQ takes no publishes on it just now; ``on_change`` is called when that
    changes and when the connection is over.
    """

    def __init__(self) -> None:
        self.closed: BrokerUnavailable | None = None
        self.blocked: str | None = None
        self.on_change: list[Callable[[], None]] = []
        self.frame_max = limits.SMALLEST_FRAME_MAX
        self.channels: dict[int, Channel] = {}
        self.controls: asyncio.Queue[base.Frame | None] = asyncio.Queue(_CONTROLS)
        """Methods of the connection itself, while it opens and closes; None at its end."""
        self.gone: asyncio.Event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []
        """Of a frame that has not wholly arrived."""
        self._arrived = self._wanted = 0
        self._largest = limits.GREETING_FRAME
        self._room = asyncio.Event()
        self._room.set()
        self._handshaking = True
        self._heard = self._wrote = True
        self._silent = 0
        self._holding = 0
        """Channels that want nothing read for now."""
        self._tick: asyncio.TimerHandle | None = None
        self._half = 0.0
        self._most_channels = 1

    # --- what one does with it -------------------------------------------------------------

    def agreed(self, frame_max: int, channel_max: int, heartbeat: float) -> None:
        """What both sides want: bytes of the largest frame, channels, and seconds between
        heartbeats.

        Raises:
            BrokerUnavailable: the connection is gone.
        """
        if self.closed is not None:
            raise self.closed
        self.frame_max = self._largest = frame_max
        self._most_channels = channel_max
        self._half = heartbeat / 2
        self._tick = self._loop.call_later(self._half, self._beat)

    def opened(self) -> None:
        """The handshake is done: methods of the connection are for nobody from now on."""
        self._handshaking = False

    def closing(self) -> None:
        """It is about to be closed: the answer comes to ``controls``."""
        self._handshaking = True

    async def channel(self, *, confirms: bool = False) -> Channel:
        """Open a channel.

        Raises:
            BrokerUnavailable: the connection is gone, or RabbitMQ allows no more.
        """
        numbers = range(1, self._most_channels + 1)
        number = next((free for free in numbers if free not in self.channels), 0)
        if not number:
            raise BrokerUnavailable(f"RabbitMQ allows {self._most_channels} channels, all are open")
        if self.closed is not None:
            raise self.closed
        channel = self.channels[number] = Channel(self, number)
        try:
            await channel.ask(commands.Channel.Open(), commands.Channel.OpenOk)
            if confirms:
                await channel.ask(commands.Confirm.Select(), commands.Confirm.SelectOk)
        except BaseException:
            channel.give_up()  # its answer may still come, and its number is to be free again
            raise
        return channel

    async def ready_to_write(self) -> None:
        """See broker.amqp.protocol.channel.Line."""
        while not self._room.is_set() and self.closed is None:
            await self._room.wait()
        if self.closed is not None:
            raise self.closed

    def write(self, frames: bytes) -> None:
        if self._transport is not None and self.closed is None:
            self._wrote = True
            self._transport.write(frames)

    def send(self, channel: int, method: base.Frame) -> None:
        self.write(method_frame(method, channel))

    def pause_reading(self) -> None:
        """See broker.amqp.protocol.channel.Line. One of several channels that want it is enough."""
        self._holding += 1
        if self._transport is not None and self.closed is None:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """See broker.amqp.protocol.channel.Line."""
        self._holding -= 1
        if self._transport is not None and self.closed is None and not self._holding:
            self._silent = 0
            self._transport.resume_reading()

    def forget(self, channel: int) -> None:
        """See broker.amqp.protocol.channel.Line."""
        self.channels.pop(channel, None)

    def end(self, why: BrokerUnavailable, *, farewell: bool = False) -> None:
        """At once, for this reason; the first one counts.

        What is not sent yet is let go, unless it is a ``farewell``.
        """
        if self.closed is not None:
            return
        self.closed = why
        if self._tick is not None:
            self._tick.cancel()
        self._parts.clear()
        self._room.set()
        self.blocked = None
        if self.controls.full():
            self.controls.get_nowait()
        self.controls.put_nowait(None)
        for channel in list(self.channels.values()):
            channel.fail(why)
        self.channels.clear()
        if self._transport is not None:
            (self._transport.close if farewell else self._transport.abort)()
        self._changed()

    # --- what the loop calls ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        lost = BrokerUnavailable(f"the connection was lost: {exc or 'RabbitMQ closed it'}")
        lost.__cause__ = exc
        self.end(lost)
        self.gone.set()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def data_received(self, data: bytes) -> None:
        if self.closed is not None:
            return
        self._heard = True
        if self._parts:
            self._parts.append(data)
            self._arrived += len(data)
            if self._arrived < self._wanted:
                return
            data = b"".join(self._parts)
            self._parts.clear()
        try:
            place = self._read(data)
        except BadFrame as why:
            self.end(BrokerUnavailable(f"RabbitMQ sent {why}"))
            return
        except Exception as why:  # a fault of ours ends the connection, not the reading of it
            failure = BrokerUnavailable(f"what RabbitMQ sent was not read ({type(why).__name__})")
            failure.__cause__ = why
            self.end(failure)
            return
        if place < len(data) and self.closed is None:
            self._parts.append(data[place:])
            self._arrived = len(data) - place

    def _read(self, data: bytes) -> int:
        """Whole frames; gives where what is left begins, of which ``_wanted`` bytes are awaited."""
        length, largest, channels = len(data), self._largest, self.channels
        place = 0
        while length - place >= _OVERHEAD:
            size = int.from_bytes(data[place + 3 : place + 7], "big")
            end = place + _OVERHEAD + size
            if end - place > largest:
                raise BadFrame(self._too_large(data, end - place))
            if end > length:
                self._wanted = end - place
                return place
            if data[end - 1] != _FRAME_END:
                raise BadFrame("a frame without its end")
            number = data[place + 1] << 8 | data[place + 2]
            channel = channels.get(number)
            if channel is not None:
                channel.frame(data[place], data[place + 7 : end - 1])
            else:
                self._control(data[place], number, data[place + 7 : end - 1])
                if self.closed is not None:
                    return length
                largest = self._largest
            place = end
        self._wanted = _OVERHEAD
        return place

    def _too_large(self, data: bytes, size: int) -> str:
        if data.startswith(_PROTOCOL):
            return "another version of AMQP"
        return f"a frame of {size} bytes, at most {self._largest} are taken"

    def _control(self, kind: int, channel: int, payload: bytes) -> None:
        if channel != 0:
            raise BadFrame(f"a frame on channel {channel}, which is not open")
        if kind == _HEARTBEAT_KIND:
            return
        if kind != _METHOD:
            raise BadFrame(f"a frame of kind {kind} on channel 0")
        method = decode.method(payload)
        if isinstance(method, commands.Connection.Blocked):
            self.blocked = f"{_ALARM} ({method.reason or 'no reason given'})"
            self._changed()
        elif isinstance(method, commands.Connection.Unblocked):
            self.blocked = None
            self._changed()
        elif isinstance(method, commands.Connection.Close) and not self._handshaking:
            self.send(0, commands.Connection.CloseOk())
            why = BrokerUnavailable(f"RabbitMQ closed the connection: {method.reply_text}")
            self.end(why, farewell=True)
        elif not self._handshaking or self.controls.full():
            raise BadFrame(f"{method.name}, which nobody asked for")
        else:
            self.controls.put_nowait(method)

    def _beat(self) -> None:
        """Each half of a heartbeat: show that we live, and see whether RabbitMQ does."""
        self._tick = self._loop.call_later(self._half, self._beat)
        if not self._wrote and self._transport is not None:
            self._transport.write(_HEARTBEAT)
        self._wrote = False
        if self._heard or self._holding:
            self._silent = 0
        else:
            self._silent += 1
        self._heard = False
        if self._silent >= _MISSED:
            seconds = self._half * _MISSED
            self.end(BrokerUnavailable(f"nothing was heard of RabbitMQ for {seconds:g} s"))

    def _changed(self) -> None:
        for call in list(self.on_change):
            call()

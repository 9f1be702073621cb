"""The fast lane: deliveries and confirms are taken out of the stream before the library sees them.

aiormq reads a frame in three awaits, a lock and a queue entry, and a delivery is three frames:
0.1 ms. Here complete frames of one channel are parsed where they arrive; every other frame goes
on to the library, which keeps the connection, the handshakes and the errors.

Whatever no RabbitMQ sends ends the connection with an error, before it is kept or read: a frame
larger than was agreed on, one without its end, on a channel that nobody opened, or one that the
library fails on.
"""

import asyncio
from collections.abc import Container
from typing import Any, Final, Protocol

import pamqp.frame
from aiormq.connection import TransportFactory
from aiormq.exceptions import InvalidFrameError
from yarl import URL

from broker.amqp.protocol.decode import BadFrame
from schemas import limits

_HEARTBEAT: Final = b"\x08\x00\x00\x00\x00\x00\x00\xce"
_SIGN_OF_LIFE: Final = 5.0
"""Seconds. The library takes a connection for dead on which it sees no frame."""
_FRAME_OVERHEAD: Final = 8
_FRAME_END: Final = 0xCE
_PROTOCOL: Final = b"AMQP"
"""What RabbitMQ says instead of a frame where it speaks another version."""
_LIMIT: Final = 2**18


class Lane(Protocol):
    """Whoever wants frames of a channel."""

    number: int

    def takes(self, kind: int, payload: bytes) -> bool:
        """Handle a frame, or leave it to the library (False).

        Raises:
            BadFrame: it cannot be, or not here.
        """


class LaneReader(asyncio.StreamReader):
    """A stream reader that gives some frames to its lane, and the rest to who reads it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=_LIMIT, loop=loop)
        self.lane: Lane | None = None
        self.opened: Container[int] | None = None
        """Numbers of channels that are open; None where any may be."""
        self.frame_max = limits.FRAME
        self.transport: asyncio.ReadTransport | None = None
        self._sign: asyncio.TimerHandle | None = None
        self._timers = loop
        self._clock = loop.time
        self._rest = b""
        self._alive = 0.0
        self._broken = False

    def agreed(self, frame_max: int) -> None:
        """What RabbitMQ has named as the largest frame; 0 is no limit.

        Raises:
            InvalidFrameError: nothing could be sent in frames as small as that.
        """
        if 0 < frame_max < limits.SMALLEST_FRAME_MAX:
            raise InvalidFrameError(f"frame_max of {frame_max} bytes")
        self.frame_max = min(frame_max or limits.FRAME, limits.FRAME)

    def feed_data(self, data: Any) -> None:
        if self._broken:
            return
        received = self._rest + data if self._rest else bytes(data)
        try:
            others, place = self._sorted(received)
        except BadFrame as why:
            self._break(str(why))
            return
        self._rest = received[place:]
        moment = self._clock()
        if others:
            self._alive = moment
            super().feed_data(b"".join(others))
        elif self.lane is not None and moment - self._alive > _SIGN_OF_LIFE:
            self._alive = moment
            super().feed_data(_HEARTBEAT)

    def _sorted(self, received: bytes) -> tuple[list[bytes], int]:
        """The whole frames that are not the lane's, and where the rest begins."""
        lane, length, largest = self.lane, len(received), self.frame_max
        if lane is None and received.startswith(_PROTOCOL):
            return [received], length
        number = -1 if lane is None else lane.number
        others: list[bytes] = []
        place = 0
        while length - place >= _FRAME_OVERHEAD:
            size = int.from_bytes(received[place + 3 : place + 7], "big")
            end = place + _FRAME_OVERHEAD + size
            if end - place > largest:
                raise BadFrame(f"a frame of {end - place} bytes, at most {largest} are taken")
            if end > length:
                break
            if received[end - 1] != _FRAME_END:
                raise BadFrame("a frame without its end")
            channel = int.from_bytes(received[place + 1 : place + 3], "big")
            ours = channel == number
            if not (ours and lane and lane.takes(received[place], received[place + 7 : end - 1])):
                self._check(channel, received[place:end])
                others.append(received[place:end])
            place = end
        return others, place

    def _check(self, channel: int, frame: bytes) -> None:
        """Whether the library can read it: what it raises otherwise is not always an error of
        its own."""
        if self.opened is not None and channel != 0 and channel not in self.opened:
            raise BadFrame(f"a frame on channel {channel}, which is not open")
        try:
            pamqp.frame.unmarshal(frame)
        except Exception as why:
            raise BadFrame(f"a frame that cannot be read ({type(why).__name__})") from why

    def _break(self, why: str) -> None:
        """The connection is over: who reads gets an error, and nothing more is kept."""
        self._broken = True
        self._rest = b""
        self.resume()
        self.set_exception(InvalidFrameError(f"RabbitMQ sent {why}"))

    def pause(self) -> None:
        """Read nothing more for a while; the library hears meanwhile that the connection lives.

        What RabbitMQ sends stays on its side. Heartbeats of ours go on, and acknowledgements.
        """
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()
            self._give_sign()

    def resume(self) -> None:
        if self._sign is not None:
            self._sign.cancel()
            self._sign = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def _give_sign(self) -> None:
        if self.transport is not None and self.exception() is None:
            super().feed_data(_HEARTBEAT)
            self._sign = self._timers.call_later(_SIGN_OF_LIFE, self._give_sign)

    def feed_eof(self) -> None:
        self.resume()
        self.transport = None
        if self._rest:
            super().feed_data(self._rest)
            self._rest = b""
        super().feed_eof()


class LaneTransport(TransportFactory):
    """Connects with a LaneReader; ``reader`` is set once connected."""

    reader: LaneReader

    async def create(
        self, url: URL, **options: Any
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        trust = options.pop("ssl_context_provider")
        context = await trust.get_context() if url.scheme == "amqps" else None
        loop = asyncio.get_running_loop()
        self.reader = LaneReader(loop)
        protocol = asyncio.StreamReaderProtocol(self.reader, loop=loop)
        transport, _ = await loop.create_connection(
            lambda: protocol, url.host or "", url.port or 0, ssl=context, **options
        )
        self.reader.transport = transport
        return self.reader, asyncio.StreamWriter(transport, protocol, self.reader, loop)

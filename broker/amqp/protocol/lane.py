"""The fast lane: deliveries and confirms are taken out of the stream before the library sees them.

aiormq reads a frame in three awaits, a lock and a queue entry, and a delivery is three frames:
0.1 ms. Here complete frames of one channel are parsed where they arrive; every other frame goes
on to the library, which keeps the connection, the handshakes and the errors. A frame that no
RabbitMQ sends ends the connection before anything of it is kept: the library would wait for all
of the 4 GiB that one may announce, and its reader ends on a method that is cut short.
"""

import asyncio
from typing import Any, Final, Protocol

from aiormq.connection import TransportFactory
from pamqp import frame
from yarl import URL

from broker.errors import BadFrame, BrokerUnavailable
from schemas import limits

_HEARTBEAT: Final = b"\x08\x00\x00\x00\x00\x00\x00\xce"
_SIGN_OF_LIFE: Final = 5.0
"""Seconds. The library takes a connection for dead on which it sees no frame."""
_FRAME_OVERHEAD: Final = 8
_LIMIT: Final = 2**18
_END: Final = 0xCE
_GREETING: Final = b"AMQP"


class Lane(Protocol):
    """Whoever wants frames of a channel."""

    number: int

    def takes(self, kind: int, payload: bytes) -> bool:
        """Handle a frame, or leave it to the library (False).

        Raises:
            BadFrame: RabbitMQ does not send such a frame there.
        """

    def broken(self, why: BrokerUnavailable) -> None:
        """The connection ended for this."""


class LaneReader(asyncio.StreamReader):
    """A stream reader that gives some frames to its lane, and the rest to who reads it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=_LIMIT, loop=loop)
        self.lane: Lane | None = None
        self.transport: asyncio.ReadTransport | None = None
        self._sign: asyncio.TimerHandle | None = None
        self._timers = loop
        self.largest = limits.LARGEST_FRAME
        self._clock = loop.time
        self._rest = b""
        self._alive = 0.0
        self._broken = False

    def agreed(self, frame_max: int) -> None:
        """From here on no frame is larger than what both sides agreed on; 0: on nothing."""
        self.largest = min(frame_max or limits.LARGEST_FRAME, limits.LARGEST_FRAME)

    def feed_data(self, data: Any) -> None:
        if self._broken:
            return
        received = self._rest + data if self._rest else bytes(data)
        if self.lane is None and received.startswith(_GREETING):
            super().feed_data(received)  # of another version of AMQP: the library says so
            return
        others: list[bytes] = []
        try:
            self._rest = self._sorted(received, others)
        except BadFrame as why:
            self._break(why)
            return
        moment = self._clock()
        if others:
            self._alive = moment
            super().feed_data(b"".join(others))
        elif self.lane is not None and moment - self._alive > _SIGN_OF_LIFE:
            self._alive = moment
            super().feed_data(_HEARTBEAT)

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

    def _sorted(self, received: bytes, others: list[bytes]) -> bytes:
        """Give the lane its frames, add the rest to ``others``; what is not whole comes back."""
        lane, largest = self.lane, self.largest
        place, length = 0, len(received)
        while length - place >= _FRAME_OVERHEAD - 1:
            size = int.from_bytes(received[place + 3 : place + 7], "big")
            if size > largest:
                raise BadFrame(f"RabbitMQ sent a frame of {size} bytes, more than {largest}")
            end = place + _FRAME_OVERHEAD + size
            if end > length:
                break
            if received[end - 1] != _END:
                raise BadFrame("RabbitMQ sent a frame without its end")
            channel = int.from_bytes(received[place + 1 : place + 3], "big")
            if (
                lane is None
                or channel != lane.number
                or not lane.takes(received[place], received[place + 7 : end - 1])
            ):
                others.append(_readable(received[place:end]))
            place = end
        return received[place:]

    def _break(self, why: BadFrame) -> None:
        self._broken = True
        self._rest = b""
        self.set_exception(ConnectionResetError(str(why)))
        transport = self._transport  # type: ignore[attr-defined]  # of the base class
        if transport is not None:
            transport.abort()
        if self.lane is not None:
            self.lane.broken(why)

    def feed_eof(self) -> None:
        self.resume()
        self.transport = None
        if self._rest:
            super().feed_data(self._rest)
            self._rest = b""
        super().feed_eof()


def _readable(whole: bytes) -> bytes:
    """A frame that the library can read; it meets few, of handshakes and heartbeats.

    Raises:
        BadFrame: it cannot.
    """
    try:
        frame.unmarshal(whole)
    except Exception as why:  # pamqp's own, struct.error, IndexError, KeyError, and so on
        raise BadFrame(f"RabbitMQ sent a frame that cannot be read: {why!r}") from None
    return whole


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

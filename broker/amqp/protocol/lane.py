"""The fast lane: deliveries and confirms are taken out of the stream before the library sees them.

aiormq reads a frame in three awaits, a lock and a queue entry, and a delivery is three frames:
0.1 ms. Here complete frames of one channel are parsed where they arrive; every other frame goes
on to the library, which keeps the connection, the handshakes and the errors.
"""

import asyncio
from typing import Any, Final, Protocol

from aiormq.connection import TransportFactory
from yarl import URL

_HEARTBEAT: Final = b"\x08\x00\x00\x00\x00\x00\x00\xce"
_SIGN_OF_LIFE: Final = 5.0
"""Seconds. The library takes a connection for dead on which it sees no frame."""
_FRAME_OVERHEAD: Final = 8
_LIMIT: Final = 2**18


class Lane(Protocol):
    """Whoever wants frames of a channel."""

    number: int

    def takes(self, kind: int, payload: bytes) -> bool:
        """Handle a frame, or leave it to the library (False)."""


class LaneReader(asyncio.StreamReader):
    """A stream reader that gives some frames to its lane, and the rest to who reads it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=_LIMIT, loop=loop)
        self.lane: Lane | None = None
        self.transport: asyncio.ReadTransport | None = None
        self._sign: asyncio.TimerHandle | None = None
        self._timers = loop
        self._clock = loop.time
        self._rest = b""
        self._alive = 0.0

    def feed_data(self, data: Any) -> None:
        lane = self.lane
        if lane is None:
            super().feed_data(data)
            return
        received = self._rest + data if self._rest else bytes(data)
        place, length = 0, len(received)
        others: list[bytes] = []
        while length - place >= _FRAME_OVERHEAD:
            size = int.from_bytes(received[place + 3 : place + 7], "big")
            end = place + _FRAME_OVERHEAD + size
            if end > length:
                break
            channel = int.from_bytes(received[place + 1 : place + 3], "big")
            if channel != lane.number or not lane.takes(
                received[place], received[place + 7 : end - 1]
            ):
                others.append(received[place:end])
            place = end
        self._rest = received[place:]
        moment = self._clock()
        if others:
            self._alive = moment
            super().feed_data(b"".join(others))
        elif moment - self._alive > _SIGN_OF_LIFE:
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

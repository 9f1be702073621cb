"""Frames from a broker, cut anywhere, into the reader and its channel."""

import asyncio
import struct
from functools import cache
from typing import Any

from aiormq.exceptions import AMQPError
from broker.amqp.old_connection import LaneConnection
from broker.amqp.old_lane import LaneReader
from pamqp import commands

from broker.amqp.protocol import decode
from broker.amqp.protocol.channel import BatchChannel
from schemas import limits
from tests.fuzz import seeds
from tests.fuzz.mutating import Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.fuzz.targets.world import FRAME_MAX

DELIVER = decode.DELIVER + b"\x01c" + struct.pack(">QB", 1, 0) + b"\x01e\x01k"
_METHODS = (
    DELIVER,
    decode.ACK + struct.pack(">QB", 1, 1),
    decode.NACK + struct.pack(">QB", 1, 0),
    decode.RETURN + b"\x01\x38\x00\x01x\x01k",
    b"\x00\x3c\x00\x0b",
    b"\x00\x14\x00\x28\x01\x94\x01x\x00\x00\x00\x00",
    b"\x00\x3c\x00\x1e\x01c\x00",
)


class Line:
    """One loop and one connection that is never made; each input has a channel of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self._connect())

    async def _connect(self) -> None:
        self.connection = LaneConnection("amqp://nowhere", "never connected")
        self.connection.server_properties = {"capabilities": {"publisher_confirms": True}}
        self.connection.connection_tune = commands.Connection.Tune(0, FRAME_MAX, 60)


@cache
def line() -> Line:
    return Line()


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def a_stream(maker: Maker) -> bytes:
    """Pieces as they arrive."""
    random = maker.random
    frames: list[bytes] = []
    for _ in range(random.randrange(1, 5)):
        body = random.randbytes(random.randrange(20))
        header = seeds.a_header(maker)
        header = header[:4] + struct.pack(">Q", len(body)) + header[12:]
        if random.random() < 0.5:
            frames += [_frame(1, 1, DELIVER), _frame(2, 1, header), _frame(3, 1, body)]
        else:
            method = random.choice(_METHODS)
            kind = random.choice((1, 1, 2, 3, 8, random.randrange(256)))
            channel = random.choice((0, 1, 1, 1, random.randrange(65_536)))
            payload = random.choice((method, header, body, maker.bent_bytes(method)))
            frames.append(_frame(kind, channel, payload))
    stream = b"".join(frames)
    if random.random() < 0.4:
        stream = maker.bent_bytes(stream)
    cuts = sorted(random.randrange(len(stream) + 1) for _ in range(random.randrange(4)))
    return joined([stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)])


def hear(data: bytes) -> None:
    line().loop.run_until_complete(_hear(split(data)))


async def _hear(pieces: list[bytes]) -> None:
    here = line()
    channel = _channel(here)
    reader = LaneReader(here.loop)
    reader.lane, reader.opened = channel, {1}
    reader.agreed(FRAME_MAX)
    channel.reader = reader
    for piece in pieces:
        reader.feed_data(piece)
    kept = sum(len(one.body) for one in channel.arrived) + channel.buffered
    assert kept <= sum(map(len, pieces))
    assert len(reader._rest) <= FRAME_MAX
    assert channel.arrived_bytes <= limits.ARRIVED_BYTES + FRAME_MAX
    broken = reader.exception()
    assert broken is None or isinstance(broken, AMQPError)


class _Channel(BatchChannel):
    """Without the library's task that reads answers: there is no library here."""

    def create_task(self, coro: Any) -> Any:
        coro.close()
        return self.loop.create_future()

    @property
    def buffered(self) -> int:
        return len(self._body)


def _channel(here: Line) -> _Channel:
    channel = _Channel(here.connection, 1)
    channel.delivery_tag = 3
    channel._unconfirmed.extend((1, 2, 3))
    here.connection._Base__future_store.futures.clear()  # type: ignore[attr-defined]
    return channel


TARGETS = [Target("frames", a_stream, hear, weight=6)]

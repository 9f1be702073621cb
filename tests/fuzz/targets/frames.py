"""Frames from a broker, cut anywhere, into a connection with a consumer and a publisher."""

import asyncio
import struct
from contextlib import suppress
from functools import cache

from broker.amqp.protocol.channel import Channel
from broker.errors import BrokerUnavailable
from schemas import limits
from tests.fuzz import seeds
from tests.fuzz.mutating import Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.support.amqp_frames import ACK, DELIVER, NACK, RETURN, frame
from tests.support.amqp_wire import FRAME_MAX, Wire

PUBLISHED = 3
"""Messages that wait for their confirms on channel 2."""
_DELIVERED = DELIVER + b"\x01c" + struct.pack(">QB", 1, 0) + b"\x01e\x01k"
_RETURNED = RETURN + b"\x01\x38\x00\x01x\x01k"
_METHODS = (
    _DELIVERED,
    ACK + struct.pack(">QB", 1, 1),
    ACK + struct.pack(">QB", 2, 0),
    ACK + struct.pack(">QB", 0, 1),
    NACK + struct.pack(">QB", 1, 0),
    NACK + struct.pack(">QB", 3, 1),
    _RETURNED,
    b"\x00\x3c\x00\x0b",  # basic.qos-ok
    b"\x00\x14\x00\x0b\x00\x00\x00\x00",  # channel.open-ok
    b"\x00\x14\x00\x14\x00",  # channel.flow
    b"\x00\x14\x00\x28\x01\x94\x01x\x00\x00\x00\x00",  # channel.close
    b"\x00\x14\x00\x29",  # channel.close-ok
    b"\x00\x3c\x00\x1e\x01c\x00",  # basic.cancel
)
_OF_CONNECTION = (
    b"\x00\x0a\x00\x3c\x03low",  # connection.blocked
    b"\x00\x0a\x00\x3d",  # connection.unblocked
    b"\x00\x0a\x00\x32\x01\x40\x01x\x00\x00\x00\x00",  # connection.close
)


@cache
def loop() -> asyncio.AbstractEventLoop:
    made = asyncio.new_event_loop()
    made.set_exception_handler(_not_silent)
    return made


def _not_silent(_: asyncio.AbstractEventLoop, what: dict[str, object]) -> None:
    raise AssertionError(f"the loop says: {what}")


def a_stream(maker: Maker) -> bytes:
    """Pieces as they arrive."""
    random = maker.random
    frames: list[bytes] = []
    for _ in range(random.randrange(1, 6)):
        body = random.randbytes(random.randrange(20))
        header = seeds.a_header(maker)
        header = header[:4] + struct.pack(">Q", len(body)) + header[12:]
        kind = random.random()
        if kind < 0.4:
            about = random.choice((_DELIVERED, _DELIVERED, _RETURNED))
            channel = random.choice((1, 2))
            frames += [frame(1, channel, about), frame(2, channel, header), frame(3, channel, body)]
        elif kind < 0.5:
            frames.append(frame(1, 0, random.choice(_OF_CONNECTION)))
        else:
            method = random.choice(_METHODS)
            number = random.choice((1, 1, 2, 2, 3, 4, 0, random.randrange(65_536)))
            shape = random.choice((1, 1, 1, 2, 3, 8, random.randrange(256)))
            payload = random.choice((method, method, header, body, maker.bent_bytes(method)))
            frames.append(frame(shape, number, payload))
    stream = b"".join(frames)
    if random.random() < 0.4:
        stream = maker.bent_bytes(stream)
    cuts = sorted(random.randrange(len(stream) + 1) for _ in range(random.randrange(4)))
    return joined([stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)])


def hear(data: bytes) -> None:
    loop().run_until_complete(_hear(split(data)))


async def _hear(pieces: list[bytes]) -> None:
    wire = Wire()
    consuming, publishing = await wire.consuming(), await wire.channel(confirms=True)
    given_up = await wire.channel()
    wire.reply = None
    given_up.give_up()
    asking = asyncio.ensure_future(wire.channel())
    batch = asyncio.ensure_future(
        publishing.publish([b"x"] * PUBLISHED, [str(n) for n in range(PUBLISHED)])
    )
    await asyncio.sleep(0)
    for piece in pieces:
        wire.hears(piece)
        _bounded(wire, (consuming, publishing, given_up), sum(map(len, pieces)))
    await asyncio.sleep(0)
    _true(batch, b"".join(pieces))
    wire.lost()
    for task in (asking, batch):
        with suppress(BrokerUnavailable):  # it was not answered, or refused
            await asyncio.wait_for(task, 5)
    assert not wire.connection.channels
    wire.connection.on_change.clear()


def _bounded(wire: Wire, channels: tuple[Channel, ...], sent: int) -> None:
    """No more is kept than was sent, or than may be."""
    kept = sum(len(part) for part in wire.connection._parts)
    assert kept <= FRAME_MAX
    assert wire.connection.controls.qsize() <= 16
    for channel in channels:
        found = channel.deliveries
        kept += sum(len(one.body) for one in found.arrived) + len(channel._body)
        assert found.bytes <= limits.ARRIVED_BYTES + FRAME_MAX
        assert sum(len(one._early) for one in channel.confirms._waiting) <= PUBLISHED
    assert kept <= sent


def _true(batch: "asyncio.Future[dict[str, str]]", heard: bytes) -> None:
    """What is said to be confirmed has had a confirm."""
    if batch.done() and batch.exception() is None:
        assert ACK in heard or NACK in heard, "confirmed without a confirm"
        if ACK not in heard:
            assert len(batch.result()) == PUBLISHED, "confirmed by a refusal"


TARGETS = [Target("frames", a_stream, hear, weight=6)]

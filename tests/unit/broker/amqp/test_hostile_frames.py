"""Frames that RabbitMQ never sends: the connection ends with an error of ours, nothing is kept."""

import asyncio
import struct
from typing import Any

import aiormq
import pytest
from pamqp import commands

from broker.amqp.protocol import decode
from broker.amqp.protocol.channel import BatchChannel
from broker.amqp.protocol.lane import LaneReader
from broker.errors import BrokerUnavailable
from schemas import limits

DELIVER = decode.DELIVER + b"\x01c" + struct.pack(">QB", 7, 0) + b"\x01e\x01k"


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def header(size: int) -> bytes:
    return struct.pack(">HHQH", 60, 0, size, 0)


async def a_channel() -> BatchChannel:
    connection = aiormq.Connection("amqp://guest@127.0.0.1:1")
    connection.server_properties = {"capabilities": {"publisher_confirms": True}}
    connection.connection_tune = commands.Connection.Tune()
    return BatchChannel(connection, 1)


METHOD, HEADER, BODY = 1, 2, 3


@pytest.mark.parametrize(
    "frames",
    [
        [(METHOD, decode.DELIVER)],
        [(METHOD, DELIVER[:12])],
        [(METHOD, DELIVER[:-1])],
        [(METHOD, decode.ACK)],
        [(METHOD, decode.ACK + b"\0" * 8)],
        [(METHOD, decode.ACK + struct.pack(">QB", 2**64 - 1, 0))],
        [(METHOD, decode.RETURN + b"\x00\x01\xff")],
        [(METHOD, b"\x00")],
        [(METHOD, DELIVER), (HEADER, b"\x00\x3c")],
        [(METHOD, DELIVER), (HEADER, header(limits.LARGEST_DELIVERY + 1))],
        [(METHOD, DELIVER), (HEADER, header(3)), (BODY, b"four")],
        [(METHOD, DELIVER), (HEADER, header(3)), (HEADER, header(3))],
        [(METHOD, DELIVER), (HEADER, header(3)), (METHOD, DELIVER)],
        [(METHOD, DELIVER), (METHOD, DELIVER)],
        [(METHOD, DELIVER), (BODY, b"x")],
        [(HEADER, header(0))],
        [(BODY, b"x")],
    ],
    ids=str,
)
async def test_frames_out_of_order_or_cut_short_are_an_error_of_ours(
    frames: list[tuple[int, bytes]],
) -> None:
    channel = await a_channel()
    with pytest.raises(BrokerUnavailable, match="RabbitMQ sent"):
        for kind, payload in frames:
            channel.takes(kind, payload)
    assert not channel.arrived


async def test_confirms_of_what_was_confirmed_are_not_kept() -> None:
    channel = await a_channel()
    channel.delivery_tag = 9
    for tag in range(1, 10):
        channel.takes(METHOD, decode.ACK + struct.pack(">QB", tag, 0))
    assert not channel._confirmed_early


class Nothing:
    number = 1

    def takes(self, kind: int, payload: bytes) -> bool:
        return False

    def broken(self, why: BrokerUnavailable) -> None:
        self.why = why


@pytest.mark.parametrize("opened", [True, False], ids=["with a lane", "while connecting"])
@pytest.mark.parametrize(
    "stream",
    [
        struct.pack(">BHI", BODY, 1, 2**32 - 1),
        struct.pack(">BHI", METHOD, 0, 2**32 - 1),
        struct.pack(">BHI", BODY, 7, limits.LARGEST_FRAME + 1),
        frame(METHOD, 1, b"\x00\x3c\x00\x0b")[:-1] + b"\x00",
        frame(METHOD, 0, b"\x00"),
        frame(METHOD, 0, b"\xff\xff\xff\xff"),
        frame(METHOD, 0, b"\x00\x0a\x00\x32\x00"),
        frame(99, 65_535, b"?"),
    ],
    ids=[
        "4 GiB of a body",
        "4 GiB of a method",
        "too large",
        "no end",
        "no method",
        "an unknown method",
        "a cut method",
        "an unknown kind",
    ],
)
async def test_a_frame_that_cannot_be_ends_the_stream_and_nothing_is_kept(
    stream: bytes, opened: bool
) -> None:
    reader = LaneReader(asyncio.get_running_loop())
    lane = Nothing()
    reader.lane = lane if opened else None
    reader.feed_data(stream + b"x" * 8)
    for _ in range(100):
        reader.feed_data(b"x" * 10_000)
    held: Any = reader
    assert len(held._rest) + len(held._buffer) == 0
    with pytest.raises(ConnectionResetError, match="RabbitMQ sent"):
        await reader.readexactly(1)
    assert not opened or "RabbitMQ sent" in str(lane.why)


async def test_what_waits_for_confirms_is_told_that_the_connection_broke() -> None:
    channel = await a_channel()
    waiting = channel._all_confirmed = asyncio.get_running_loop().create_future()
    channel.broken(BrokerUnavailable("RabbitMQ sent nonsense"))
    assert channel.deaf == "RabbitMQ sent nonsense"
    assert channel.news.is_set()
    with pytest.raises(BrokerUnavailable, match="nonsense"):
        await waiting

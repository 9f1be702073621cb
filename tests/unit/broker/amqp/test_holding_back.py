"""Nothing is read while more has arrived than is taken; the connection lives meanwhile."""

import asyncio
import struct
from typing import cast

import pytest
from pamqp import commands

from broker.amqp.protocol import decode
from broker.amqp.protocol import lane as lane_module
from broker.amqp.protocol.channel import BatchChannel
from broker.amqp.old_connection import LaneConnection
from broker.amqp.old_lane import LaneReader
from schemas import limits
from tests.support.eventually import eventually_async
from tests.unit.broker.amqp.test_lane import HEARTBEAT, frame

BODY = b"x" * 100_000


class Transport:
    def __init__(self) -> None:
        self.reading = True

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return False


class Line:
    """A channel on a connection that a test writes to."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.transport = Transport()
        self.reader = LaneReader(loop)
        self.reader.transport = cast(asyncio.ReadTransport, self.transport)
        connection = LaneConnection("amqp://nowhere", "never connected")
        connection.server_properties = {"capabilities": {"publisher_confirms": True}}
        connection.connection_tune = commands.Connection.Tune(0, 131_072, 60)
        self.channel = BatchChannel(connection, 1)
        self.channel.reader = self.reader
        self.reader.lane = self.channel
        self.sent = 0

    def delivers(self) -> None:
        self.sent += 1
        deliver = decode.DELIVER + b"\x01c" + struct.pack(">QB", self.sent, 0) + b"\x01e\x01k"
        head = struct.pack(">HHQH", 60, 0, len(BODY), 0)
        self.reader.feed_data(frame(1, 1, deliver) + frame(2, 1, head) + frame(3, 1, BODY))

    def fill(self) -> None:
        while self.transport.reading:
            self.delivers()


async def test_reading_stops_at_the_budget_and_goes_on_when_half_is_taken() -> None:
    line = Line()
    line.fill()
    held = line.channel.arrived_bytes
    assert limits.ARRIVED_BYTES < held <= limits.ARRIVED_BYTES + len(BODY)
    taken = 0
    while not line.transport.reading:
        line.channel.next()
        taken += len(BODY)
    assert taken >= held - limits.ARRIVED_BYTES // 2
    assert line.channel.arrived_bytes == held - taken
    line.fill()
    assert len(line.channel.arrived) == line.sent - taken // len(BODY)


async def test_the_library_hears_that_the_connection_lives_while_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane_module, "_SIGN_OF_LIFE", 0.01)
    line = Line()
    line.fill()
    for _ in range(3):
        assert await line.reader.readexactly(len(HEARTBEAT)) == HEARTBEAT


async def test_who_leaves_reads_on_and_keeps_nothing() -> None:
    line = Line()
    line.fill()
    line.channel.leave()
    assert line.transport.reading
    line.delivers()
    assert not line.channel.arrived


async def test_an_end_while_nothing_is_read_is_the_end() -> None:
    line = Line()
    line.fill()
    line.reader.feed_eof()
    while await line.reader.read(100):
        pass
    line.channel.leave()
    await eventually_async(line.reader.at_eof)


async def test_confirms_of_what_was_not_published_are_not_kept() -> None:
    line = Line()
    for tag in range(1, 1000):
        line.reader.feed_data(frame(1, 1, decode.ACK + struct.pack(">QB", tag, 0)))
    assert not line.channel._confirmed_early


async def test_properties_count_as_bytes_that_have_arrived() -> None:
    line = Line()
    deliver = decode.DELIVER + b"\x01c" + struct.pack(">QB", 1, 0) + b"\x01e\x01k"
    head = struct.pack(">HHQH", 60, 0, 0, 1 << 7) + b"\xff" + b"m" * 255
    line.reader.feed_data(frame(1, 1, deliver) + frame(2, 1, head))
    assert line.channel.arrived_bytes == 256
    line.channel.next()
    assert line.channel.arrived_bytes == 0

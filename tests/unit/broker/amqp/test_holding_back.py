"""Nothing is read while more has arrived than is taken; the connection lives meanwhile."""

import asyncio
from typing import Final

from broker.amqp.protocol.channel import Channel
from schemas import limits
from tests.support.amqp_frames import HEARTBEAT, confirm, delivery
from tests.support.amqp_wire import Wire
from tests.support.eventually import eventually_async

BODY: Final = b"x" * 100_000


class Line:
    """A consumer whose broker sends on and on."""

    def __init__(self, wire: Wire, channel: Channel) -> None:
        self.wire = wire
        self.channel = channel
        self.found = channel.deliveries
        self.sent = 0

    @property
    def reading(self) -> bool:
        return self.wire.transport.reading

    def delivers(self) -> None:
        self.sent += 1
        self.wire.hears(delivery(self.sent, BODY, channel=self.channel.number))

    def fill(self) -> None:
        while self.reading:
            self.delivers()


async def a_line(heartbeat: float = 3600) -> Line:
    wire = Wire(heartbeat=heartbeat)
    return Line(wire, await wire.consuming())


async def test_reading_stops_at_the_budget_and_goes_on_when_half_is_taken() -> None:
    line = await a_line()
    line.fill()
    held = line.found.bytes
    assert limits.ARRIVED_BYTES < held <= limits.ARRIVED_BYTES + len(BODY)
    taken = 0
    while not line.reading:
        line.found.next()
        taken += len(BODY)
    assert taken >= held - limits.ARRIVED_BYTES // 2
    assert line.found.bytes == held - taken
    line.fill()
    assert len(line.found.arrived) == line.sent - taken // len(BODY)


async def test_the_connection_lives_while_nothing_is_read() -> None:
    line = await a_line(heartbeat=0.02)
    line.fill()
    line.wire.told()
    beats = 0

    def ten_beats() -> bool:
        nonlocal beats
        beats += sum(kind == 8 for kind, _, _ in line.wire.told())
        return beats >= 10

    await eventually_async(ten_beats)
    assert line.wire.connection.closed is None
    while not line.reading:
        line.found.next()
    # From now on silence counts again.
    await eventually_async(lambda: line.wire.connection.closed is not None)
    assert "nothing was heard" in str(line.wire.connection.closed)


async def test_who_leaves_reads_on_and_keeps_nothing() -> None:
    line = await a_line()
    line.fill()
    line.found.leave()
    assert line.reading
    line.delivers()
    assert not line.found.arrived


async def test_an_end_while_nothing_is_read_is_the_end() -> None:
    line = await a_line()
    line.fill()
    line.wire.lost()
    line.found.leave()
    assert line.channel.closed is not None
    async with asyncio.timeout(5):
        await line.wire.connection.gone.wait()


async def test_confirms_of_what_was_not_published_are_not_kept() -> None:
    line = await a_line()
    for tag in range(1, 1000):
        line.wire.hears(confirm(tag), HEARTBEAT)
    assert line.wire.connection.closed is None
    assert not line.channel.confirms._waiting


async def test_properties_count_as_bytes_that_have_arrived() -> None:
    line = await a_line()
    line.wire.hears(delivery(1, b"", flags=1 << 7, properties=b"\xff" + b"m" * 255))
    assert line.found.bytes == 256
    line.found.next()
    assert line.found.bytes == 0


async def test_one_consumer_that_leaves_does_not_read_on_for_another() -> None:
    wire = Wire()
    one, other = Line(wire, await wire.consuming()), Line(wire, await wire.consuming())
    one.fill()
    while not other.found.holding_back:
        other.delivers()  # what the network had brought already
    one.found.leave()
    assert not wire.transport.reading
    while other.found.holding_back:
        other.found.next()
    assert wire.transport.reading

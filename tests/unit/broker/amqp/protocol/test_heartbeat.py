"""Heartbeats both ways: we show that we live, and a peer that falls silent is noticed."""

import asyncio

import pytest
from pamqp.commands import Basic

from broker.errors import BrokerUnavailable
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import Wire
from tests.support.eventually import eventually_async

SHORT = 0.02


def beats(wire: Wire) -> int:
    return sum(kind == 8 for kind, _, _ in wire.told())


def beat(wire: Wire) -> None:
    """The half of a heartbeat is over."""
    assert wire.connection._tick is not None
    wire.connection._tick.cancel()
    wire.connection._beat()


async def test_a_peer_that_falls_silent_is_noticed() -> None:
    wire = Wire(heartbeat=SHORT)
    channel = await wire.channel()
    wire.reply = None
    async with asyncio.timeout(30):
        with pytest.raises(BrokerUnavailable, match=r"nothing was heard of RabbitMQ for 0\.03 s"):
            await channel.ask(Basic.Qos(), Basic.QosOk)
    assert wire.transport.over == "aborted"


async def test_after_three_halves_of_a_heartbeat_and_not_before() -> None:
    wire = Wire()
    wire.hears(frames.HEARTBEAT)
    for _ in range(3):
        beat(wire)
        assert wire.connection.closed is None
    beat(wire)
    assert wire.connection.closed is not None


@pytest.mark.parametrize("sign", [frames.HEARTBEAT, frames.delivery(1, b"x"), b"\x08"])
async def test_whatever_is_heard_is_a_sign_of_life(sign: bytes) -> None:
    wire = Wire()
    await wire.consuming()
    for _ in range(7):
        wire.hears(sign)
        beat(wire)
        beat(wire)
        assert wire.connection.closed is None


async def test_we_show_that_we_live_where_nothing_else_was_written() -> None:
    wire = Wire()
    beat(wire)
    assert beats(wire) == 0  # the handshake was written
    beat(wire)
    assert beats(wire) == 1
    wire.connection.send(1, Basic.Qos())
    beat(wire)
    assert beats(wire) == 0
    beat(wire)
    assert beats(wire) == 1


async def test_by_itself_for_as_long_as_it_is_open() -> None:
    wire = Wire(heartbeat=SHORT)
    count = 0

    def five_times() -> bool:
        nonlocal count
        count += beats(wire)
        return count >= 5

    wire.connection.pause_reading()  # silence is not what is looked at here
    await eventually_async(five_times)
    wire.connection.end(BrokerUnavailable("enough"))
    assert wire.connection._tick is not None
    assert wire.connection._tick.cancelled()


async def test_while_nothing_is_read_silence_does_not_count() -> None:
    wire = Wire()
    wire.connection.pause_reading()
    wire.connection.pause_reading()
    for _ in range(10):
        beat(wire)
    wire.connection.resume_reading()
    for _ in range(10):
        beat(wire)
    assert wire.connection.closed is None
    wire.connection.resume_reading()
    for _ in range(2):
        beat(wire)
    assert wire.connection.closed is None
    beat(wire)
    assert wire.connection.closed is not None


async def test_a_connection_that_is_over_before_it_begins_has_no_heartbeat() -> None:
    wire = Wire()
    wire.lost()
    with pytest.raises(BrokerUnavailable):
        wire.connection.agreed(131_072, 1, SHORT)
    assert wire.connection._tick is not None
    assert wire.connection._tick.cancelled()

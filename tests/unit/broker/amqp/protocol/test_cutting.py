"""Frames are taken out of the stream however it is cut, and each goes where it belongs."""

import asyncio
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from pamqp.commands import Basic

from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connection import Connection
from broker.messaging.messages import Incoming
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import Transport, Wire

LARGE = bytes(range(256)) * 4

ARRIVING = {
    "delivery": frames.delivery(1, b"body \xce inside", properties=b"\x02id", flags=1 << 7),
    "empty": frames.delivery(2, b""),
    "in many frames": frames.delivery(3, LARGE, most=100),
    "another channel's": frames.delivery(1, b"another's", channel=2, redelivered=True),
    "confirm": frames.confirm(1, channel=2),
    "heartbeat": frames.HEARTBEAT,
    "blocked": frames.frame(1, 0, b"\x00\x0a\x00\x3c" + frames.short(b"low on memory")),
    "unblocked": frames.frame(1, 0, b"\x00\x0a\x00\x3d"),
}
INSIDE = {
    "delivery": (1, b"body \xce inside", "id", False),
    "empty": (1, b"", None, False),
    "in many frames": (1, LARGE, None, False),
    "another channel's": (2, b"another's", None, True),
}


def seen(number: int, one: Incoming) -> tuple[int, bytes, str | None, bool]:
    assert (one.exchange, one.routing_key) == ("e", "k")
    return number, one.body, one.properties.message_id, one.redelivered


def pieces(stream: bytes, sizes: list[int]) -> list[bytes]:
    """Of the sizes given, over and over."""
    found, nth = [], 0
    while stream:
        size = sizes[nth % len(sizes)]
        found.append(stream[:size])
        stream, nth = stream[size:], nth + 1
    return found


async def heard(kinds: list[str], sizes: list[int]) -> None:
    wire = Wire()
    channels = [await wire.consuming(), await wire.consuming()]
    blocked: list[str | None] = []
    wire.connection.on_change.append(lambda: blocked.append(wire.connection.blocked))
    wire.hears(*pieces(b"".join(ARRIVING[kind] for kind in kinds), sizes))
    assert wire.connection.closed is None
    assert not wire.connection._parts
    for channel in channels:
        found = [seen(channel.number, one) for one in channel.deliveries.arrived]
        wanted = [INSIDE[kind] for kind in kinds if kind in INSIDE]
        assert found == [one for one in wanted if one[0] == channel.number]
    changes = [kind for kind in kinds if kind in ("blocked", "unblocked")]
    alarm = "memory or disk alarm (low on memory)"
    assert blocked == [alarm if kind == "blocked" else None for kind in changes]


kinds = st.lists(st.sampled_from(list(ARRIVING)), min_size=1, max_size=12)


@given(kinds, st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_however_the_stream_is_cut_each_frame_goes_where_it_belongs(
    kinds: list[str], sizes: list[int]
) -> None:
    asyncio.run(heard(kinds, sizes))


async def test_byte_by_byte_and_all_at_once_are_the_same() -> None:
    everything = [*ARRIVING, *reversed(ARRIVING)]
    for size in (1, 2, 3, 7, 8, 9, 10**6):
        await heard(everything, [size])


async def test_an_answer_goes_to_who_asked_however_it_is_cut() -> None:
    wire = Wire()
    channel = await wire.channel()
    wire.reply = None
    answer = frames.method(Basic.QosOk(), channel.number)
    for place in range(1, len(answer)):
        asking = asyncio.ensure_future(channel.ask(Basic.Qos(), Basic.QosOk))
        await asyncio.sleep(0)
        wire.hears(answer[:place])
        await asyncio.sleep(0)
        assert not asking.done()
        wire.hears(answer[place:])
        assert isinstance(await asking, Basic.QosOk)


def greeted(*data: bytes) -> Connection:
    connection = Connection()
    connection.connection_made(cast(asyncio.BaseTransport, Transport()))
    for each in data:
        connection.data_received(each)
    return connection


async def test_another_version_of_the_protocol_is_named_as_such() -> None:
    for cut in range(1, 8):
        greeting = b"AMQP\x00\x00\x09\x01"
        connection = greeted(greeting[:cut], greeting[cut:])
        assert "another version of AMQP" in str(connection.closed)


async def test_what_comes_after_the_end_is_not_looked_at() -> None:
    wire = Wire()
    channel = await wire.consuming()
    wire.connection.data_received(b"\xff" * 20)
    first = wire.connection.closed
    assert first is not None
    for data in (frames.delivery(1, b"late"), b"\x01", b"\xff" * 20):
        wire.connection.data_received(data)
    assert wire.connection.closed is first
    assert not wire.connection._parts
    assert not channel.deliveries.arrived


async def test_a_frame_that_never_ends_is_kept_in_what_was_agreed_on_at_most() -> None:
    wire = Wire()
    await wire.consuming()
    begun = frames.frame(3, 1, b"x" * (131_072 - 8))[:-1]
    for piece in pieces(begun, [1000]):
        wire.hears(piece)
    assert wire.connection.closed is None
    assert sum(map(len, wire.connection._parts)) == len(begun)
    assert isinstance(wire.connection.channels[1], Channel)

"""What is written: publishes as the reference library writes them, and no more than is read."""

import asyncio

import pamqp.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import base, body, commands, header
from pamqp.commands import Basic

from broker.amqp.protocol.encode import any_publish_frames, publish_frames
from broker.errors import BrokerUnavailable
from broker.messaging.messages import Outgoing
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import FRAME_MAX, Reply, Wire, agreeable

names = st.text(max_size=60)
outgoing = st.builds(
    Outgoing,
    exchange=st.sampled_from(["", "e", "complaints.events"]),
    routing_key=names,
    body=st.binary(max_size=300),
    message_id=names,
    type=st.none() | names,
    content_type=st.none() | names,
    headers=st.dictionaries(names, names, max_size=3),
    mandatory=st.booleans(),
    correlation_id=st.none() | names,
)


def as_the_library(message: Outgoing, channel: int, frame_max: int) -> bytes:
    properties = Basic.Properties(
        content_type=message.content_type,
        headers=dict(message.headers) or None,
        delivery_mode=2,
        correlation_id=message.correlation_id,
        message_id=message.message_id,
        message_type=message.type,
    )
    publish = Basic.Publish(0, message.exchange, message.routing_key, message.mandatory, False)
    parts = [
        pamqp.frame.marshal(publish, channel),
        pamqp.frame.marshal(header.ContentHeader(0, len(message.body), properties), channel),
    ]
    most = frame_max - 8
    for start in range(0, len(message.body), most):
        part = message.body[start : start + most]
        parts.append(pamqp.frame.marshal(body.ContentBody(part), channel))
    return b"".join(parts)


def properties_of(one: tuple[int, int, bytes]) -> list[object]:
    read = frames.unmarshalled(*one)
    assert isinstance(read, header.ContentHeader)
    properties = read.properties
    return [read.body_size, *(getattr(properties, name) or None for name in properties.__slots__)]


@given(outgoing, st.integers(1, 65_535))
def test_a_publish_is_written_as_the_library_writes_it(message: Outgoing, channel: int) -> None:
    wanted = frames.split(as_the_library(message, channel, FRAME_MAX))[0]
    found, rest = frames.split(publish_frames(message, channel, FRAME_MAX))
    assert not rest
    assert [one[:2] for one in found] == [one[:2] for one in wanted]
    assert found[0] == wanted[0]
    assert found[2:] == wanted[2:]
    # The library leaves out what is empty; what either says is read the same.
    assert properties_of(found[1]) == properties_of(wanted[1])


@given(st.binary(max_size=5000), st.integers(4096, 4200))
def test_a_body_is_cut_into_frames_of_what_was_agreed_on(content: bytes, frame_max: int) -> None:
    message = Outgoing("e", "k", content * 3, "id")
    properties = Basic.Properties(message_id="id", delivery_mode=2)
    for written in (
        publish_frames(message, 1, frame_max),
        any_publish_frames("e", "k", message.body, properties, 1, frame_max),
    ):
        found, rest = frames.split(written)
        assert not rest
        assert all(len(payload) + 8 <= frame_max for _, _, payload in found)
        assert b"".join(payload for kind, _, payload in found if kind == 3) == message.body


def test_headers_that_fit_into_no_frame_are_refused() -> None:
    properties = Basic.Properties(headers={"h": "x" * 5000})
    with pytest.raises(ValueError, match="headers larger than a frame"):
        any_publish_frames("e", "k", b"", properties, 1, 4096)


def test_names_that_fit_into_no_frame_are_refused() -> None:
    with pytest.raises(ValueError, match="255 bytes"):
        any_publish_frames("e" * 256, "k", b"", Basic.Properties(), 1, 4096)


def confirming(wire: Wire) -> Reply:
    """Takes each publish, and confirms all of them after the last of three."""
    count = 0

    def reply(channel: int, asked: base.Frame) -> bytes:
        nonlocal count
        if isinstance(asked, Basic.Publish):
            count += 1
            return frames.confirm(count, channel=channel, multiple=True) if count == 3 else b""
        return agreeable(channel, asked)

    wire.reply = reply
    return reply


def batch(channel: int) -> tuple[list[bytes], list[str]]:
    ids = ["a", "b", "c"]
    return [publish_frames(Outgoing("e", "k", b"x", one), channel, FRAME_MAX) for one in ids], ids


async def test_a_batch_is_one_write() -> None:
    wire = Wire()
    confirming(wire)
    channel = await wire.channel(confirms=True)
    writes: list[bytes] = []
    answers = wire.transport.on_write

    def on_write(data: bytes) -> None:
        writes.append(data)
        answers(data)

    wire.transport.on_write = on_write
    assert await channel.publish(*batch(1)) == {}
    assert writes == [b"".join(batch(1)[0])]


async def test_where_the_network_is_full_nothing_is_written_until_it_has_room() -> None:
    wire = Wire()
    confirming(wire)
    publishing = await wire.channel(confirms=True)
    taking = await wire.consuming()
    wire.told()
    wire.connection.pause_writing()
    waiting = [
        asyncio.ensure_future(publishing.publish(*batch(1))),
        asyncio.ensure_future(taking.acknowledge(7)),
        asyncio.ensure_future(taking.ask(Basic.Qos(), Basic.QosOk)),
    ]
    await asyncio.sleep(0.01)
    assert wire.told() == []
    wire.connection.resume_writing()
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    told = [method.name for _, method in wire.asked()]
    assert told == ["Basic.Publish"] * 3 + ["Basic.Ack", "Basic.Qos"]


async def test_who_waits_for_room_hears_of_the_end() -> None:
    wire = Wire()
    channel = await wire.channel(confirms=True)
    wire.connection.pause_writing()
    waiting = asyncio.ensure_future(channel.publish(*batch(1)))
    await asyncio.sleep(0)
    wire.lost()
    with pytest.raises(BrokerUnavailable):
        await waiting


async def test_who_gives_up_waiting_for_room_has_published_nothing() -> None:
    wire = Wire()
    confirming(wire)
    channel = await wire.channel(confirms=True)
    wire.told()
    wire.connection.pause_writing()
    waiting = asyncio.ensure_future(channel.publish(*batch(1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    wire.connection.resume_writing()
    assert wire.told() == []
    assert await channel.publish(*batch(1)) == {}


async def test_nothing_is_written_after_the_end() -> None:
    wire = Wire()
    channel = await wire.channel(confirms=True)
    wire.told()
    wire.connection.end(BrokerUnavailable("over"))
    wire.connection.end(BrokerUnavailable("over again"))
    wire.connection.write(b"x")
    wire.connection.pause_reading()
    wire.connection.resume_reading()
    channel.give_up()
    for work in (channel.publish(*batch(1)), channel.acknowledge(1), channel.consume("q", 1)):
        with pytest.raises(BrokerUnavailable, match=r"^over$"):
            await work
    assert wire.transport.written == b""


@pytest.mark.parametrize("multiple", [True, False])
async def test_an_acknowledgement_is_written_as_the_library_writes_it(multiple: bool) -> None:
    wire = Wire()
    channel = await wire.consuming()
    wire.told()
    await channel.acknowledge(2**40, multiple=multiple)
    [(number, acknowledged)] = wire.asked()
    assert isinstance(acknowledged, Basic.Ack)
    assert (number, acknowledged.delivery_tag, acknowledged.multiple) == (1, 2**40, multiple)


async def test_a_close_of_the_connection_is_answered_and_told() -> None:
    wire = Wire()
    channel = await wire.channel()
    wire.reply = None
    waiting = asyncio.ensure_future(channel.ask(Basic.Qos(), Basic.QosOk))
    await asyncio.sleep(0)
    wire.told()
    closed = commands.Connection.Close(320, "CONNECTION_FORCED - bye", 0, 0)
    wire.hears(frames.method(closed, 0) + frames.delivery(1, b"after it"))
    assert [method.name for _, method in wire.asked()] == ["Connection.CloseOk"]
    assert wire.transport.over == "closed"  # what is written goes out
    with pytest.raises(BrokerUnavailable, match="CONNECTION_FORCED - bye"):
        await waiting


async def test_a_method_of_the_connection_that_nobody_asked_for_ends_it() -> None:
    wire = Wire()
    wire.hears(frames.method(commands.Connection.Tune(1, 131_072, 1), 0))
    assert "Connection.Tune, which nobody asked for" in str(wire.connection.closed)

"""One channel: what is asked, given up, refused and consumed, in any order."""

import asyncio
import gc
import struct

import pytest
from pamqp import base, commands
from pamqp.commands import Basic

from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.line import ChannelClosed
from broker.errors import BrokerUnavailable
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import Wire, agreeable
from tests.unit.broker.amqp.protocol.asking import (
    CLOSE_OK,
    asks,
    give_up,
    refusing,
    said,
    turns,
)


class TestQuestions:
    async def test_the_late_answer_to_one_that_was_given_up_is_not_the_next_ones(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.reply = None
        given_up = asks(channel, 1)
        await turns()
        await give_up(given_up)
        declared = commands.Queue.DeclareOk("q", 7, 0)
        asking = asyncio.ensure_future(
            channel.ask(commands.Queue.Declare(queue="q"), commands.Queue.DeclareOk)
        )
        await turns()
        wire.hears(frames.method(Basic.QosOk(), 1))
        await turns()
        assert not asking.done()
        wire.hears(frames.method(declared, 1))
        assert (await asking).message_count == 7

    async def test_one_that_is_given_up_as_its_answer_arrives_takes_no_other(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.reply = None
        for answer_first in (True, False):
            asking = asks(channel, 1)
            await turns()
            for step in (0, 1) if answer_first else (1, 0):
                if step == 0:
                    wire.hears(frames.method(Basic.QosOk(), 1))
                else:
                    asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert wire.connection.closed is None
            wire.reply = agreeable
            async with asyncio.timeout(5):
                await channel.ask(Basic.Qos(), Basic.QosOk)
            wire.reply = None

    async def test_one_that_was_given_up_before_it_was_sent_is_not_sent(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.told()
        wire.connection.pause_writing()
        asking = asks(channel, 1)
        await turns()
        await give_up(asking)
        wire.connection.resume_writing()
        await asks(channel, 2)
        assert [method.prefetch_count for _, method in wire.asked()] == [2]  # type: ignore[attr-defined]

    async def test_they_are_asked_one_after_the_other(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.told()
        wire.reply = None
        both = [asks(channel, 1), asks(channel, 2)]
        await turns()
        assert len(wire.asked()) == 1
        wire.hears(frames.method(Basic.QosOk(), 1))
        await turns()
        assert len(wire.asked()) == 1
        wire.hears(frames.method(Basic.QosOk(), 1))
        await asyncio.gather(*both)

    @pytest.mark.parametrize("code", [403, 404, 405, 406])
    async def test_a_refusal_closes_the_channel_and_no_other(self, code: int) -> None:
        wire = Wire()
        channel, other = await wire.channel(), await wire.channel()
        wire.reply = refusing(code)
        with pytest.raises(ChannelClosed, match="REFUSED") as raised:
            await asks(channel, 1)
        assert raised.value.code == code
        with pytest.raises(ChannelClosed):
            await asks(channel, 1)
        wire.reply = agreeable
        await asks(other, 1)
        assert (1, "Channel.CloseOk") in said(wire)
        # Its number is free again.
        assert (await wire.channel()).number == 1

    async def test_the_wrong_answer_ends_the_connection(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.reply = lambda number, _: frames.method(Basic.ConsumeOk("c"), number)
        with pytest.raises(BrokerUnavailable, match=r"answered with Basic\.ConsumeOk"):
            await asks(channel, 1)
        assert "ConsumeOk where QosOk was due" in str(wire.connection.closed)

    async def test_the_wrong_answer_to_one_that_was_given_up_does_too(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.reply = None
        asking = asks(channel, 1)
        await turns()
        await give_up(asking)
        wire.hears(frames.method(Basic.ConsumeOk("c"), 1))
        assert wire.connection.closed is not None

    @pytest.mark.parametrize("answer", [Basic.QosOk(), Basic.CancelOk("c"), CLOSE_OK])
    async def test_an_answer_to_nothing_ends_the_connection(self, answer: base.Frame) -> None:
        wire = Wire()
        await wire.channel()
        wire.hears(frames.method(answer, 1))
        assert "which nobody asked for" in str(wire.connection.closed)

    async def test_all_who_wait_are_told_when_the_connection_is_gone(self) -> None:
        wire = Wire()
        channel, other = await wire.channel(), await wire.channel(confirms=True)
        wire.reply = None
        waiting = [asks(channel, 1), asks(channel, 2), asks(other, 1)]
        publishing = asyncio.ensure_future(other.publish([b""], ["one"]))
        opening = asyncio.ensure_future(wire.channel())
        await turns()
        wire.lost(OSError("pulled out"))
        for task in (*waiting, publishing, opening):
            with pytest.raises(BrokerUnavailable, match="pulled out"):
                await task
        assert not wire.connection.channels


class TestConsuming:
    async def test_a_consumer_that_is_cancelled_is_deaf(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        wire.hears(frames.method(Basic.Cancel("c", True), 1))
        assert "was the queue deleted" in str(channel.deaf)
        assert channel.deliveries.news.is_set()
        assert channel.closed is None

    async def test_bodies_in_many_frames_between_those_of_other_channels(self) -> None:
        wire = Wire()
        channels = [await wire.consuming(), await wire.consuming()]
        bodies = [b"one" * 1000, b"other" * 1000]
        parts = [
            frames.split(frames.delivery(1, body, channel=channel.number, most=7))[0]
            for channel, body in zip(channels, bodies, strict=True)
        ]
        for pair in zip(*parts, strict=False):
            wire.hears(*(frames.frame(*one) for one in pair))
        longer = parts[1][len(parts[0]) :]
        wire.hears(*(frames.frame(*one) for one in longer))
        assert [channel.deliveries.next().body for channel in channels] == bodies

    async def test_an_empty_frame_amid_a_body_is_nothing(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        told, head, body = frames.split(frames.delivery(1, b"hello"))[0]
        empty = frames.frame(3, 1, b"")
        wire.hears(frames.frame(*told), frames.frame(*head), empty, frames.frame(*body))
        assert channel.deliveries.next().body == b"hello"

    async def test_routes_are_remembered_up_to_a_number(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        for nth in range(5000):
            wire.hears(frames.delivery(nth, b"", key=b"%d" % nth))
            assert channel.deliveries.next().routing_key == str(nth)
        assert len(channel._routes.known) <= 4096

    async def test_one_that_is_fetched_arrives_like_any_other(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        got = b"\x00\x3c\x00\x47" + struct.pack(">QB", 9, 1) + b"\x01e\x01k" + b"\x00\x00\x00\x00"
        answer = frames.frame(1, 1, got) + frames.content(b"fetched", 1)
        wire.reply = lambda number, _: answer
        assert await channel.get("q")
        one = channel.deliveries.next()
        assert (one.body, one.tag, one.redelivered) == (b"fetched", 9, True)
        wire.reply = lambda number, _: frames.method(Basic.GetEmpty(), number)
        assert not await channel.get("q")
        wire.hears(frames.frame(1, 1, got[:10]))
        assert "cut short" in str(wire.connection.closed)

    async def test_flow_is_answered(self) -> None:
        wire = Wire()
        await wire.channel()
        wire.told()
        wire.hears(frames.method(commands.Channel.Flow(True), 1))
        assert said(wire) == [(1, "Channel.FlowOk")]

    async def test_who_waits_for_news_hears_of_a_delivery_and_of_the_end(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        waiting = asyncio.ensure_future(channel.deliveries.wait())
        await turns()
        assert not waiting.done()
        wire.hears(frames.delivery(1, b"x"))
        await waiting
        await channel.deliveries.wait()
        channel.deliveries.next()
        waiting = asyncio.ensure_future(channel.deliveries.wait())
        await turns()
        wire.lost()
        await waiting


async def test_nobody_hears_of_failures_that_nobody_waits_for() -> None:
    said: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: said.append(what))
    wire = Wire()
    channel = await wire.channel(confirms=True)
    wire.reply = None
    asking, publishing = asks(channel, 1), asyncio.ensure_future(channel.publish([b""], ["one"]))
    await turns()
    wire.lost()
    for task in (asking, publishing):
        task.cancel()  # as the failure arrives
        with pytest.raises((asyncio.CancelledError, BrokerUnavailable)):
            await task
    del wire, channel, asking, publishing, task
    gc.collect()
    assert not said


async def test_a_fault_of_ours_ends_the_connection_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(self: Channel, kind: int, payload: bytes) -> None:
        raise ZeroDivisionError

    wire = Wire()
    channel = await wire.channel()
    wire.reply = None
    asking = asks(channel, 1)
    await turns()
    monkeypatch.setattr(Channel, "frame", fails)
    wire.hears(frames.delivery(1, b"x"))
    with pytest.raises(BrokerUnavailable, match=r"was not read \(ZeroDivisionError\)"):
        await asking
    assert isinstance(wire.connection, Connection)
    assert wire.transport.over == "aborted"

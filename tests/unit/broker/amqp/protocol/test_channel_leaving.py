"""A channel that is given up, refused or closed, in any order."""

import asyncio

import pytest
from pamqp import commands
from pamqp.commands import Basic

from broker.amqp.protocol import channel as channel_module
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.line import ChannelClosed
from broker.errors import BrokerUnavailable
from schemas import limits
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import Wire, agreeable
from tests.unit.broker.amqp.protocol.asking import (
    CLOSE_OK,
    asks,
    give_up,
    refusal,
    refusing,
    said,
    turns,
)


class TestLeaving:
    async def test_in_good_order(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        wire.hears(frames.delivery(1, b"never taken"))
        await channel.close()
        assert said(wire)[-1] == (1, "Channel.Close")
        assert not channel.deliveries.arrived
        assert not wire.connection.channels
        await channel.close()
        channel.give_up()
        assert said(wire) == []
        with pytest.raises(BrokerUnavailable, match="the channel was closed"):
            await asks(channel, 1)

    async def test_deliveries_that_were_on_their_way_are_let_go(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        wire.reply = None
        leaving = asyncio.ensure_future(channel.close())
        await turns()
        wire.hears(frames.delivery(1, b"late"), frames.method(CLOSE_OK, 1))
        await leaving
        assert wire.connection.closed is None
        assert not channel.deliveries.arrived

    async def test_given_up_its_number_is_used_again_after_the_answer_only(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        wire.reply = None
        channel.give_up()
        wire.hears(frames.delivery(1, b"late"), frames.method(Basic.QosOk(), 1), frames.confirm(1))
        assert wire.connection.closed is None
        assert wire.connection.channels == {1: channel}
        wire.hears(frames.method(CLOSE_OK, 1))
        assert not wire.connection.channels

    async def test_given_up_while_it_opens(self) -> None:
        wire = Wire()
        wire.reply = None
        opening = asyncio.ensure_future(wire.channel(confirms=True))
        await turns()
        await give_up(opening)
        assert said(wire) == [(1, "Channel.Open"), (1, "Channel.Close")]
        wire.hears(frames.method(commands.Channel.OpenOk(), 1))
        assert 1 in wire.connection.channels
        wire.hears(frames.method(CLOSE_OK, 1))
        assert not wire.connection.channels
        wire.reply = agreeable
        assert (await wire.channel()).number == 1

    async def test_given_up_before_it_was_begun_nothing_is_said_of_it(self) -> None:
        wire = Wire()
        wire.connection.pause_writing()
        opening = asyncio.ensure_future(wire.channel())
        await turns()
        await give_up(opening)
        assert said(wire) == []
        assert not wire.connection.channels

    async def test_given_up_while_it_closes_it_is_closed_once(self) -> None:
        """A second channel.close would be an error that costs the connection."""
        wire = Wire()
        channel = await wire.channel()
        wire.told()
        wire.reply = None
        closing = asyncio.ensure_future(channel.close())
        await turns()
        await give_up(closing)
        channel.give_up()
        await channel.close()
        assert said(wire) == [(1, "Channel.Close")]
        wire.hears(frames.method(CLOSE_OK, 1))
        assert not wire.connection.channels

    async def test_given_up_as_the_close_is_answered_it_is_forgotten(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.reply = None
        closing = asyncio.ensure_future(channel.close())
        await turns()
        wire.hears(frames.method(CLOSE_OK, 1))
        await give_up(closing)
        assert not wire.connection.channels

    @pytest.mark.parametrize("waits", [True, False])
    async def test_closes_that_cross(self, waits: bool) -> None:
        """RabbitMQ closes it too, and answers ours all the same."""
        wire = Wire()
        channel = await wire.channel()
        wire.told()
        wire.reply = None
        if waits:
            closing = asyncio.ensure_future(channel.close())
            await turns()
        else:
            channel.give_up()
        wire.hears(refusal(404, 1, "no exchange"))
        assert said(wire) == [(1, "Channel.Close"), (1, "Channel.CloseOk")]
        if waits:
            with pytest.raises(ChannelClosed, match="no exchange"):
                await closing
        assert 1 in wire.connection.channels
        wire.hears(frames.method(CLOSE_OK, 1))
        assert wire.connection.closed is None
        assert not wire.connection.channels

    async def test_a_refusal_while_opening_leaves_nothing(self) -> None:
        wire = Wire()
        wire.reply = refusing(504)
        with pytest.raises(ChannelClosed):
            await wire.channel()
        assert not wire.connection.channels

    async def test_who_gives_up_a_consumer_that_holds_back_reads_on(self) -> None:
        for leave in (Channel.give_up, Channel.close):
            wire = Wire()
            channel = await wire.consuming()
            body = b"x" * 100_000
            while wire.transport.reading:
                wire.hears(frames.delivery(1, body))
            if (waiting := leave(channel)) is not None:
                await waiting
            assert wire.transport.reading

    async def test_who_closes_a_consumer_that_was_refused_while_it_held_back_reads_on(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        body = b"x" * 1_000_000
        held = b"".join(
            frames.delivery(tag, body, most=100_000)
            for tag in range(1, limits.ARRIVED_BYTES // len(body) + 2)
        )
        wire.hears(held + refusal(406, 1))
        assert not wire.transport.reading
        await channel.close()
        assert wire.transport.reading

    async def test_the_numbers_of_channels_end(self) -> None:
        wire = Wire()
        wire.connection.agreed(131_072, 2, 3600)
        await wire.channel()
        last = await wire.channel()
        with pytest.raises(BrokerUnavailable, match="allows 2 channels"):
            await wire.channel()
        await last.close()
        assert (await wire.channel()).number == 2

    async def test_none_is_opened_on_a_connection_that_is_gone(self) -> None:
        wire = Wire()
        wire.lost()
        with pytest.raises(BrokerUnavailable, match="RabbitMQ closed it"):
            await wire.channel()
        assert not wire.connection.channels


class TestLastAcknowledgements:
    """A channel keeps back acknowledgements from a quorum queue, and forgets them at its end."""

    async def test_after_many_of_them_the_queue_is_asked_before_the_channel_is_closed(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        for tag in range(1, 18):
            await channel.acknowledge(tag)
        await channel.close()
        assert said(wire)[-2:] == [(1, "Basic.Cancel"), (1, "Channel.Close")]

    async def test_after_few_it_is_not(self) -> None:
        wire = Wire()
        channel = await wire.consuming()
        for tag in range(1, 17):
            await channel.acknowledge(tag)
        await channel.close()
        assert (1, "Basic.Cancel") not in said(wire)

    async def test_where_nothing_is_consumed_any_more_they_are_given_a_moment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(channel_module, "_A_MOMENT", 0.0)
        wire = Wire()
        channel = await wire.consuming()
        await channel.ask(Basic.Cancel("c"), Basic.CancelOk)
        for tag in range(1, 18):
            await channel.acknowledge(tag)
        await channel.close()
        assert said(wire)[-2:] == [(1, "Basic.Ack"), (1, "Channel.Close")]

    async def test_nothing_is_asked_of_a_channel_that_is_being_closed(self) -> None:
        wire = Wire()
        channel = await wire.channel()
        wire.reply = None
        closing = asyncio.ensure_future(channel.close())
        await turns()
        await give_up(closing)
        for work in (asks(channel, 1), channel.acknowledge(1), channel.publish([b""], ["one"])):
            with pytest.raises(BrokerUnavailable, match="is being closed"):
                await work

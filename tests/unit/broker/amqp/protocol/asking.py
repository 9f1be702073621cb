"""What the tests of channels do to one."""

import asyncio

import pytest
from pamqp import commands
from pamqp.commands import Basic

from broker.amqp.protocol.channel import Channel
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import Reply, Wire

CLOSE_OK = commands.Channel.CloseOk()


async def turns(count: int = 3) -> None:
    """Let others run."""
    for _ in range(count):
        await asyncio.sleep(0)


def refusal(code: int, channel: int, text: str = "REFUSED") -> bytes:
    return frames.method(commands.Channel.Close(code, text, 0, 0), channel)


def refusing(code: int) -> Reply:
    return lambda channel, asked: (
        b"" if isinstance(asked, commands.Channel.CloseOk) else refusal(code, channel)
    )


def said(wire: Wire) -> list[tuple[int, str]]:
    return [(channel, method.name) for channel, method in wire.asked()]


async def give_up(task: "asyncio.Task[object]") -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def asks(channel: Channel, count: int) -> "asyncio.Task[object]":
    return asyncio.ensure_future(channel.ask(Basic.Qos(prefetch_count=count), Basic.QosOk))

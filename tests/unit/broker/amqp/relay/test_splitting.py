"""Frames come out whole, however the bytes were cut."""

import pamqp.frame
import pytest
from pamqp import commands

from broker.amqp.relay.splitting import GREETING, METHOD, Frames

HELLO = b"AMQP\x00\x00\x09\x01"
QOS = pamqp.frame.marshal(commands.Basic.Qos(prefetch_count=10), 3)
HEARTBEAT = b"\x08\x00\x00\x00\x00\x00\x00\xce"


@pytest.mark.parametrize("size", [1, 3, 7, 8, 19, 100])
def test_every_frame_comes_out_once_and_as_it_was(size: int) -> None:
    bytes_ = HELLO + QOS + HEARTBEAT + QOS
    frames = Frames(greeted=False)
    found = [
        frame
        for start in range(0, len(bytes_), size)
        for frame in frames.of(bytes_[start : start + size])
    ]
    assert [frame.raw for frame in found] == [HELLO, QOS, HEARTBEAT, QOS]
    assert [(frame.kind, frame.channel) for frame in found] == [
        (GREETING, 0),
        (METHOD, 3),
        (8, 0),
        (METHOD, 3),
    ]


def test_rabbitmq_begins_without_a_greeting() -> None:
    [frame] = Frames(greeted=True).of(QOS)
    assert frame.payload == QOS[7:-1]

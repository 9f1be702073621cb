"""Deliveries and confirms are taken out of the stream, however it is cut; the rest passes."""

import asyncio
import struct

from hypothesis import given
from hypothesis import strategies as st

from broker.amqp.protocol import decode
from broker.amqp.old_lane import LaneReader
from broker.errors import BrokerUnavailable

HEARTBEAT = b"\x08\x00\x00\x00\x00\x00\x00\xce"
QOS_OK = b"\x01\x00\x01\x00\x00\x00\x04\x00\x3c\x00\x0b\xce"


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


class Everything:
    """A lane that takes every content frame and every deliver of its channel."""

    number = 1

    def __init__(self) -> None:
        self.taken: list[tuple[int, bytes]] = []

    def takes(self, kind: int, payload: bytes) -> bool:
        if kind == 1 and payload[:4] != decode.DELIVER:
            return False
        self.taken.append((kind, payload))
        return True

    def broken(self, why: BrokerUnavailable) -> None:
        raise why


@given(
    st.lists(
        st.sampled_from(["deliver", "body", "heartbeat", "qos", "other"]), min_size=1, max_size=12
    ),
    st.lists(st.integers(1, 40), min_size=1, max_size=30),
)
def test_however_the_stream_is_cut_each_frame_goes_where_it_belongs(
    kinds: list[str], cuts: list[int]
) -> None:
    frames = {
        "deliver": frame(1, 1, decode.DELIVER + b"\x01c" + b"\0" * 9 + b"\x01e\x01k"),
        "body": frame(3, 1, b"body \xce inside"),
        "heartbeat": HEARTBEAT,
        "qos": QOS_OK,
        "other": frame(3, 2, b"another channel's"),
    }
    stream = b"".join(frames[kind] for kind in kinds)
    lane = Everything()
    with asyncio.Runner() as runner:
        reader = LaneReader(runner.get_loop())
        reader.lane = lane
        place = 0
        for cut in cuts:
            reader.feed_data(stream[place : place + cut])
            place += cut
        if place < len(stream):
            reader.feed_data(stream[place:])
        reader.feed_eof()
        passed = runner.run(reader.read())
    ours = [kind for kind in kinds if kind in ("deliver", "body")]
    assert len(lane.taken) == len(ours)
    others = b"".join(frames[kind] for kind in kinds if kind not in ("deliver", "body"))
    # While only the lane has news, the library is given a sign of life.
    assert passed.replace(HEARTBEAT, b"") == others.replace(HEARTBEAT, b"")


def test_before_there_is_a_lane_everything_passes() -> None:
    with asyncio.Runner() as runner:
        reader = LaneReader(runner.get_loop())
        reader.feed_data(b"AMQP\x00\x00\x09\x01")
        reader.feed_eof()
        assert runner.run(reader.read()) == b"AMQP\x00\x00\x09\x01"


def test_a_delivery_is_parsed() -> None:
    payload = decode.DELIVER + b"\x04ctag" + struct.pack(">QB", 7, 1) + b"\x02ex\x03key"
    assert decode.delivery(payload) == (7, True, "ex", "key")


def test_all_properties_are_parsed() -> None:
    table = b"\x01aS\x00\x00\x00\x01x"
    values = (
        b"\x01c\x01e"
        + struct.pack(">I", len(table))
        + table
        + b"\x02\x05\x01o\x01r\x01x\x01m"
        + struct.pack(">Q", 2**64 - 1)
        + b"\x01t\x01u\x01a\x01z"
    )
    size, found = decode.content_header(struct.pack(">HHQH", 60, 0, 9, 0xFFFC) + values)
    assert size == 9
    assert (found.content_type, found.content_encoding, found.headers) == ("c", "e", {"a": "x"})
    assert (found.delivery_mode, found.priority) == (2, 5)
    assert (found.correlation_id, found.reply_to, found.expiration) == ("o", "r", "x")
    assert (found.message_id, found.timestamp, found.type) == ("m", 2**64 - 1, "t")
    assert (found.user_id, found.app_id) == ("u", "a")


def test_what_is_not_utf8_is_read_with_replacements() -> None:
    _, found = decode.content_header(struct.pack(">HHQH", 60, 0, 0, 1 << 7) + b"\x02\xff\xfe")
    assert found.message_id == "\ufffd\ufffd"


@given(st.integers(0, 0xFFFE), st.binary(max_size=80))
def test_whatever_stands_in_the_properties_nothing_raises(flags: int, values: bytes) -> None:
    size, _ = decode.content_header(struct.pack(">HHQH", 60, 0, 3, flags) + values)
    assert size == 3

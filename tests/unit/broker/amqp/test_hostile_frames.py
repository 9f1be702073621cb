"""Whatever a broker sends that no RabbitMQ would, the session ends with an error of ours."""

import asyncio
import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.amqp.protocol import decode
from broker.amqp.protocol.decode import BadFrame
from broker.amqp.session import RabbitBroker
from broker.errors import BrokerUnavailable
from schemas import limits
from tests.support.amqp_frames import delivery as a_delivery
from tests.support.amqp_frames import frame
from tests.unit.broker.amqp.hostile_server import Server, serving

DELIVER = decode.DELIVER + b"\x01c" + struct.pack(">QB", 1, 0) + b"\x01e\x01k"
HEAD = struct.pack(">HHQH", 60, 0, 5, 0)
METHOD = frame(1, 1, DELIVER)
HEADER = frame(2, 1, HEAD)

HOSTILE = {
    "a frame of 4 GiB": struct.pack(">BHI", 3, 1, 2**32 - 1) + b"x" * 1000,
    "a frame larger than was agreed on": struct.pack(">BHI", 3, 1, 131_072) + b"x",
    "a frame of 4 GiB on another channel": struct.pack(">BHI", 1, 0, 2**32 - 1) + b"x" * 1000,
    "a frame without its end": frame(1, 1, DELIVER)[:-1] + b"\x00",
    "an empty method": frame(1, 1, b""),
    "a method of two bytes": frame(1, 1, b"\x00\x3c"),
    "an unknown method": frame(1, 1, b"\xff\xff\xff\xff"),
    "a delivery without anything": frame(1, 1, decode.DELIVER),
    "a delivery cut short": frame(1, 1, DELIVER[:9]),
    "a delivery without a routing key": frame(1, 1, DELIVER[:-2]),
    "a key longer than its frame": frame(1, 1, DELIVER[:-2] + b"\xffk"),
    "a confirm cut short": frame(1, 1, decode.ACK + b"\x00"),
    "a return cut short": frame(1, 1, decode.RETURN + b"\x01"),
    "a close cut short": frame(1, 1, b"\x00\x14\x00\x28\x01"),
    "a cancel cut short": frame(1, 1, b"\x00\x3c\x00\x1e"),
    "a close of the connection cut short": frame(1, 0, b"\x00\x0a\x00\x32"),
    "a header without its method": HEADER,
    "a body without its method": frame(3, 1, b"hello"),
    "a body without its header": METHOD + frame(3, 1, b"hello"),
    "a header that is cut short": METHOD + frame(2, 1, HEAD[:10]),
    "two headers": METHOD + HEADER + HEADER,
    "a method where the header was to come": METHOD + METHOD,
    "a method amid a body": METHOD + HEADER + frame(3, 1, b"he") + METHOD,
    "a body larger than announced": METHOD + HEADER + frame(3, 1, b"hello world"),
    "an announced body of 16 EiB": METHOD + frame(2, 1, struct.pack(">HHQH", 60, 0, 2**64 - 1, 0)),
    "a frame of an unknown kind": frame(200, 1, b"x"),
    "a heartbeat amid content": METHOD + frame(8, 1, b"x"),
    "a channel that nobody opened": frame(1, 4711, DELIVER),
    "no frames at all": b"\xff" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_the_session_ends_with_an_error_of_ours_and_the_next_one_works(name: str) -> None:
    answers = [HOSTILE[name], a_delivery(1, b"honest")]
    async with serving(Server(lambda nth: answers[nth])) as server:
        broker = RabbitBroker(server.url, name="test")
        with pytest.raises(BrokerUnavailable):
            async with asyncio.timeout(10), broker.session("q", 10) as session:
                await session.take(10)
        async with asyncio.timeout(10), broker.session("q", 10) as session:
            [message] = await session.take(10)
            assert message.body == b"honest"


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            frame,
            st.sampled_from([1, 2, 3, 8]) | st.integers(0, 255),
            st.sampled_from([0, 1, 1, 1]) | st.integers(0, 65_535),
            st.builds(
                lambda start, rest: start + rest,
                st.sampled_from(
                    [
                        *(b"", DELIVER, DELIVER[:7], HEAD, decode.ACK, decode.RETURN, decode.NACK),
                        *(b"\x00\x14\x00\x28", b"\x00\x3c\x00\x1e", b"\x00\x3c\x00\x0b"),
                    ]
                ),
                st.binary(max_size=12),
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_frames_end_the_session_with_an_error_of_ours_or_are_taken(
    frames: list[bytes],
) -> None:
    async def hears() -> None:
        async with serving(Server(lambda _: b"".join(frames) + b"\xff" * 50)) as server:
            broker = RabbitBroker(server.url, name="test")
            with pytest.raises(BrokerUnavailable):
                async with asyncio.timeout(10), broker.session("q", 10) as session:
                    while True:
                        await session.take(10)

    asyncio.run(hears())


@pytest.mark.parametrize(
    "start",
    [
        struct.pack(">BHI", 1, 0, 2**32 - 1) + b"x" * 1000,
        frame(1, 0, b""),
        frame(1, 0, b"\x00\x0a\x00\x0a\x00"),
        frame(1, 0, b"\x00\x0a\x00\x0a\x00\x09" + b"\x00" * 12),
        frame(3, 0, b"x"),
        b"AMQP\x00\x00\x09\x02",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
async def test_a_broker_that_is_none_when_it_greets_is_unavailable(start: bytes) -> None:
    async with serving(Server(lambda _: b"", start=start)) as server:
        with pytest.raises(BrokerUnavailable):
            async with asyncio.timeout(10), RabbitBroker(server.url, name="t").session("q", 1):
                pass


@pytest.mark.parametrize("frame_max", [1, 8, 4095])
async def test_frames_too_small_to_publish_in_are_refused(frame_max: int) -> None:
    async with serving(Server(lambda _: b"", frame_max=frame_max)) as server:
        with pytest.raises(BrokerUnavailable):
            async with asyncio.timeout(10), RabbitBroker(server.url, name="t").session("q", 1):
                pass


async def test_frames_without_a_limit_have_ours() -> None:
    huge = struct.pack(">BHI", 3, 1, limits.FRAME) + b"x"
    async with serving(Server(lambda _: huge, frame_max=0)) as server:
        with pytest.raises(BrokerUnavailable):
            async with asyncio.timeout(10), RabbitBroker(server.url, name="t").session("q", 1) as s:
                await s.take(1)


@given(st.binary(max_size=40))
def test_methods_and_headers_are_read_or_refused(payload: bytes) -> None:
    for read in (decode.delivery, decode.returned, decode.confirmed, decode.content_header):
        with suppress(BadFrame):
            read(payload)

"""Methods and properties as RabbitMQ writes them, and as strangers fill them."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.amqp.protocol import decode
from broker.amqp.protocol.decode import BadFrame
from broker.amqp.protocol.tables import LARGEST_TABLE
from schemas.properties import Properties

HEADERS, MESSAGE_ID, TIMESTAMP, TYPE = 1 << 13, 1 << 7, 1 << 6, 1 << 5


def header(flags: int, properties: bytes) -> Properties:
    return decode.content_header(struct.pack(">HHQH", 60, 0, 0, flags) + properties)[1]


def table(*entries: bytes) -> bytes:
    inner = b"".join(entries)
    return struct.pack(">I", len(inner)) + inner


def test_a_delivery_is_parsed() -> None:
    payload = decode.DELIVER + b"\x04ctag" + struct.pack(">QB", 7, 1) + b"\x02ex\x03key"
    tag, redelivered, place = decode.delivery(payload)
    assert (tag, redelivered, *decode.route(payload, place)) == (7, True, "ex", "key")


def test_all_properties_are_parsed() -> None:
    values = (
        b"\x01c\x01e"
        + table(b"\x01aS\x00\x00\x00\x01x")
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
    assert header(MESSAGE_ID, b"\x02\xff\xfe").message_id == "\ufffd\ufffd"
    assert header(MESSAGE_ID, b"\x04ab\xff\xfe").message_id == "ab\ufffd\ufffd"


@given(st.integers(0, 0xFFFE), st.binary(max_size=80))
def test_whatever_stands_in_the_properties_nothing_raises(flags: int, values: bytes) -> None:
    size, _ = decode.content_header(struct.pack(">HHQH", 60, 0, 3, flags) + values)
    assert size == 3


@pytest.mark.parametrize("seconds", [2**64 - 1, 2**63, 10**15, 0])
def test_an_absurd_timestamp_leaves_what_follows_it(seconds: int) -> None:
    assert header(TIMESTAMP | TYPE, struct.pack(">Q", seconds) + b"\x01x").type == "x"


@pytest.mark.parametrize(
    "headers",
    [
        table(b"\x02\xff\xfe" + b"t\x01"),
        table(b"\x01a" + b"?"),
        table(b"\x01a" + b"T" + struct.pack(">Q", 2**64 - 1)),
        table(b"\x01a" + b"D\xff\xff\xff\xff\xff"),
        table(b"\x01a" + b"S\xff\xff\xff\xff"),
        table(b"\x01aF\x7f\xff\xff\xff"),
        table(*[b"\x01aA\x00\x00\x00\x00"] * 3),
        table(b"\x01a" + b"x" + struct.pack(">I", LARGEST_TABLE) + b"\0" * LARGEST_TABLE),
    ],
)
def test_a_table_that_cannot_be_read_leaves_what_follows_it(headers: bytes) -> None:
    assert header(HEADERS | TYPE, headers + b"\x01x").type == "x"


@pytest.mark.parametrize(("outer", "inner"), [(b"", b"\x01aF"), (b"\x01a", b"A")])
def test_a_deeply_nested_value_is_no_end(outer: bytes, inner: bytes) -> None:
    nested = b""
    for _ in range(3_000):
        nested = inner + struct.pack(">I", len(nested)) + nested
    assert header(HEADERS | TYPE, table(outer + nested) + b"\x01x").type == "x"


@given(st.binary(max_size=60))
def test_arbitrary_tables_never_raise(entries: bytes) -> None:
    assert header(HEADERS | TYPE, table(entries) + b"\x01x").type == "x"


@given(st.binary(max_size=40))
def test_methods_and_headers_are_read_or_refused(payload: bytes) -> None:
    for read in (
        decode.delivery,
        lambda it: decode.route(it, decode.delivery(it)[2]),
        decode.returned,
        decode.confirmed,
        decode.content_header,
        decode.method,
    ):
        with suppress(BadFrame):
            read(payload)

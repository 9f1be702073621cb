"""Properties that pamqp cannot decode do not raise, since that would end the connection."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import frame
from pamqp.header import ContentHeader

import broker.amqp  # noqa: F401  # importing it makes pamqp tolerant
from broker.amqp.tolerance import LARGEST_TABLE

HEADERS, MESSAGE_ID, TIMESTAMP, TYPE = 1 << 13, 1 << 7, 1 << 6, 1 << 5


def header_frame(flags: int, properties: bytes) -> ContentHeader:
    payload = struct.pack(">HHQH", 60, 0, 0, flags) + properties
    _, _, found = frame.unmarshal(struct.pack(">BHI", 2, 1, len(payload)) + payload + b"\xce")
    assert isinstance(found, ContentHeader)
    return found


def table(*entries: bytes) -> bytes:
    inner = b"".join(entries)
    return struct.pack(">I", len(inner)) + inner


def test_an_id_that_is_not_utf8_is_read_with_replacements() -> None:
    properties = header_frame(MESSAGE_ID, b"\x04ab\xff\xfe").properties
    assert properties.message_id == "ab\ufffd\ufffd"


@pytest.mark.parametrize("seconds", [2**64 - 1, 2**63, 10**15, 0])
def test_an_absurd_timestamp_leaves_what_follows_it(seconds: int) -> None:
    properties = header_frame(TIMESTAMP | TYPE, struct.pack(">Q", seconds) + b"\x01x").properties
    assert properties.message_type == "x"


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
    properties = header_frame(HEADERS | TYPE, headers + b"\x01x").properties
    assert properties.message_type == "x"


def test_a_deeply_nested_table_is_no_end() -> None:
    nested = b""
    for _ in range(3_000):
        nested = b"\x01aF" + struct.pack(">I", len(nested)) + nested
    properties = header_frame(HEADERS | TYPE, table(nested) + b"\x01x").properties
    assert properties.message_type == "x"


@given(st.binary(max_size=60))
def test_arbitrary_tables_never_raise(entries: bytes) -> None:
    assert header_frame(HEADERS | TYPE, table(entries) + b"\x01x").properties.message_type == "x"

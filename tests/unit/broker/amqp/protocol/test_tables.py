"""Properties that cannot be decoded do not raise, since that would end the connection."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.amqp.protocol.decode import content_header
from broker.amqp.protocol.tables import DEEPEST, LARGEST_TABLE
from schemas.properties import Properties

HEADERS, MESSAGE_ID, TIMESTAMP, TYPE = 1 << 13, 1 << 7, 1 << 6, 1 << 5


def properties_of(flags: int, properties: bytes) -> Properties:
    return content_header(struct.pack(">HHQH", 60, 0, 0, flags) + properties)[1]


def table(*entries: bytes) -> bytes:
    inner = b"".join(entries)
    return struct.pack(">I", len(inner)) + inner


def test_an_id_that_is_not_utf8_is_read_with_replacements() -> None:
    properties = properties_of(MESSAGE_ID, b"\x04ab\xff\xfe")
    assert properties.message_id == "ab\ufffd\ufffd"


@pytest.mark.parametrize("seconds", [2**64 - 1, 2**63, 10**15, 0])
def test_an_absurd_timestamp_leaves_what_follows_it(seconds: int) -> None:
    properties = properties_of(TIMESTAMP | TYPE, struct.pack(">Q", seconds) + b"\x01x")
    assert properties.type == "x"


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
    properties = properties_of(HEADERS | TYPE, headers + b"\x01x")
    assert properties.type == "x"


def test_a_deeply_nested_table_is_no_end() -> None:
    nested = b""
    for _ in range(3_000):
        nested = b"\x01aF" + struct.pack(">I", len(nested)) + nested
    properties = properties_of(HEADERS | TYPE, table(nested) + b"\x01x")
    assert (properties.type, properties.headers) == ("x", {})


def test_a_table_of_a_few_levels_is_read() -> None:
    nested = b"\x01bt\x01"
    for _ in range(DEEPEST - 1):
        nested = b"\x01aF" + struct.pack(">I", len(nested)) + nested
    found: Any = properties_of(HEADERS, table(nested)).headers
    depth = 0
    while "a" in found:
        found, depth = found["a"], depth + 1
    assert (found, depth) == ({"b": True}, DEEPEST - 1)


@given(st.binary(max_size=60))
def test_arbitrary_tables_never_raise(entries: bytes) -> None:
    assert properties_of(HEADERS | TYPE, table(entries) + b"\x01x").type == "x"

"""Tables of headers are read as the reference library reads them, where that can."""

import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pamqp import decode, encode

from broker.amqp.protocol.tables import DEEPEST, LARGEST_TABLE, table

MOMENTS: Final = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
"""From 2**32 seconds on, the year 2106, the library takes them for milliseconds."""
PLAIN: Final = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, width=32),
    st.text(max_size=20),
    st.none(),
    MOMENTS.map(lambda at: at.replace(microsecond=0)),
    st.decimals(0, 1000, allow_nan=False, places=3),
    st.binary(max_size=10).map(bytearray),
)
VALUES: Final = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
TABLES: Final = st.dictionaries(st.text(max_size=20), VALUES, max_size=5)


def written(values: Mapping[str, Any]) -> bytes:
    return bytes(encode.field_table(dict(values)))


def framed(inner: bytes) -> bytes:
    return struct.pack(">I", len(inner)) + inner


def shown(value: object) -> str:
    """As it shows, without the moments and decimals: the library reads a moment after 2106 as
    milliseconds, and the digits of a decimal, which the specification has without a sign, with
    one."""
    plain = re.sub(r"Decimal\('[^']*'\)", "a decimal", repr(value))
    return re.sub(r"datetime\.datetime\([^)]*\)|None", "a moment", plain)


@given(TABLES)
def test_what_the_library_writes_is_read_as_it_reads_it(values: Mapping[str, Any]) -> None:
    raw = written(values)
    assume(len(raw) <= LARGEST_TABLE)
    size, wanted = decode.field_table(raw)
    found, end = table(b"before" + raw + b"after", len(b"before"))
    assert (end - len(b"before"), found) == (size, wanted)


@given(TABLES, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3))
def test_a_bent_table_is_read_as_the_library_does_or_is_empty(
    values: Mapping[str, Any], bent: list[tuple[int, int]]
) -> None:
    raw = bytearray(written(values))
    for place, byte in bent:
        raw[place % len(raw)] = byte
    found, _ = table(bytes(raw), 0)
    if not found:
        return
    # Where we find something it is no more than the library finds.
    try:
        wanted = decode.field_table(bytes(raw))[1]
    except (ValueError, OverflowError):
        return  # a moment after the year 9999, which we read as none
    assert shown(found) == shown(wanted)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (b"t", b"\x01", True),
        (b"b", b"\xff", -1),
        (b"B", b"\xff", 255),
        (b"s", b"\xff\xfe", -2),
        (b"u", b"\xff\xfe", 65_534),
        (b"I", b"\xff\xff\xff\xff", -1),
        (b"i", b"\xff\xff\xff\xff", 2**32 - 1),
        (b"l", b"\xff" * 8, -1),
        (b"L", b"\xff" * 8, -1),
        (b"f", struct.pack(">f", 1.5), 1.5),
        (b"d", struct.pack(">d", 1.5), 1.5),
        (b"D", b"\x02\x00\x00\x00\x7d", Decimal("1.25")),
        (b"S", framed(b"text"), "text"),
        (b"S", framed(b"\xff"), b"\xff"),
        (b"x", framed(b"\xff"), bytearray(b"\xff")),
        (b"T", struct.pack(">Q", 0), datetime(1970, 1, 1, tzinfo=UTC)),
        (b"T", b"\xff" * 8, None),
        (b"V", b"", None),
        (b"\x00", b"", None),
        (b"A", framed(b"t\x01t\x00"), [True, False]),
        (b"F", framed(b"\x01at\x01"), {"a": True}),
    ],
)
def test_each_kind_of_value(kind: bytes, raw: bytes, value: object) -> None:
    read = framed(b"\x01n" + kind + raw + b"\x04lastt\x01")
    assert table(read, 0) == ({"n": value, "last": True}, len(read))


@pytest.mark.parametrize(
    "inner",
    [
        b"\x05n",
        b"\x01n",
        b"\x01nt",
        b"\x01nI\x00",
        b"\x01nS\x00\x00\x00\x05abc",
        b"\x01nx\x00\x00\x00\x05abc",
        b"\x01nA\x00\x00\x00\x05t\x01",
        b"\x01nA\x00\x00\x00\x01t\x01",
        b"\x01nF\x00\x00\x00\x02\x01a",
        b"\x01n~\x00",
        b"\x01\xfft\x01",
    ],
)
def test_what_is_cut_short_or_goes_too_far_is_empty(inner: bytes) -> None:
    assert table(framed(inner) + b"and more", 0) == ({}, 4 + len(inner))


def test_a_table_without_its_length_is_none() -> None:
    with pytest.raises(struct.error):
        table(b"\x00\x00", 0)


def test_one_that_is_longer_than_the_rest_is_empty() -> None:
    assert table(b"\x00\x00\x00\x09\x01a", 0) == ({}, 13)


@pytest.mark.parametrize(("depth", "read"), [(DEEPEST, True), (DEEPEST + 1, False)])
def test_up_to_a_depth(depth: int, read: bool) -> None:
    nested = framed(b"")
    for _ in range(depth):
        nested = framed(b"\x01aF" + nested)
    assert bool(table(nested, 0)[0]) is read

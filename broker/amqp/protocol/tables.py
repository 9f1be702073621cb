"""Tables of headers, as RabbitMQ writes them (https://www.rabbitmq.com/amqp-0-9-1-errata, part 3).

Tolerant: RabbitMQ passes on what a stranger sent. A table that cannot be read is an empty one, and
a time that no calendar has is None; nothing raises, and the cost is that of the bytes.
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

LARGEST_TABLE: Final = 32 * 1024
"""Bytes; a larger table of headers is taken as empty."""
DEEPEST: Final = 100
"""Tables and lists within each other; a deeper one is taken as empty."""

Table = dict[str, Any]

_Read = Callable[[bytes, int, int], tuple[Any, int]]
_LENGTH: Final = struct.Struct(">I")
_UNREADABLE: Final = (ValueError, KeyError, IndexError, struct.error, ArithmeticError)
"""UnicodeDecodeError is a ValueError; decimal's errors are ArithmeticErrors."""


def table(payload: bytes, place: int) -> tuple[Table, int]:
    """The table at a place, and the place behind it.

    Raises:
        struct.error: not even its length is there.
    """
    (length,) = _LENGTH.unpack_from(payload, place)
    end: int = place + 4 + length
    if length > LARGEST_TABLE or end > len(payload):
        return {}, end
    try:
        return _table(payload, place, 0)[0], end
    except _UNREADABLE:
        return {}, end


def _table(payload: bytes, place: int, depth: int) -> tuple[Table, int]:
    place, end = _bounds(payload, place, depth)
    found: Table = {}
    while place < end:
        name_end = place + 1 + payload[place]
        if name_end >= end:
            raise ValueError("a name that goes beyond its table")
        name = payload[place + 1 : name_end].decode()
        found[name], place = _READ[payload[name_end]](payload, name_end + 1, depth + 1)
    return found, _ended(place, end)


def _array(payload: bytes, place: int, depth: int) -> tuple[list[Any], int]:
    place, end = _bounds(payload, place, depth)
    found: list[Any] = []
    while place < end:
        value, place = _READ[payload[place]](payload, place + 1, depth + 1)
        found.append(value)
    return found, _ended(place, end)


def _bounds(payload: bytes, place: int, depth: int) -> tuple[int, int]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    (length,) = _LENGTH.unpack_from(payload, place)
    end = place + 4 + length
    if end > len(payload):
        raise ValueError("longer than what it stands in")
    return place + 4, end


def _ended(place: int, end: int) -> int:
    if place != end:
        raise ValueError("a value that goes beyond its table")
    return place


def _bytes(payload: bytes, place: int) -> tuple[bytes, int]:
    (length,) = _LENGTH.unpack_from(payload, place)
    end = place + 4 + length
    if end > len(payload):
        raise ValueError("longer than what it stands in")
    return payload[place + 4 : end], end


def _long_string(payload: bytes, place: int, _: int) -> tuple[str | bytes, int]:
    raw, end = _bytes(payload, place)
    try:
        return raw.decode(), end
    except UnicodeDecodeError:
        return raw, end


def _byte_array(payload: bytes, place: int, _: int) -> tuple[bytearray, int]:
    raw, end = _bytes(payload, place)
    return bytearray(raw), end


def _decimal(payload: bytes, place: int, _: int) -> tuple[Decimal, int]:
    places, digits = struct.unpack_from(">BI", payload, place)
    return Decimal(digits) * (Decimal(10) ** -places), place + 5


def _timestamp(payload: bytes, place: int, _: int) -> tuple[datetime | None, int]:
    (seconds,) = struct.unpack_from(">Q", payload, place)
    try:
        return datetime.fromtimestamp(seconds, tz=UTC), place + 8
    except (ValueError, OverflowError, OSError):
        return None, place + 8


def _number(form: str, made: Callable[[Any], Any] = lambda value: value) -> _Read:
    kind = struct.Struct(form)

    def read(payload: bytes, place: int, _: int) -> tuple[Any, int]:
        return made(kind.unpack_from(payload, place)[0]), place + kind.size

    return read


def _void(_: bytes, place: int, __: int) -> tuple[None, int]:
    return None, place


_READ: Final[dict[int, _Read]] = {
    ord("t"): _number(">B", bool),
    ord("b"): _number(">b"),
    ord("B"): _number(">B"),
    ord("s"): _number(">h"),
    ord("u"): _number(">H"),
    ord("I"): _number(">i"),
    ord("i"): _number(">I"),
    ord("l"): _number(">q"),
    ord("L"): _number(">q"),
    ord("f"): _number(">f"),
    ord("d"): _number(">d"),
    ord("D"): _decimal,
    ord("S"): _long_string,
    ord("A"): _array,
    ord("T"): _timestamp,
    ord("F"): _table,
    ord("V"): _void,
    0: _void,
    ord("x"): _byte_array,
}

"""Frames of the fast lane as values (AMQP 0-9-1, sections 2.3.5, 4.2 and 4.2.6).

Tolerant: what a stranger put into properties becomes None or is read with replacements. What
RabbitMQ itself writes is whole, or a BadFrame.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from pamqp import decode

from broker.errors import BadFrame
from schemas import limits
from schemas.properties import Properties

DELIVER: Final = b"\x00\x3c\x00\x3c"
RETURN: Final = b"\x00\x3c\x00\x32"
ACK: Final = b"\x00\x3c\x00\x50"
NACK: Final = b"\x00\x3c\x00\x78"

_TAG: Final = struct.Struct(">QB")
_HEADER_AT_LEAST: Final = 14
_TABLE_BIT, _TIMESTAMP_BIT = 13, 6
_OCTET_BITS: Final = (12, 11)
_FIELDS: Final = (
    (15, "content_type"),
    (14, "content_encoding"),
    (_TABLE_BIT, "headers"),
    (12, "delivery_mode"),
    (11, "priority"),
    (10, "correlation_id"),
    (9, "reply_to"),
    (8, "expiration"),
    (7, "message_id"),
    (_TIMESTAMP_BIT, "timestamp"),
    (5, "type"),
    (4, "user_id"),
    (3, "app_id"),
)


def delivery(payload: bytes) -> tuple[int, bool, str, str]:
    """Delivery tag, redelivered, exchange and routing key of a basic.deliver.

    Raises:
        BadFrame: it is cut short.
    """
    with _whole("a delivery"):
        place = 5 + payload[4]
        tag, flags = _TAG.unpack_from(payload, place)
        exchange, place = short_string(payload, place + _TAG.size)
        key, place = short_string(payload, place)
        _reaches(payload, place)
    return tag, flags & 1 == 1, exchange, key


def returned(payload: bytes) -> str:
    """Where a message that was returned could not go.

    Raises:
        BadFrame: it is cut short.
    """
    with _whole("a returned message"):
        _, place = short_string(payload, 6)
        exchange, place = short_string(payload, place)
        key, place = short_string(payload, place)
        _reaches(payload, place)
    return f"{exchange}: {key}"


def confirmed(payload: bytes) -> tuple[int, bool]:
    """Delivery tag of a basic.ack or basic.nack, and whether it speaks for all before it.

    Raises:
        BadFrame: it is cut short.
    """
    with _whole("a confirm"):
        tag, flags = _TAG.unpack_from(payload, 4)
    return tag, flags & 1 == 1


def content_header(payload: bytes) -> tuple[int, Properties]:
    """Size of the body, and the properties.

    Raises:
        BadFrame: it has no size, or one that no message can have.
    """
    if len(payload) < _HEADER_AT_LEAST:
        raise BadFrame("RabbitMQ sent a content header that is cut short")
    size = int.from_bytes(payload[4:12], "big")
    if size > limits.LARGEST_DELIVERY:
        raise BadFrame(f"RabbitMQ sent a header that announces {size} bytes")
    found: dict[str, Any] = {}
    with suppress(IndexError, struct.error):  # cut short: what was read so far counts
        _read_properties(payload, found)
    return size, Properties(**found)


@contextmanager
def _whole(what: str) -> Iterator[None]:
    try:
        yield
    except (IndexError, struct.error):
        raise BadFrame(f"RabbitMQ sent {what} that is cut short") from None


def _reaches(payload: bytes, place: int) -> None:
    if place > len(payload):
        raise IndexError(place)


def _read_properties(payload: bytes, found: dict[str, Any]) -> None:
    flags = int.from_bytes(payload[12:14], "big")
    place = 14
    for bit, name in _FIELDS:
        if not flags >> bit & 1:
            continue
        if bit == _TABLE_BIT:
            width, found[name] = decode.METHODS["table"](payload[place:])
            place += width
        elif bit in _OCTET_BITS:
            found[name] = payload[place]
            place += 1
        elif bit == _TIMESTAMP_BIT:
            (found[name],) = struct.unpack_from(">Q", payload, place)
            place += 8
        else:
            found[name], place = short_string(payload, place)


def short_string(payload: bytes, place: int) -> tuple[str, int]:
    """A short string at a place, and the place behind it."""
    end = place + 1 + payload[place]
    return payload[place + 1 : end].decode("utf-8", "replace"), end

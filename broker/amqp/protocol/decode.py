"""Frames from RabbitMQ as values (AMQP 0-9-1, sections 2.3.5, 4.2 and 4.2.6).

Tolerant of what a stranger put into properties: it becomes None or is read with replacements.
Strict with what only RabbitMQ writes, the methods and the size of a body.
"""

import struct
from contextlib import suppress
from typing import Any, Final

import pamqp.frame
from pamqp import base

from broker.amqp.protocol.tables import table
from schemas import limits
from schemas.properties import Properties

DELIVER: Final = b"\x00\x3c\x00\x3c"
GET_OK: Final = b"\x00\x3c\x00\x47"
RETURN: Final = b"\x00\x3c\x00\x32"
ACK: Final = b"\x00\x3c\x00\x50"
NACK: Final = b"\x00\x3c\x00\x78"
CHANNEL_CLOSE: Final = b"\x00\x14\x00\x28"
CHANNEL_CLOSE_OK: Final = b"\x00\x14\x00\x29"

_CONTENT_HEADER: Final = b"\x00\x3c"
_SHORTEST_HEADER: Final = 14
_CONFIRM: Final = 13
"""Bytes of a basic.ack or basic.nack."""
_GOT: Final = 13
"""Bytes of a basic.get-ok before its exchange."""
_ROUTES: Final = 4096
"""Exchanges with a routing key that are remembered."""
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


class BadFrame(ValueError):
    """A frame that RabbitMQ never writes."""


def delivery(payload: bytes) -> tuple[int, bool, int]:
    """Delivery tag and redelivered of a basic.deliver, and the place of its exchange.

    Raises:
        BadFrame: it is cut short.
    """
    place = 5 + payload[4] if len(payload) > 4 else 0
    if place + 9 > len(payload) or not place:
        raise BadFrame("a delivery that is cut short")
    tag = int.from_bytes(payload[place : place + 8], "big")
    return tag, payload[place + 8] & 1 == 1, place + 9


def got(payload: bytes) -> tuple[int, bool, int]:
    """The same of a basic.get-ok."""
    if len(payload) < _GOT:
        raise BadFrame("a get-ok that is cut short")
    return int.from_bytes(payload[4:12], "big"), payload[12] & 1 == 1, _GOT


def route(payload: bytes, place: int) -> tuple[str, str]:
    """Exchange and routing key at a place of a method.

    Raises:
        BadFrame: they are cut short.
    """
    exchange, place = _name(payload, place)
    key, _ = _name(payload, place)
    return exchange, key


class Routes:
    """Exchanges with a routing key as text: most are seen again, and are remembered."""

    def __init__(self) -> None:
        self.known: dict[bytes, tuple[str, str]] = {}

    def at(self, payload: bytes, place: int) -> tuple[str, str]:
        """As ``route``, whose BadFrame it raises."""
        where = payload[place:]
        found = self.known.get(where)
        if found is None:
            if len(self.known) >= _ROUTES:
                self.known.clear()
            found = self.known[where] = route(payload, place)
        return found


def method(payload: bytes) -> base.Frame:
    """A method that is not hot.

    Raises:
        BadFrame: it cannot be read.
    """
    framed = struct.pack(">BHI", 1, 0, len(payload)) + payload + b"\xce"
    try:
        found = pamqp.frame.unmarshal(framed)[2]
    except Exception as why:  # whatever the library makes of bytes that are none
        raise BadFrame(f"a method that cannot be read ({type(why).__name__})") from why
    if not isinstance(found, base.Frame):
        raise BadFrame("a method that is none")
    return found


def returned(payload: bytes) -> str:
    """Where a message that was returned could not go.

    Raises:
        BadFrame: it is cut short.
    """
    _, place = _name(payload, 6)
    exchange, place = _name(payload, place)
    key, _ = _name(payload, place)
    return f"{exchange}: {key}"


def confirmed(payload: bytes) -> tuple[int, bool]:
    """Delivery tag of a basic.ack or basic.nack, and whether it speaks for all before it.

    Raises:
        BadFrame: it is cut short.
    """
    if len(payload) < _CONFIRM:
        raise BadFrame("a confirm that is cut short")
    return int.from_bytes(payload[4:12], "big"), payload[12] & 1 == 1


def content_header(payload: bytes) -> tuple[int, Properties]:
    """Size of the body, and the properties.

    Raises:
        BadFrame: it is cut short before the properties, or announces more than any RabbitMQ
            lets a message have.
    """
    if len(payload) < _SHORTEST_HEADER or payload[:2] != _CONTENT_HEADER:
        raise BadFrame("a content header that is cut short or of another class")
    size = int.from_bytes(payload[4:12], "big")
    if size > limits.ANNOUNCED_BODY:
        raise BadFrame(f"a body of {size} bytes is announced")
    found: dict[str, Any] = {}
    with suppress(IndexError, struct.error):  # cut short: what was read so far counts
        _read_properties(payload, found)
    return size, Properties(**found)


def _read_properties(payload: bytes, found: dict[str, object]) -> None:
    flags = int.from_bytes(payload[12:14], "big")
    place = 14
    for bit, name in _FIELDS:
        if not flags >> bit & 1:
            continue
        if bit == _TABLE_BIT:
            found[name], place = table(payload, place)
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


def _name(payload: bytes, place: int) -> tuple[str, int]:
    """A short string of a method, and the place behind it."""
    if place >= len(payload) or place + 1 + payload[place] > len(payload):
        raise BadFrame("a method that is cut short")
    return short_string(payload, place)

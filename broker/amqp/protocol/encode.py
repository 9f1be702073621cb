"""A publish as bytes: method, header and body frames (AMQP 0-9-1, sections 2.3.5 and 4.2).

pamqp encodes a publish in about 60 µs; the hot path needs to do thousands a second.
"""

import struct
from functools import lru_cache
from typing import Final

import pamqp.frame
from pamqp import base, encode, header
from pamqp.commands import Basic

from broker.messaging.messages import Outgoing

_FRAME_END: Final = b"\xce"
_CONTENT_TYPE, _HEADERS, _DELIVERY_MODE, _CORRELATION_ID, _MESSAGE_ID, _TYPE = (
    1 << 15,
    1 << 13,
    1 << 12,
    1 << 10,
    1 << 7,
    1 << 5,
)
_ALWAYS: Final = _DELIVERY_MODE | _MESSAGE_ID
_PERSISTENT: Final = b"\x02"
_HEAD: Final = struct.Struct(">BHI")
_HEADER: Final = struct.Struct(">BHIHHQH")
_HEADER_BARE: Final = 14
"""Bytes of a content header before its properties."""
_OVERHEAD: Final = 8
_KEYS: Final = 4096
"""Exchanges with a routing key whose frame is remembered: agencies, channels and verbs are few."""
_SHORT: Final = 255


def publish_frames(message: Outgoing, channel: int, frame_max: int) -> bytes:
    """All frames of one persistent publish, ready for the socket.

    Raises:
        ValueError: a name or routing key longer than 255 bytes of UTF-8, or headers larger than a
            frame.
        TypeError, OverflowError: a header that AMQP has no type for.
    """
    method = _method(message.exchange, message.routing_key, message.mandatory, channel)
    flags, properties = _properties(message)
    return b"".join((method, *_content(flags, properties, message.body, channel, frame_max)))


def any_publish_frames(
    exchange: str,
    routing_key: str,
    body: bytes,
    properties: Basic.Properties,
    channel: int,
    frame_max: int,
) -> bytes:
    """The same of a mandatory publish with whatever properties. Raises as ``publish_frames``."""
    head = header.ContentHeader(0, len(body), properties).marshal()
    flags = int.from_bytes(head[12:14], "big")
    method = _method(exchange, routing_key, True, channel)
    return b"".join((method, *_content(flags, head[14:], body, channel, frame_max)))


def ack_frame(tag: int, channel: int, *, multiple: bool = True) -> bytes:
    """basic.ack of ``tag``, and of every one before it where ``multiple``."""
    return _frame(1, channel, struct.pack(">HHQB", 60, 80, tag, multiple))


def method_frame(method: base.Frame, channel: int) -> bytes:
    """Whatever is not hot."""
    return pamqp.frame.marshal(method, channel)


def _content(
    flags: int, properties: bytes, body: bytes, channel: int, frame_max: int
) -> tuple[bytes, ...]:
    size = _HEADER_BARE + len(properties)
    most = frame_max - _OVERHEAD
    if size > most:
        raise ValueError("headers larger than a frame")
    length = len(body)
    head = _HEADER.pack(2, channel, size, 60, 0, length, flags)
    if 0 < length <= most:
        return head, properties, _FRAME_END, _HEAD.pack(3, channel, length), body, _FRAME_END
    parts = [head, properties, _FRAME_END]
    for start in range(0, length, most):
        parts.append(_frame(3, channel, body[start : start + most]))
    return tuple(parts)


@lru_cache(maxsize=_KEYS)
def _method(exchange: str, routing_key: str, mandatory: bool, channel: int) -> bytes:
    payload = b"".join(
        (
            b"\x00\x3c\x00\x28\x00\x00",
            _short(exchange),
            _short(routing_key),
            b"\x01" if mandatory else b"\x00",
        )
    )
    return _frame(1, channel, payload)


@lru_cache(maxsize=64)
def _named(text: str) -> bytes:
    """A content type or a type of ours: there are few."""
    return _short(text)


def _properties(message: Outgoing) -> tuple[int, bytes]:
    flags = _ALWAYS
    before = after = headers = correlation = b""
    if message.content_type is not None:
        flags |= _CONTENT_TYPE
        before = _named(message.content_type)
    if message.headers:
        flags |= _HEADERS
        headers = encode.field_table(dict(message.headers))
    if message.type is not None:
        flags |= _TYPE
        after = _named(message.type)
    if message.correlation_id is not None:
        flags |= _CORRELATION_ID
        correlation = _short(message.correlation_id)
    message_id = _short(message.message_id)
    return flags, b"".join((before, headers, _PERSISTENT, correlation, message_id, after))


def _short(text: str) -> bytes:
    raw = text.encode()
    length = len(raw)
    if length > _SHORT:
        raise ValueError("longer than the 255 bytes that AMQP allows")
    return b"%c%b" % (length, raw)


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return b"%b%b\xce" % (_HEAD.pack(kind, channel, len(payload)), payload)

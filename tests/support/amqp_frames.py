"""Frames of AMQP 0-9-1 as bytes, also such as no client or broker writes."""

import struct
from typing import Final

import pamqp.frame
from pamqp import base

HEARTBEAT: Final = b"\x08\x00\x00\x00\x00\x00\x00\xce"
DELIVER: Final = b"\x00\x3c\x00\x3c"
RETURN: Final = b"\x00\x3c\x00\x32"
ACK: Final = b"\x00\x3c\x00\x50"
NACK: Final = b"\x00\x3c\x00\x78"


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def short(raw: bytes) -> bytes:
    return bytes((len(raw),)) + raw


def method(what: base.Frame, channel: int) -> bytes:
    return pamqp.frame.marshal(what, channel)


def content(
    body: bytes, channel: int, *, flags: int = 0, properties: bytes = b"", most: int = 2**17
) -> bytes:
    """Header and body, in frames of at most so many bytes of payload."""
    head = struct.pack(">HHQH", 60, 0, len(body), flags) + properties
    parts = [body[start : start + most] for start in range(0, len(body), most)]
    return frame(2, channel, head) + b"".join(frame(3, channel, part) for part in parts)


def delivery(
    tag: int,
    body: bytes,
    *,
    channel: int = 1,
    redelivered: bool = False,
    exchange: bytes = b"e",
    key: bytes = b"k",
    flags: int = 0,
    properties: bytes = b"",
    most: int = 2**17,
) -> bytes:
    """A basic.deliver with its content."""
    where = short(exchange) + short(key)
    told = DELIVER + short(b"c") + struct.pack(">QB", tag, redelivered) + where
    inside = content(body, channel, flags=flags, properties=properties, most=most)
    return frame(1, channel, told) + inside


def confirm(tag: int, *, channel: int = 1, multiple: bool = False, taken: bool = True) -> bytes:
    """A basic.ack of a publish, or a basic.nack."""
    return frame(1, channel, (ACK if taken else NACK) + struct.pack(">QB", tag, multiple))


def returned(message_id: bytes | None, *, channel: int = 1, body: bytes = b"") -> bytes:
    """A basic.return with its content."""
    told = RETURN + struct.pack(">H", 312) + short(b"NO_ROUTE") + short(b"e") + short(b"k")
    flags, properties = (0, b"") if message_id is None else (1 << 7, short(message_id))
    return frame(1, channel, told) + content(body, channel, flags=flags, properties=properties)


def split(stream: bytes) -> tuple[list[tuple[int, int, bytes]], bytes]:
    """Kind, channel and payload of each whole frame, and what is left."""
    found: list[tuple[int, int, bytes]] = []
    place = 0
    while len(stream) - place >= 8:
        kind, channel, size = struct.unpack_from(">BHI", stream, place)
        if place + size + 8 > len(stream):
            break
        found.append((kind, channel, stream[place + 7 : place + 7 + size]))
        place += size + 8
    return found, stream[place:]


def unmarshalled(kind: int, channel: int, payload: bytes) -> object:
    """The method in a frame."""
    return pamqp.frame.unmarshal(frame(kind, channel, payload))[2]

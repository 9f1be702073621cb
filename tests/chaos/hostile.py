"""Hostile messages of many shapes, as publishes in bytes: no client library writes them."""

import json
import struct
from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid5

from tests.acceptance.test_poison import POISONS, raw, short

MESSAGE_ID: Final = 1 << 7
_SIZES: Final = (1 << 14, 1 << 16, 1 << 18, 1_048_000)
UPDATES: Final = b"complaints.updates"

Shape = Callable[[int], bytes]


def _text(unit: str, size: int) -> str:
    return unit * (size // len(unit.encode()))


def _marks(size: int) -> str:
    """A letter under combining marks in an order that normalising has to turn round."""
    marks = "".join(chr(0x0300 + n) for n in (0x45, 0x15, 0x01, 0x1B, 0x28, 0x34))
    return "a" + _text(marks, size)


def complaint(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _list_of(item: bytes, size: int) -> bytes:
    return item * (size // len(item)) + item.rstrip(b",")


def _around(name: bytes, inner: bytes) -> bytes:
    return b'{"text": "halo", "agency": "dlh", "' + name + b'": ' + inner + b"}"


BODIES: Final[dict[str, Callable[[int], bytes]]] = {
    "marks": lambda size: complaint({"text": "halo " + _marks(size)}),
    "marks in every field": lambda size: complaint(
        {
            **dict.fromkeys(("text", "title", "category", "agency"), _marks(size // 7)),
            "location": dict.fromkeys(("district", "village", "address"), _marks(size // 7)),
        }
    ),
    "attachments": lambda size: _around(b"attachments", b"[" + _list_of(b"1,", size) + b"]"),
    "objects": lambda size: _around(b"extra", b'{"a":[' + _list_of(b"{},", size) + b"]}"),
    "numbers": lambda size: _around(b"extra", b'{"a":[' + _list_of(b"1,", size) + b"]}"),
    "nested": lambda size: _around(b"extra", b"[" * (size // 2) + b"]" * (size // 2)),
    "keys": lambda size: _around(
        b"extra", b"{" + b",".join(b'"k%d":1' % n for n in range(size // 12)) + b"}"
    ),
    "addresses": lambda size: complaint(
        {"text": _text("a" * 32 + "(" + "@" * 31, size), "anonymous": True, "agency": "dlh"}
    ),
    "separators": lambda size: complaint(
        {"text": _text("0 . - 8 ( 1 ) ", size), "anonymous": True, "agency": "dlh"}
    ),
    "no JSON": lambda size: b'{"text": "' + b"\xff" * size,
    "control characters": lambda size: b'{"text": "\\u0000\\u001b[2J' + b"a" * size + b'"}',
    "a number": lambda size: _around(b"extra", b'{"a":' + b"9" * size + b"}"),
    "too large": lambda size: complaint({"text": "x" * (size + (1 << 20))}),
}
"""Bodies of a size of about so many bytes."""


def shapes() -> list[tuple[str, Shape]]:
    """Each by its name: the bytes of the n-th message of that shape."""
    found: list[tuple[str, Shape]] = []
    for name, body in BODIES.items():

        def of_a_body(n: int, body: Callable[[int], bytes] = body) -> bytes:
            written = body(_SIZES[n % len(_SIZES)])
            return raw(b"sms", MESSAGE_ID, short(b"hostile-%d" % n), body=written)

        found.append((name, of_a_body))
    for kind, (key, flags, properties) in POISONS.items():

        def of_properties(
            _: int, key: bytes = key, flags: int = flags, properties: bytes = properties
        ) -> bytes:
            return raw(key, flags, properties)

        found.append((f"properties: {kind}", of_properties))
    return [*found, ("update", _update), ("large update", _large_update)]


def is_update(shape: str) -> bool:
    return shape.endswith("update")


def _update(n: int, note: str = "sudah") -> bytes:
    """For a case that nobody knows, all of one agency; many for one case."""
    case = uuid5(UUID(int=0), str(n % 3))
    body = json.dumps({"complaint_id": str(case), "note": note}).encode()
    properties = short(b"hostile-u-%d" % n)
    key = b"agency.pln.acknowledged"
    return raw(key, MESSAGE_ID, properties, exchange=UPDATES, body=body)


def _large_update(n: int) -> bytes:
    return _update(n, "x" * (_SIZES[n % 3]))


def chunks(payload: bytes, frame_max: int = 131_072) -> bytes:
    """A publish whose body is cut into frames that RabbitMQ takes."""
    out: list[bytes] = []
    at = 0
    most = frame_max - 8
    while at < len(payload):
        kind, channel, size = struct.unpack(">BHI", payload[at : at + 7])
        content = payload[at + 7 : at + 7 + size]
        at += size + 8
        pieces = range(0, max(size, 1), most) if kind == 3 else (0,)
        for start in pieces:
            part = content[start : start + most] if kind == 3 else content
            out.append(struct.pack(">BHI", kind, channel, len(part)) + part + b"\xce")
    return b"".join(out)

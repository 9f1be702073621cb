"""An input of several parts as one run of bytes, and back: whatever the bytes, there are parts."""

from collections.abc import Sequence

_WIDTH = 3


def joined(parts: Sequence[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(_WIDTH, "big") + part for part in parts)


def split(data: bytes, least: int = 0) -> list[bytes]:
    """The parts; empty ones where there are fewer than ``least``."""
    parts: list[bytes] = []
    at = 0
    while at + _WIDTH <= len(data):
        size = int.from_bytes(data[at : at + _WIDTH], "big")
        parts.append(data[at + _WIDTH : at + _WIDTH + size])
        at += _WIDTH + size
    return parts + [b""] * (least - len(parts))

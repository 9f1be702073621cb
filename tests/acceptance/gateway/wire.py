"""Bytes to the gateway as nobody's library sends them, and whatever comes back."""

import re
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from tests.acceptance.gateway.http import Door

TRACE: Final = re.compile(rb"Traceback|File \"|\.py\b|Error\(|site-packages")
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_HEAD: Final = re.compile(rb"HTTP/1\.1 (\d{3}) ([^\r\n]*)\r\n(.*?)\r\n\r\n", re.DOTALL)


class Heard(NamedTuple):
    """What came back: the status of each answer, the headers of the last, every byte, and whether
    the connection was ended by the gateway."""

    statuses: list[int]
    headers: Mapping[str, str]
    all: bytes
    ended: bool


def connected(door: Door, within: float = 30.0, source: str | None = None) -> socket.socket:
    """A connection of its own; ``source``: from another address of the loopback."""
    parts = urlsplit(door.address)
    assert parts.hostname and parts.port
    from_ = (source, 0) if source else None
    return socket.create_connection((parts.hostname, parts.port), within, from_)


def say(door: Door, *sent: bytes, answers: int = 1, source: str | None = None) -> Heard:
    """Send that, and read until so many answers are whole, or the connection is ended."""
    with connected(door, source=source) as wire:
        with suppress(OSError):  # it may be refused before all of it is sent
            for part in sent:
                wire.sendall(part)
        return heard(wire, answers)


def heard(wire: socket.socket, answers: int = 1) -> Heard:
    """Read so many answers."""
    got, ended = b"", False
    while _whole(got) < answers and not ended:
        try:
            more = wire.recv(65536)
        except ConnectionError:
            more = b""
        ended = not more
        got = (got + more).replace(_GO_ON, b"")
    assert not TRACE.search(got), got[:2000]
    found = list(_HEAD.finditer(got))
    headers = _headers(found[-1][3]) if found else {}
    return Heard([int(one[1]) for one in found], headers, got, ended)


def request(
    line: str, body: bytes = b"", headers: Iterable[str] = (), *, host: str = "lapor.example"
) -> bytes:
    """A request that is one, with its length."""
    lines = [f"{line} HTTP/1.1", f"Host: {host}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def _whole(got: bytes) -> int:
    """How many answers are there to their last byte."""
    count, rest = 0, got
    while (head := _HEAD.match(rest)) is not None:
        rest = rest[head.end() :]
        length = int(_headers(head[3]).get("content-length", 0))
        if len(rest) < length:
            break
        count, rest = count + 1, rest[length:]
    return count


def _headers(lines: bytes) -> dict[str, str]:
    pairs = [line.split(": ", 1) for line in lines.decode("latin-1").split("\r\n")]
    return {name.lower(): value for name, value in pairs}

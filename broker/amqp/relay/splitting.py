"""A stream of bytes to AMQP frames, whole and as they came (AMQP 0-9-1, section 4.2.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

METHOD: Final = 1
HEADER: Final = 2
BODY: Final = 3
GREETING: Final = 0
"""The eight bytes with which a client begins, which are no frame."""

_PREAMBLE: Final = 7
_GREETING: Final = 8


@dataclass(frozen=True, slots=True)
class Frame:
    """``raw`` are its bytes as they came, ``payload`` those within."""

    kind: int
    channel: int
    raw: bytes

    @property
    def payload(self) -> bytes:
        return self.raw[_PREAMBLE:-1]


class Frames:
    """Takes bytes apart as they come. ``greeted``: no greeting is to come."""

    def __init__(self, *, greeted: bool) -> None:
        self._rest = bytearray()
        self._greeted = greeted

    def of(self, chunk: bytes) -> Iterator[Frame]:
        """The frames that are whole with this chunk."""
        self._rest += chunk
        while (length := self._length()) and len(self._rest) >= length:
            raw = bytes(self._rest[:length])
            del self._rest[:length]
            if self._greeted:
                yield Frame(raw[0], int.from_bytes(raw[1:3], "big"), raw)
            else:
                self._greeted = True
                yield Frame(GREETING, 0, raw)

    def _length(self) -> int:
        if not self._greeted:
            return _GREETING
        if len(self._rest) < _PREAMBLE:
            return 0
        return _PREAMBLE + int.from_bytes(self._rest[3:7], "big") + 1

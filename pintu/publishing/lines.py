"""A file as physical lines, one at a time: numbers for people, offsets for a progress bar."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

LONGEST: Final = 4 * 1024 * 1024
"""Bytes of a line that are kept: more than any message may have, so that what is cut is refused."""
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadFile(Exception):
    """The file as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` counts from 1; ``end`` is the offset in bytes of what follows the line."""

    number: int
    raw: bytes
    end: int


def lines_of(stream: BinaryIO) -> Iterator[Line]:
    """The lines with their ends, the byte order mark taken off. Memory is bounded by LONGEST.

    Raises:
        BadFile: the file is UTF-16.
    """
    number = end = 0
    while raw := stream.readline(LONGEST):
        number += 1
        end += len(raw)
        if number == 1:
            if raw.startswith(_WIDE):
                raise BadFile("is UTF-16; save it as UTF-8")
            raw = raw.removeprefix(codecs.BOM_UTF8)
        rest = raw
        while len(rest) == LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST)
            end += len(rest)
        yield Line(number, raw, end)

"""What a line of a file says, or why it cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: first and last line, and the offset in bytes of what follows.

    Of a workbook these are rows, of an array of JSON its items.
    """

    line: int
    last: int
    end: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that the router could only park; ``reason`` is a fixed code, ``detail`` a sentence
    that quotes nothing of it."""

    place: Place
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a line says; nothing in it has been checked.

    ``content`` tells one line from another, however it is written down. ``source`` is the door that
    an office's file names, a channel where none is asked for. ``envelope`` is the line itself where
    it is a whole CloudEvent. ``warnings`` say what was not understood, or not as it is written;
    ``notes`` what is worth saying once.
    """

    place: Place
    data: Mapping[str, object]
    content: bytes
    id: object = None
    channel: object = None
    source: str | None = None
    time: str | None = None
    envelope: bytes | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

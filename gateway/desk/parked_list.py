"""The parked messages as one reading of the queue found them, in groups of the same reason and
origin."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from broker.messaging.parking.unpark import Parked
from config.printable import printable

_KEPT: Final = 32_000_000
"""Bytes of bodies that one listing holds; further messages are read again when somebody looks."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message, its words fit for a page or a terminal. ``whole``: the message itself, where the
    listing holds it."""

    id: str
    reason: str
    detail: str
    origin: str
    to: str | None
    at: datetime | None
    size: int
    whole: Parked | None = field(default=None, repr=False)

    @property
    def group(self) -> str:
        """The key of its group, fit for an address."""
        return hashlib.sha256(f"{self.reason}\0{self.origin}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Group:
    """Messages of one reason from one origin. ``mark``: of exactly these messages."""

    key: str
    reason: str
    origin: str
    to: str | None
    lines: tuple[Line, ...]
    oldest: datetime | None
    mark: str

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(line.id for line in self.lines)


@dataclass(frozen=True, slots=True)
class Listing:
    """``at``: when it was read; ``unseen``: messages that the reading did not come to."""

    at: datetime
    lines: tuple[Line, ...]
    unseen: int
    groups: Mapping[str, Group]

    @classmethod
    def of(cls, at: datetime, lines: Iterable[Line], unseen: int) -> Self:
        """Lines, oldest first, in groups; the largest group first."""
        every = tuple(lines)
        found: dict[tuple[str, str], list[Line]] = {}
        for line in every:
            found.setdefault((line.reason, line.origin), []).append(line)
        groups = sorted(map(_group, found.values()), key=lambda group: -len(group.lines))
        return cls(at, every, unseen, {group.key: group for group in groups})

    def find(self, id: str) -> Line | None:
        """The message of an id."""
        return next((line for line in self.lines if line.id == id), None)


class Collector:
    """Gathers the lines of a reading; bodies as far as there is room for them."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._room = _KEPT

    def add(self, parked: Parked) -> None:
        """One more message."""
        fits = parked.size <= self._room
        self._room -= parked.size if fits else 0
        self._lines[parked.message.tag] = line_of(parked, whole=fits)

    def gone(self, parked: Parked) -> None:
        """It left the queue."""
        self._lines.pop(parked.message.tag, None)

    def listing(self, at: datetime, unseen: int) -> Listing:
        """What is still there."""
        return Listing.of(at, self._lines.values(), unseen)


def line_of(parked: Parked, *, whole: bool) -> Line:
    """A message as a line."""
    goes = parked.destination
    return Line(
        id=parked.id,
        reason=printable(parked.reason),
        detail=printable(parked.detail),
        origin="" if parked.origin is None else printable(str(parked.origin)),
        to=None if goes is None else printable(str(goes.to)),
        at=parked.at,
        size=parked.size,
        whole=parked if whole else None,
    )


def _group(lines: list[Line]) -> Group:
    mark = hashlib.sha256("\n".join(sorted(line.id for line in lines)).encode()).hexdigest()[:16]
    dated = [line.at for line in lines if line.at is not None]
    goes = {line.to for line in lines}
    first = lines[0]
    return Group(
        first.group,
        first.reason,
        first.origin,
        first.to if len(goes) == 1 else None,
        tuple(lines),
        min(dated, default=None),
        mark,
    )

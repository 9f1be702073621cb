"""What came in and was not answered yet, as the audit trail is read; bounded in bytes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from broker.messaging.messages import Incoming
from schemas.events import Routing
from schemas.updates import Update

MOST_BYTES: Final = 256 * 1024 * 1024
"""Of bodies. What waits longest is let go: in a trail in order only what was refused waits long."""
_EACH: Final = 1024
"""Bytes that one takes beside its body, about."""

Name = UUID | str
"""How a message names its complaint: by its id, or by its tracking code."""


@dataclass(slots=True)
class Kept:
    """A ``routed``, a ``triaged`` or an update; ``after``: when this system said something last
    before it came; ``refused``: an answer was that it changes nothing."""

    message: Incoming
    what: Routing | Update
    after: datetime | None
    refused: bool = False

    @property
    def name(self) -> Name:
        what = self.what
        if isinstance(what, Routing):
            return what.data.complaint_id
        return what.complaint_id or what.tracking or ""

    @property
    def size(self) -> int:
        return len(self.message.body) + _EACH


class KeptInputs:
    """In the order in which they came. ``let_go`` counts those for which there was no room."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.let_go = 0
        self._most = most
        self._bytes = 0
        self._serial = 0
        self._all: dict[int, Kept] = {}
        self._by_name: dict[Name, list[int]] = {}

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._all.values())

    def add(self, one: Kept) -> None:
        self._serial += 1
        self._all[self._serial] = one
        self._by_name.setdefault(one.name, []).append(self._serial)
        self._bytes += one.size
        while self._bytes > self._most:
            self._drop(next(iter(self._all)))
            self.let_go += 1

    def first(self, names: Iterable[Name], wanted: Callable[[Kept], bool]) -> Kept | None:
        """The first of these complaints that is wanted; it stays."""
        found = self._find(names, wanted)
        return None if found is None else self._all[found]

    def take(self, names: Iterable[Name], wanted: Callable[[Kept], bool]) -> Kept | None:
        """The same; it is kept no longer."""
        found = self._find(names, wanted)
        return None if found is None else self._drop(found)

    def _find(self, names: Iterable[Name], wanted: Callable[[Kept], bool]) -> int | None:
        serials = sorted(serial for name in names for serial in self._by_name.get(name, ()))
        return next((serial for serial in serials if wanted(self._all[serial])), None)

    def _drop(self, serial: int) -> Kept:
        one = self._all.pop(serial)
        serials = self._by_name[one.name]
        serials.remove(serial)
        if not serials:
            del self._by_name[one.name]
        self._bytes -= one.size
        return one

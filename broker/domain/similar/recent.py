"""The complaints of the last weeks, as they are remembered, and which of them one is like.

Bounded in memory: a ring of so many fingerprints, and for each of the rarest names of each a link
to the one before that has it too. Time is bounded: so many links are followed, and so
many are held against one.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import log
from sys import byteorder
from typing import Final
from uuid import UUID

from broker.domain.similar.fingerprints import CODE, Fingerprint, Words, parts, unpacked
from broker.domain.similar.likeness import Likeness
from broker.domain.similar.vocabulary import OF_A_PERSON, TELLS_KIND

WINDOW: Final = timedelta(days=30)
"""How long after one another two complaints may be about the same thing."""
CAPACITY: Final = 1 << 17
"""Fingerprints in memory: 30 days of 4,300 a day. Beyond it the oldest go first."""
MOST: Final = 10
"""Complaints that are named."""
_LINKS: Final = 6
"""Names by which one is found, and its square."""
_LOOKED_FOR: Final = 8
"""Names that others are looked for by."""
_FOLLOWED: Final = 16
"""Links of each that are followed."""
_ENOUGH: Final = 24
"""Links after which no further name is looked for: the rarest come first."""
_COMPARED: Final = 10
_MISSES: Final = 4
"""Complaints after which none is expected to be alike, where none was: the likeliest come first."""
"""Complaints that one is held against."""
_AT_FIRST: Final = 5000
"""Complaints without a word in them that are taken to have been there: the first are rare too."""
_COMMON: Final = 150
"""How often among these what tells the kind of thing only."""
_CODES: Final = 1 << 16
_NONE: Final = -1
_UNKNOWN: Final = bytes(2)


class RecentComplaints:
    """Of one process; all that its installation has routed, once it was told of them.

    ``window``: how long one is looked for among those that come after it.
    """

    def __init__(self, key: bytes, capacity: int = CAPACITY) -> None:
        self.words = Words(key)
        self.window = WINDOW
        self._capacity = capacity
        self._kept: list[bytes] = [b""] * capacity
        self._ids: list[UUID | None] = [None] * capacity
        self._at = array("q", bytes(8)) * capacity
        self._links = array("i", [_NONE]) * (capacity * _LINKS)
        self._heads = array("i", [_NONE]) * (2 * _CODES)
        self._counts = array("i", bytes(4)) * _CODES
        for word in TELLS_KIND | OF_A_PERSON:
            self._counts[self.words[word] & CODE] = _COMMON
        self._logs = array("d", map(log, range(1, capacity + _AT_FIRST + _COMMON + 2)))
        self._places: dict[int, int] = {}
        self._oldest = self._next = 0

    def __len__(self) -> int:
        return len(self._places)

    def like(self, own: Fingerprint, at: datetime) -> tuple[UUID, ...]:
        """Those that seem to be about the same thing, the likeliest first, at most ``MOST``."""
        candidates = self._candidates(own, int(at.timestamp()))
        if not candidates:
            return ()
        likeness = Likeness(own, self._weigh)
        found: list[tuple[float, int]] = []
        misses = 0
        for number in candidates:
            if share := likeness.of(array("H", self._kept[number % self._capacity])):
                found.append((share, number))
            elif (misses := misses + 1) >= _MISSES and not found:
                break
        found.sort(reverse=True)
        ids = [self._ids[number % self._capacity] for _, number in found[:MOST]]
        return tuple([complaint for complaint in ids if complaint is not None])

    def add(
        self, complaint: UUID, at: datetime, kept: bytes, own: Fingerprint | None = None
    ) -> bool:
        """Remember one, ``own`` where it is at hand; False where it is known, or was written by
        another version."""
        if complaint.int in self._places:
            return False
        if own is not None:
            words, places, cells, anonymous = own.words, own.places, own.cells[:1], own.anonymous
        elif (numbers := unpacked(kept)) is not None:
            words, places, _, cells = map(tuple, parts(numbers))
            anonymous = bool(numbers[0] & 1)
        else:
            return False
        seconds = int(at.timestamp())
        self._leave_behind(seconds - int(self.window.total_seconds()))
        number, self._next = self._next, self._next + 1
        slot = number % self._capacity
        self._kept[slot], self._ids[slot], self._at[slot] = kept, complaint, seconds
        self._places[complaint.int] = number
        counts, heads, links = self._counts, self._heads, self._links
        for code in words + places:
            counts[code] += 1
        apart, node = _CODES if anonymous else 0, number * _LINKS
        place = slot * _LINKS
        for code in (*self._rarest(places, _LINKS - 1), *cells):
            links[place] = heads[apart + code]
            heads[apart + code] = node
            place, node = place + 1, node + 1
        return True

    def remove(self, complaints: Collection[UUID]) -> None:
        """These are not to be named any more."""
        for complaint in complaints:
            number = self._places.pop(complaint.int, None)
            if number is not None:
                self._drop(number % self._capacity)

    def _candidates(self, own: Fingerprint, now: int) -> list[int]:
        """Numbers of those that share a name, those that share most of them first."""
        found: list[int] = []
        heads, links, size = self._heads, self._links, len(self._links)
        apart = _CODES if own.anonymous else 0
        floor = self._oldest * _LINKS
        for code in (*self._rarest(own.places, _LOOKED_FOR), *own.cells):
            node, more = heads[apart + code], _FOLLOWED
            while node >= floor and more:
                found.append(node // _LINKS)
                node = links[node % size]
                more -= 1
            if len(found) >= _ENOUGH:
                break
        if not found:
            return found
        since, village = now - int(self.window.total_seconds()), own.village.to_bytes(2, byteorder)
        topic = own.topic.to_bytes(2, byteorder) if own.topic else b""
        kept, at, capacity = self._kept, self._at, self._capacity
        shared = Counter(found)
        return [
            number
            for number in sorted(shared, key=shared.__getitem__, reverse=True)
            if (one := kept[slot := number % capacity])
            and since <= at[slot]
            and (not own.village or one[2:4] == village or one[2:4] == _UNKNOWN)
            # With one name alone it would have to be on the same topic.
            and (shared[number] > 1 or one[4:6] == topic)
        ][:_COMPARED]

    def _rarest(self, places: tuple[int, ...], most: int) -> Sequence[int]:
        if len(places) <= 1:
            return places
        return sorted(places, key=self._counts.__getitem__)[:most]

    def _weigh(self, codes: Collection[int]) -> float:
        """What words or names tell: each the logarithm of how few complaints have it."""
        common = sum(map(self._logs.__getitem__, map(self._counts.__getitem__, codes)))
        return len(codes) * self._logs[len(self._places) + _AT_FIRST] - common

    def _leave_behind(self, before: int) -> None:
        """What is too old, or in the way of the next one, goes."""
        while self._oldest < self._next:
            slot = self._oldest % self._capacity
            full = self._next - self._oldest >= self._capacity
            complaint = self._ids[slot]
            if complaint is not None:
                if not full and self._at[slot] >= before:
                    return
                del self._places[complaint.int]
                self._drop(slot)
            self._oldest += 1

    def _drop(self, slot: int) -> None:
        numbers = unpacked(self._kept[slot])
        self._kept[slot], self._ids[slot] = b"", None
        if numbers is not None:
            words, places, *_ = parts(numbers)
            for code in (*words, *places):
                self._counts[code] -= 1

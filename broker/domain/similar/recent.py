"""The complaints of the last weeks, as they are remembered, and which of them one is like.

Bounded in memory: a ring of so many fingerprints, and for each of the rarest names and words of
each a link to the one before that has it too. Time is bounded: so many links are followed, and so
many are held against one.
"""

from array import array
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from math import log
from typing import Final
from uuid import UUID

from broker.domain.similar.fingerprint import Fingerprint, Words
from broker.domain.similar.likeness import Likeness
from broker.domain.similar.vocabulary import OF_A_PERSON, TELLS_KIND

WINDOW: Final = timedelta(days=30)
"""How long after one another two complaints may be about the same thing."""
CAPACITY: Final = 1 << 17
"""Fingerprints in memory: 30 days of 4,300 a day. Beyond it the oldest go first."""
MOST: Final = 10
"""Complaints that are named."""
_LINKS: Final = 6
"""Names and words by which one is found."""
_LOOKED_FOR: Final = 8
"""Names and words that others are looked for by."""
_FOLLOWED: Final = 32
"""Links of each that are followed."""
_COMPARED: Final = 16
"""Complaints that one is held against."""
_AT_FIRST: Final = 1000
"""Complaints without a word in them that are taken to have been there: the first are rare too."""
_COMMON: Final = 30
"""How often among these what tells the kind of thing only."""
_CODES: Final = 1 << 16
_NONE: Final = -1


class RecentComplaints:
    """Of one process; all that its installation has routed, once it was told of them."""

    def __init__(self, key: bytes, capacity: int = CAPACITY) -> None:
        self.words = Words(key)
        self._capacity = capacity
        self._kept: list[bytes] = [b""] * capacity
        self._ids: list[bytes] = [b""] * capacity
        self._at = array("q", bytes(8)) * capacity
        self._links = array("i", [_NONE]) * (capacity * _LINKS)
        self._heads = array("i", [_NONE]) * (2 * _CODES)
        self._counts = array("i", [1]) * _CODES
        for word in TELLS_KIND | OF_A_PERSON:
            self._counts[self.words.code(word)] = _COMMON
        self._places: dict[bytes, int] = {}
        self._oldest = self._next = 0

    def __len__(self) -> int:
        return len(self._places)

    def like(self, own: Fingerprint, at: datetime) -> tuple[UUID, ...]:
        """Those that seem to be about the same thing, the likeliest first, at most ``MOST``."""
        candidates = self._candidates(own, int(at.timestamp()))
        if not candidates:
            return ()
        likeness, same = Likeness(own, self._weight), own.to_bytes()
        found: list[tuple[float, int]] = []
        for number, _ in Counter(candidates).most_common(_COMPARED):
            kept = self._kept[number % self._capacity]
            share = 1.0
            if kept != same:
                other = Fingerprint.from_bytes(kept)
                share = likeness.of(other) if other is not None else 0.0
            if share:
                found.append((share, number))
        found.sort(reverse=True)
        ids = [self._ids[number % self._capacity] for _, number in found[:MOST]]
        return tuple([UUID(bytes=complaint) for complaint in ids])

    def add(self, complaint: UUID, at: datetime, kept: bytes) -> bool:
        """Remember one; False where it is known, or was written by another version."""
        key, own = complaint.bytes, Fingerprint.from_bytes(kept)
        if key in self._places or own is None:
            return False
        seconds = int(at.timestamp())
        self._leave_behind(seconds - int(WINDOW.total_seconds()))
        number, self._next = self._next, self._next + 1
        slot = number % self._capacity
        self._kept[slot], self._ids[slot], self._at[slot] = kept, key, seconds
        self._places[key] = number
        counts, heads, links = self._counts, self._heads, self._links
        for code in own.words + own.places:
            counts[code] += 1
        codes = [*self._rarest(own, _LINKS - 1), *(own.cells[:1] or ())]
        apart = _CODES if own.anonymous else 0
        for nth, code in enumerate(codes):
            node = number * _LINKS + nth
            links[slot * _LINKS + nth] = heads[apart + code]
            heads[apart + code] = node
        return True

    def remove(self, complaints: Collection[UUID]) -> None:
        """These are not to be named any more."""
        for complaint in complaints:
            number = self._places.pop(complaint.bytes, None)
            if number is not None:
                self._drop(number)

    def _candidates(self, own: Fingerprint, now: int) -> list[int]:
        """Numbers of those that share a rare name or word; one for each that they share."""
        found: list[int] = []
        heads, links, size = self._heads, self._links, len(self._links)
        apart = _CODES if own.anonymous else 0
        floor = self._oldest * _LINKS
        for code in (*self._rarest(own, _LOOKED_FOR), *own.cells):
            node, more = heads[apart + code], _FOLLOWED
            while node >= floor and more:
                found.append(node // _LINKS)
                node = links[node % size]
                more -= 1
        if not found:
            return found
        since, village = now - int(WINDOW.total_seconds()), own.village.to_bytes(2, "little")
        anywhere = not own.village
        kept, at, capacity = self._kept, self._at, self._capacity
        return [
            number
            for number in found
            if (one := kept[slot := number % capacity])
            and since <= at[slot]
            and (anywhere or one[2:4] == village or one[2:4] == b"\0\0")
        ]

    def _rarest(self, own: Fingerprint, most: int) -> list[int]:
        """Names first: what is not named alike is seldom found alike."""
        places, words = own.places, own.words
        rarity = self._counts.__getitem__
        if len(places) >= most:
            return sorted(places, key=rarity)[:most]
        return [*places, *sorted(words, key=rarity)[: min(2, most - len(places))]]

    def _weight(self, code: int) -> float:
        return log((len(self._places) + _AT_FIRST) / self._counts[code])

    def _leave_behind(self, before: int) -> None:
        """What is too old, or in the way of the next one, goes."""
        while self._oldest < self._next:
            slot = self._oldest % self._capacity
            full = self._next - self._oldest >= self._capacity
            if not full and self._kept[slot] and self._at[slot] >= before:
                return
            if self._kept[slot]:
                self._places.pop(self._ids[slot], None)
                self._drop(self._oldest)
            self._oldest += 1

    def _drop(self, number: int) -> None:
        slot = number % self._capacity
        own = Fingerprint.from_bytes(self._kept[slot])
        self._kept[slot] = self._ids[slot] = b""
        for code in own.words + own.places if own is not None else ():
            self._counts[code] -= 1

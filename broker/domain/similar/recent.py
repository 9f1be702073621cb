"""The complaints of the last weeks, as they are remembered, and which of them one is like.

Bounded in memory: a ring of so many fingerprints, and for each name the last of those that have it
among their rarest. Time is bounded: so many of each name are looked at, and so many are held
against one.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from broker.domain.similar.fingerprints import Fingerprint, parts, unpacked
from broker.domain.similar.likeness import Likeness, Other, opened
from broker.domain.similar.vocabulary import OF_A_PERSON, TELLS_KIND
from broker.domain.similar.weights import Weights
from broker.domain.similar.words import CODE, Words

WINDOW: Final = timedelta(days=30)
"""How long after one another two complaints may be about the same thing."""
CAPACITY: Final = 1 << 17
"""Fingerprints in memory: 30 days of 4,300 a day. Beyond it the oldest go first."""
MOST: Final = 10
"""Complaints that are named."""
_FOUND_BY: Final = 5
"""Names by which one is found, the rarest of its own, and its square."""
_LOOKED_FOR: Final = 8
"""Names that others are looked for by."""
_ENOUGH: Final = 24
"""Of these, after which no further name is looked for: the rarest come first."""
_FOLLOWED: Final = 16
"""Complaints with a name that are looked at, the latest."""
_COMPARED: Final = 10
_MISSES: Final = 4
"""Complaints after which none is expected to be alike, where none was: the likeliest come first."""
_AT_HAND: Final = 1 << 10
"""Fingerprints that are kept opened: in a flood the same are held against one after another."""
_COMMON: Final = 150
"""How often among the first complaints what tells the kind of thing only."""
_CODES: Final = 1 << 16
_VILLAGE: Final = 16
_NUMBER: Final = 32
"""Bits of an entry below the village, and below the number of the complaint; the topic is last."""


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
        self._having: list[tuple[int, ...]] = [()] * (2 * _CODES)
        """Name or square → those that have it, the latest first: their numbers, each with its
        topic. First the named, then the anonymous ones."""
        self._weights = Weights(_CODES)
        for word in TELLS_KIND | OF_A_PERSON:
            self._weights.counts[self.words[word] & CODE] = _COMMON + 1
        self._at_hand: dict[bytes, Other] = {}
        self._places: dict[int, int] = {}
        self._oldest = self._next = 0
        self._moment: datetime | None = None
        self._seconds = 0

    def __len__(self) -> int:
        return len(self._places)

    def like(self, own: Fingerprint, at: datetime) -> tuple[UUID, ...]:
        """Those that seem to be about the same thing, the likeliest first, at most ``MOST``."""
        candidates = self._candidates(own)
        if not candidates:
            return ()
        since = int(at.timestamp()) - int(self.window.total_seconds())
        alike: list[tuple[float, int]] = []
        likeness: Likeness | None = None
        compared = 0
        for entry in candidates:
            slot = (entry >> _NUMBER) % self._capacity
            kept = self._kept[slot]
            if self._at[slot] < since or not kept:
                continue
            likeness = likeness or Likeness(own, self._weights)
            if share := self._share(likeness, kept):
                alike.append((share, entry))
            compared += 1
            if compared >= (_COMPARED if alike else _MISSES):
                break
        alike.sort(reverse=True)
        ids = [self._ids[(entry >> _NUMBER) % self._capacity] for _, entry in alike[:MOST]]
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
            village, topic = own.village, own.topic
        elif (numbers := unpacked(kept)) is not None:
            words, places, _, cells = map(tuple, parts(numbers))
            anonymous, village, topic = bool(numbers[0] & 1), numbers[1], numbers[2]
        else:
            return False
        if at is not self._moment or self._next - self._oldest >= self._capacity:
            # All of a batch have one moment.
            self._moment, self._seconds = at, int(at.timestamp())
            self._leave_behind(self._seconds - int(self.window.total_seconds()))
        seconds = self._seconds
        number, self._next = self._next, self._next + 1
        slot = number % self._capacity
        self._kept[slot], self._ids[slot], self._at[slot] = kept, complaint, seconds
        self._places[complaint.int] = number
        counts, having, apart = self._weights.counts, self._having, _CODES if anonymous else 0
        for code in words:
            counts[code] += 1
        for code in places:
            counts[code] += 1
        self._weights.complaints = len(self._places)
        entry = number << _NUMBER | village << _VILLAGE | topic
        for code in (*self._rarest(places, _FOUND_BY), *cells):
            having[apart + code] = (entry, *having[apart + code][: _FOLLOWED - 1])
        return True

    def remove(self, complaints: Collection[UUID]) -> None:
        """These are not to be named any more."""
        for complaint in complaints:
            number = self._places.pop(complaint.int, None)
            if number is not None:
                self._drop(number % self._capacity)

    def _candidates(self, own: Fingerprint) -> list[int]:
        """Entries of those that share a name, those that share most of them first, then the latest.

        With one name alone it would have to be on the same topic.
        """
        having, apart = self._having, _CODES if own.anonymous else 0
        groups: list[tuple[int, ...]] = []
        many = 0
        for code in (*self._rarest(own.places, _LOOKED_FOR), *own.cells):
            if group := having[apart + code]:
                groups.append(group)
                many += len(group)
                if many >= _ENOUGH:
                    break
        if not groups:
            return []
        topic, village, floor = own.topic, own.village, self._oldest << _NUMBER
        return [
            entry
            for entry in chain(*_by_names(groups, topic))
            if (not village or (other := entry >> _VILLAGE & CODE) == village or not other)
            and entry >= floor
        ]

    def _share(self, likeness: Likeness, kept: bytes) -> float:
        other = self._at_hand.get(kept)
        if other is None:
            numbers = array("H", kept)
            if likeness.far(numbers):
                return 0.0
            if len(self._at_hand) >= _AT_HAND:
                self._at_hand.clear()
            self._at_hand[kept] = other = opened(numbers)
        return likeness.of(other)

    def _rarest(self, places: tuple[int, ...], most: int) -> Sequence[int]:
        if len(places) <= 1:
            return places
        return sorted(places, key=self._weights.counts.__getitem__)[:most]

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
                self._weights.counts[code] -= 1
            self._weights.complaints = len(self._places)


def _by_names(groups: Sequence[Sequence[int]], topic: int) -> tuple[list[int], list[int]]:
    """Entries of some names: those with more than one of the names, the most first, and those of
    the topic with one."""
    if len(groups) == 1:
        return [], [entry for entry in groups[0] if entry & CODE == topic]
    if len(groups) > 2:
        shared = Counter(chain.from_iterable(groups))
        more = [entry for entry, names in shared.items() if names > 1]
        more.sort(key=shared.__getitem__, reverse=True)
        return more, [one for one, names in shared.items() if names == 1 and one & CODE == topic]
    first, second = groups
    both = set(first).intersection(second)
    more = [entry for entry in first if entry in both] if both else []
    of_topic = [entry for entry in (*first, *second) if entry & CODE == topic]
    return more, [entry for entry in of_topic if entry not in both] if both else of_topic

"""Whether two complaints are about the same thing, by what is remembered of them. Pure.

Precision comes first: who reads that two are alike may answer both with one sentence. So both must
name the same place, and nothing may speak against it. The measures were set on pairs that people
judged: `tests/unit/broker/domain/similar/pairs`.
"""

from array import array
from collections.abc import Callable, Collection
from typing import Final

from broker.domain.similar.fingerprints import GANG, SIDE, Fingerprint, parts

Weigh = Callable[[Collection[int]], float]

_SAME_PLACE: Final = 0.8
"""Of the weight of the shorter one's names that the other has too."""
_TELLING: Final = 5.0
"""Weight of names that tell a place: one that is in fewer than one complaint of a hundred."""
_LITTLE: Final = 2.0
"""Of names that many have; then words must be much alike."""
_SAME_MATTER: Final = 0.25
"""Share of words of both, where topic and place are the same."""
_SAME_WHOLE_PLACE: Final = 0.12
"""The same where the longer one's names are the other's too."""
_SAME_AGENCY: Final = 0.35
_OTHERWISE: Final = 0.45
_HALF_NUMBERED: Final = 0.4
"""Where one says which gang or which side, and the other does not."""
_LEAST: Final = 2
"""Words of both where the topics are not the same."""
_OF_A_PERSON: Final = 0.5
_OF_A_PERSON_OTHERWISE: Final = 0.75
_LITTLE_PLACE: Final = 0.5
_NEVER: Final = 2.0


class Likeness:
    """One complaint, held against others. ``weigh``: some words or names, the rarer the more."""

    def __init__(self, own: Fingerprint, weigh: Weigh) -> None:
        self._own = own
        self._weigh = weigh
        self._words = frozenset(own.words)
        self._places = frozenset(own.places)
        self._cells = frozenset(own.cells)
        self._names_weight = weigh(own.places)
        self._words_weight = weigh(own.words)

    def of(self, other: "array[int]") -> float:
        """How much alike, from 0 (not about the same thing) to 1. Neither is about the same thing
        as one of another village, nor a named reporter's as an anonymous one's.

        Args:
            other: its fingerprint, unpacked.
        """
        own = self._own
        if (other[0] & 1) != own.anonymous or _differ(own.village, other[1]):
            return 0.0
        words, places, numbers, cells = parts(other)
        both = self._words.intersection(words)
        if len(both) < (1 if own.topic and own.topic == other[2] else _LEAST):
            return 0.0  # it would not be enough below, and most end here
        near = bool(cells) and cells[0] in self._cells
        if cells and self._cells and not near:
            return 0.0
        # A street that one has in his address the other may have in his sentence.
        names = self._places.intersection(places) | self._words.intersection(places)
        names |= self._places.intersection(words)
        shared, sizes = self._weigh(names), (self._names_weight, self._weigh(places))
        least, most = min(sizes) or max(sizes), max(sizes)
        shorter = min(1.0, shared / least) if least else 0.0
        telling = near or (shorter >= _SAME_PLACE and shared >= _TELLING)
        if not telling and (shorter < _SAME_PLACE or shared < _LITTLE):
            return 0.0
        loose = _against(own.numbers, numbers)
        if loose is None:
            return 0.0
        longer = min(1.0, shared / most) if most else 0.0
        needed = self._needed(other, telling, near or longer >= _SAME_PLACE, loose)
        both -= names
        mine = self._words_weight - self._weigh(self._words & names)
        theirs = self._weigh(words) - self._weigh(names.intersection(words))
        said = min(1.0, 2 * self._weigh(both) / (mine + theirs)) if mine + theirs > 0 else 0.0
        return min(1.0, (shorter + longer) / 4 + said / 2) if said >= needed else 0.0

    def _needed(self, other: "array[int]", telling: bool, whole: bool, loose: bool) -> float:
        """The share of words that both must have, the surer the place and the matter the less."""
        own = self._own
        topic = bool(own.topic) and own.topic == other[2]
        if not telling:
            needed = _LITTLE_PLACE if topic else _NEVER
        elif topic:
            needed = _SAME_WHOLE_PLACE if whole else _SAME_MATTER
        else:
            agency = bool(own.agency) and own.agency == other[3]
            needed = _SAME_AGENCY if agency else _OTHERWISE
        if own.personal or other[0] & 2:
            needed = max(needed, _OF_A_PERSON if topic else _OF_A_PERSON_OTHERWISE)
        return max(needed, _HALF_NUMBERED) if loose else needed


def _differ(one: int, other: int) -> bool:
    """Whether both are known, and not the same."""
    return one != other and one != 0 != other


def _against(own: Collection[int], other: Collection[int]) -> bool | None:
    """Whether only one of them says which gang or side; None where their numbers contradict."""
    if not own and not other:
        return False
    mine, theirs = {number >> 12 for number in own}, {number >> 12 for number in other}
    both = {number >> 12 for number in own if number in other}
    if (mine & theirs) - both:
        return None
    return bool((mine ^ theirs) & {GANG, SIDE})

"""Whether two complaints are about the same thing, by what is remembered of them. Pure.

Precision comes first: who reads that two are alike may answer both with one sentence. So both must
name the same place, and nothing may speak against it. The measures were set on pairs that people
judged: `tests/unit/broker/domain/similar/pairs`.
"""

from array import array
from collections.abc import Iterable
from typing import Final, NamedTuple

from broker.domain.similar.fingerprints import HEAD, Fingerprint, parts
from broker.domain.similar.weights import Weights
from broker.domain.similar.words import GANG, SIDE

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


_WHICH: Final = 1 << GANG | 1 << SIDE


class Other(NamedTuple):
    """A fingerprint as it is kept, opened to be held against others."""

    anonymous: int
    personal: int
    village: int
    topic: int
    agency: int
    words: frozenset[int]
    places: frozenset[int]
    numbers: frozenset[int]
    cell: int | None


def opened(kept: "array[int]") -> Other:
    """Of what was unpacked."""
    words, places, numbers, cells = parts(kept)
    return Other(
        kept[0] & 1,
        kept[0] & 2,
        kept[1],
        kept[2],
        kept[3],
        frozenset(words),
        frozenset(places),
        frozenset(numbers),
        cells[0] if cells else None,
    )


class Likeness:
    """One complaint, held against others."""

    def __init__(self, own: Fingerprint, weights: Weights) -> None:
        self._own = own
        self._weights = weights
        self._kinds = _kinds(own.numbers)
        self._words = frozenset(own.words)
        self._places = frozenset(own.places)
        self._all = self._words | self._places
        self._names_weight = weights.of(own.places)

    def far(self, kept: "array[int]") -> bool:
        """Whether one that was unpacked has too few of the words, or numbers that contradict. Most
        end here, and to see it takes a fifth of the time of opening it and holding it against
        this one."""
        own, names = self._own, HEAD + kept[4]
        both = self._words.intersection(kept[HEAD:names])
        if len(both) < (1 if own.topic and own.topic == kept[2] else _LEAST):
            return True
        first = names + kept[5]
        return self._against(kept[first : first + kept[6]]) is None

    def of(self, other: Other) -> float:
        """How much alike, from 0 (not about the same thing) to 1. Neither is about the same thing
        as one of another village, nor a named reporter's as an anonymous one's."""
        own, weigh = self._own, self._weights.of
        if other.anonymous != own.anonymous or _differ(own.village, other.village):
            return 0.0
        both = self._words & other.words
        if len(both) < (1 if own.topic and own.topic == other.topic else _LEAST):
            return 0.0  # it would not be enough below, and most end here
        near = False
        if own.cells and other.cell is not None and not (near := other.cell in own.cells):
            return 0.0
        # A street that one has in his address the other may have in his sentence.
        names = (self._all & other.places) | (self._places & other.words)
        shared, theirs = weigh(names), weigh(other.places)
        least, most = self._names_weight, theirs
        if least > most:
            least, most = most, least
        least = least or most
        shorter = min(1.0, shared / least) if least else 0.0
        telling = near or (shorter >= _SAME_PLACE and shared >= _TELLING)
        if not telling and (shorter < _SAME_PLACE or shared < _LITTLE):
            return 0.0
        loose = self._against(other.numbers)
        if loose is None:
            return 0.0
        longer = min(1.0, shared / most) if most else 0.0
        needed = self._needed(other, telling, near or longer >= _SAME_PLACE, loose)
        mine = weigh(self._words - names)
        all_said = mine + weigh(other.words - names)
        said = min(1.0, 2 * weigh(both - names) / all_said) if all_said > 0 else 0.0
        return min(1.0, (shorter + longer) / 4 + said / 2) if said >= needed else 0.0

    def _against(self, numbers: Iterable[int]) -> bool | None:
        """Whether only one of them says which gang or side; None where their numbers contradict."""
        own, theirs, both = self._own.numbers, 0, 0
        for number in numbers:
            kind = 1 << (number >> 12)
            theirs |= kind
            if number in own:
                both |= kind
        if self._kinds & theirs & ~both:
            return None
        return bool((self._kinds ^ theirs) & _WHICH)

    def _needed(self, other: Other, telling: bool, whole: bool, loose: bool) -> float:
        """The share of words that both must have, the surer the place and the matter the less."""
        own = self._own
        topic = bool(own.topic) and own.topic == other.topic
        if not telling:
            needed = _LITTLE_PLACE if topic else _NEVER
        elif topic:
            needed = _SAME_WHOLE_PLACE if whole else _SAME_MATTER
        else:
            agency = bool(own.agency) and own.agency == other.agency
            needed = _SAME_AGENCY if agency else _OTHERWISE
        if own.personal or other.personal:
            needed = max(needed, _OF_A_PERSON if topic else _OF_A_PERSON_OTHERWISE)
        return max(needed, _HALF_NUMBERED) if loose else needed


def _differ(one: int, other: int) -> bool:
    """Whether both are known, and not the same."""
    return one != other and one != 0 != other


def _kinds(numbers: Iterable[int]) -> int:
    """One bit for each kind of number."""
    kinds = 0
    for number in numbers:
        kinds |= 1 << (number >> 12)
    return kinds

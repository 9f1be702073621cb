"""Whether two complaints are about the same thing, by what is remembered of them. Pure.

Precision comes first: who reads that two are alike may answer both with one sentence. So both must
name the same place, and nothing may speak against it. The measures were set on pairs that people
judged: `tests/unit/broker/domain/similar/pairs`.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final, NamedTuple

from broker.domain.similar.fingerprint import GANG, SIDE, Fingerprint

Weight = Callable[[int], float]

_SAME_PLACE: Final = 0.7
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
_OF_A_PERSON: Final = 0.5
_OF_A_PERSON_OTHERWISE: Final = 0.75
_LITTLE_PLACE: Final = 0.5


class _Shared(NamedTuple):
    """``names``: weight of the names of both; ``shorter`` and ``longer``: their share of the
    names of each; ``said``: share of the words of both, from 0 to 1."""

    names: float
    shorter: float
    longer: float
    said: float


class Likeness:
    """One complaint, held against others. ``weight``: of a word or a name, the rarer the more."""

    def __init__(self, own: Fingerprint, weight: Weight) -> None:
        self._own = own
        self._weight = weight
        self._words = frozenset(own.words)
        self._places = frozenset(own.places)
        self._all = self._words | self._places
        self._cells = frozenset(own.cells)
        self._places_weight = self._sum(self._places)

    def of(self, other: Fingerprint) -> float:
        """How much alike, from 0 (not about the same thing) to 1. Neither is about the same thing
        as one of another village, nor a named reporter's as an anonymous one's."""
        own = self._own
        if own.anonymous is not other.anonymous or _differ(own.village, other.village):
            return 0.0
        loose = _against(own.numbers, other.numbers)
        if loose is None:
            return 0.0
        near = bool(other.cells) and other.cells[0] in self._cells
        if other.cells and self._cells and not near:
            return 0.0
        shared = self._shared(other)
        needed = self._needed(other, shared, near)
        if loose:
            needed = max(needed, _HALF_NUMBERED)
        if shared.said < needed:
            return 0.0
        return min(1.0, (shared.shorter + shared.longer) / 4 + shared.said / 2)

    def _needed(self, other: Fingerprint, shared: _Shared, near: bool) -> float:
        """The share of words that both must have, the surer the place and the matter the less."""
        own = self._own
        telling = shared.shorter >= _SAME_PLACE and shared.names >= _TELLING
        topic = bool(own.topic) and own.topic == other.topic
        if topic and (telling or near):
            needed = _SAME_MATTER
            if near or shared.longer >= _SAME_PLACE:
                needed = _SAME_WHOLE_PLACE
        elif telling or near:
            agency = bool(own.agency) and own.agency == other.agency
            needed = _SAME_AGENCY if agency else _OTHERWISE
        elif topic and shared.shorter >= _SAME_PLACE and shared.names >= _LITTLE:
            needed = _LITTLE_PLACE
        else:
            return 2.0
        if own.personal or other.personal:
            return max(needed, _OF_A_PERSON if topic else _OF_A_PERSON_OTHERWISE)
        return needed

    def _shared(self, other: Fingerprint) -> _Shared:
        places, words = frozenset(other.places), frozenset(other.words)
        # A street that one has in his address the other may have in his sentence.
        names = (self._places & (places | words)) | (places & self._words)
        weight = self._sum(names)
        theirs = self._sum(places)
        sizes = [size for size in (self._places_weight, theirs) if size]
        shorter = min(1.0, weight / min(sizes)) if sizes else 0.0
        longer = min(1.0, weight / max(sizes)) if sizes else 0.0
        said = self._sum(self._words - names) + self._sum(words - names)
        both = 2 * self._sum((self._words & words) - names)
        return _Shared(weight, shorter, longer, both / said if said else 0.0)

    def _sum(self, codes: Iterable[int]) -> float:
        return sum(map(self._weight, codes))


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

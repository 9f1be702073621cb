"""Typing errors: a word that nobody knows → the one known word that it is a slip of.

Only a single slip is undone: two letters swapped, one dropped, doubled or added, or hit on a key
beside the right one. Where two known words are as near, neither is meant. Words that are known,
short ones and what is not of letters alone are never looked at.

The index is that of SymSpell: a known word is filed under itself and under itself without each of
its letters, so that a word with one slip meets it under one of as many keys of its own.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from broker.domain.routing.language.affixes import without_particles

SHORTEST: Final = 5
"""Letters of what is corrected, and of what it is corrected to: `lampi`, `jalam`."""
LONGEST: Final = 20
LONG_STEM: Final = 6
"""Letters of a stem that is corrected where the whole word is none of the rules' as written."""
_LONG: Final = 7
"""Letters of a word of which any letter may be missing, or one too many be there."""
_VOWELS: Final = frozenset("aiueo")
_KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_FIRST, _SECOND, _UNLIKELY = 1, 2, 3

Reading = Callable[[str], str]


def _neighbours() -> frozenset[tuple[str, str]]:
    """Keys that touch each other; each row lies half a key to the right of the one above it."""
    place = {
        key: (row, 2 * column + row)
        for row, keys in enumerate(_KEYBOARD)
        for column, key in enumerate(keys)
    }
    return frozenset(
        (one, other)
        for one, (row, at) in place.items()
        for other, (its_row, its_at) in place.items()
        if one != other and abs(row - its_row) <= 1 and abs(at - its_at) <= 2 - abs(row - its_row)
    )


_BESIDE: Final = _neighbours()


class ReadAs(str):
    """A canonical word that was not written so: it stands for a typing error."""

    __slots__ = ()


class Corrections:
    """Known words by what a slip leaves of them. Filled once, then only looked at."""

    __slots__ = ("_index", "_known", "_meant", "_reading")

    def __init__(self, meant: Iterable[str], known: Collection[str], reading: Reading) -> None:
        """`meant`: words that a slip may be of; `known`: all others, which rule out that one is
        meant; `reading`: a word → the rules' canonical one."""
        self._meant = frozenset(filter(_fit, meant))
        self._known = frozenset(known)
        self._reading = reading
        self._index: dict[str, tuple[str, ...]] = {}
        for word in sorted(self._meant.union(filter(_fit, known))):
            for key in dict.fromkeys(_keys(word)[:-1]):
                self._index[key] = (*self._index.get(key, ()), word)

    def of(self, word: str, stem: str) -> str | None:
        """The reading of the known word that `word`, whose reading is unknown, is a slip of; else
        that of its stem, where that is long enough to tell."""
        if not _fit(word):
            return None
        meant = self._meant_by(word)
        if meant is None and len(stem) >= LONG_STEM and stem != word:
            meant = self._meant_by(stem)
        if meant is None or not self._known.isdisjoint((word, stem, without_particles(word))):
            return None
        return meant

    def _meant_by(self, word: str) -> str | None:
        index = self._index
        near = [index[key] for key in _keys(word) if key in index]
        if not near:
            return None
        slips = {other: slip(word, other) for others in near for other in others}
        likeliest = min(slips.values())
        found = [other for other, how in slips.items() if how == likeliest]
        if likeliest == _UNLIKELY or not self._meant.issuperset(found):
            return None
        first, *others = map(self._reading, found)
        return first if all(other == first for other in others) else None


def _fit(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def _keys(word: str) -> list[str]:
    """The word, the word without each of its letters but the first, and with the first two letters
    swapped."""
    keys = [word[:at] + word[at + 1 :] for at in range(1, len(word))]
    keys.append(word)
    keys.append(word[1::-1] + word[2:])
    return keys


def slip(written: str, meant: str) -> int:
    """How likely it is that one who meant `meant` wrote `written`, the lower the likelier.

    The first letter is right, except where it was swapped with the second.
    """
    start = _same(written, meant)
    rest, of = written[start:], meant[start:]
    size = len(rest) - len(of)
    if size == 0:
        if rest[2:] == of[2:] and rest[:2] == of[1::-1]:
            return _FIRST
        beside = start and rest[1:] == of[1:] and (rest[0], of[0]) in _BESIDE
        if beside:
            return _FIRST
        both = start and rest[1:] == of[1:] and {rest[0], of[0]} <= _VOWELS
        return _SECOND if both and len(meant) >= _LONG else _UNLIKELY
    if size == 1 and rest[1:] == of:  # one letter too many
        if start and rest[0] == written[start - 1]:
            return _FIRST
        return _SECOND if start and len(written) > _LONG else _UNLIKELY
    if size == -1 and rest == of[1:] and start:  # one is missing
        if of[0] in _VOWELS or of[0] == meant[start - 1]:
            return _FIRST
        return _SECOND if len(meant) >= _LONG else _UNLIKELY
    return _UNLIKELY


def _same(one: str, other: str) -> int:
    """How many letters both begin with."""
    for at, (letter, its) in enumerate(zip(one, other, strict=False)):
        if letter != its:
            return at
    return min(len(one), len(other))

"""The numbers of words, names and squares: by a keyed hash, each looked at once and remembered."""

from hashlib import blake2b
from typing import Final

from broker.domain.routing.language.text import words
from broker.domain.similar import vocabulary

CODE: Final = 0xFFFF
"""The number itself; what kind of word it is stands above it."""
WORD: Final = 1 << 16
KIND: Final = 1 << 17
STREET: Final = 1 << 18
RELATES: Final = 1 << 19
NUMBER: Final = 1 << 20
_PERSON: Final = 1 << 21
TURN: Final = 1 << 22
MARKER: Final = 1 << 23
"""The highest: what is not less has it."""
_RT, _RW, _HOUSE = 1, 2, 3
GANG, SIDE = 4, 5
_NUMBERED: Final = {"rt": _RT, "rw": _RW, "no": _HOUSE, "nomor": _HOUSE}
_LONG: Final = 7
"""Letters of a word that may have something before or behind it."""
_REMEMBERED: Final = 1 << 15
"""Words whose number is kept in memory."""
_AREAS: Final = 1 << 12
_CELL: Final = 2000
"""Cells in a degree: half a thousandth, 55 m in the tropics."""
_AROUND: Final = ((0, 0), (-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


class Words(dict[str, int]):
    """Word → its number, with what kind of word it is in higher bits; 0 for one that says nothing.

    Two with the same key give the same numbers, on any machine.
    """

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._keyed = blake2b(digest_size=2, key=key)
        self.plain: dict[int, int] = {}
        """What was given for a word → its number alone, 0 for one that says nothing."""
        self.personal: set[int] = set()
        """Of what was given, that for words about one person's own affair."""
        self._named: dict[tuple[str, str], int] = {}
        self._squares: dict[tuple[int, int], int] = {}
        self._areas: dict[tuple[str | None, str | None], frozenset[int]] = {}

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = found = self._look_at(word)
        self.plain[found] = found & CODE if found & WORD else 0
        if found & _PERSON:
            self.personal.add(found)
        return found

    def codes(self, text: str) -> list[int]:
        """What is given for each word of a text, in their order."""
        return list(map(self.__getitem__, words(text)))

    def named(self, kind: str, name: str | None) -> int:
        """The number of a code of that kind; 0 for none."""
        if not name:
            return 0
        found = self._named.get((kind, name))
        if found is None:
            if len(self._named) >= _REMEMBERED:
                self._named.clear()
            found = self._named[kind, name] = self.code(f"{kind} {name}")
        return found

    def areas(self, village: str | None, district: str | None) -> frozenset[int]:
        """The numbers of the words in these names: they tell no place within it."""
        found = self._areas.get((village, district))
        if found is None:
            if len(self._areas) >= _AREAS:
                self._areas.clear()
            both = words(f"{village or ''} {district or ''}")
            found = frozenset([self[word] & CODE for word in both])
            self._areas[village, district] = found
        return found

    def squares(self, latitude: float, longitude: float) -> tuple[int, ...]:
        """The square that the coordinates lie in, and the eight around it."""
        row, column = int(latitude * _CELL // 1), int(longitude * _CELL // 1)
        known = self._squares
        if len(known) >= _REMEMBERED:
            known.clear()
        found = []
        for y, x in _AROUND:
            at = row + y, column + x
            if (code := known.get(at)) is None:
                code = known[at] = self.code(f"cell {at[0]} {at[1]}")
            found.append(code)
        return tuple(found)

    def code(self, name: str) -> int:
        """The number of a code or a name, never 0."""
        made = self._keyed.copy()
        made.update(name.encode("utf-8", "surrogatepass"))
        return int.from_bytes(made.digest(), "little") or 1

    def _look_at(self, word: str) -> int:
        found = 0
        if (number := _number(word)) is not None:
            return NUMBER | number
        if word in vocabulary.NAMES_PLACE:
            found |= MARKER | (STREET if word in vocabulary.NAMES_STREET else 0)
        if word in vocabulary.RELATES:
            found |= RELATES
        if word in _NUMBERED:
            return found | MARKER | _NUMBERED[word]
        if word in vocabulary.SIDES:
            return TURN | vocabulary.SIDES[word]
        if word in vocabulary.SAYS_NOTHING or (len(word) < 3 and not word.isdigit()):
            return found
        kinds = vocabulary.TELLS_KIND
        if word in kinds or (word := _bare(word)) in kinds:
            found |= KIND
        if word in vocabulary.OF_A_PERSON:
            found |= _PERSON | KIND
        return found | WORD | self.code(_bare(word))


def _bare(word: str) -> str:
    """Without what is put before or behind a word most often: `berlubang`, `lubangnya`."""
    if word.endswith("nya") and len(word) >= _LONG:
        word = word[:-3]
    return word[3:] if word.startswith("ber") and len(word) >= _LONG else word


def _number(word: str) -> int | None:
    """What a numeral says, Arabic or Roman, up to three digits; a letter behind it is left out."""
    if word in vocabulary.ROMAN:
        return vocabulary.ROMAN[word]
    digits = word if word.isdigit() else word[:-1]
    if 0 < len(digits) <= 3 and digits.isascii() and digits.isdigit():
        return int(digits)
    return None

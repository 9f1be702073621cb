"""What is remembered of a complaint to know it again: numbers made of its words, never the words.

Each word, name and code becomes a number of sixteen bits by a keyed hash: some words of the
language have the same one. See docs/explanation/decisions/0053-similar.md.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import blake2b
from operator import or_
from typing import Final, NamedTuple

from broker.domain.routing.language.text import words
from broker.domain.similar.vocabulary import (
    NAMES_PLACE,
    NAMES_STREET,
    OF_A_PERSON,
    RELATES,
    ROMAN,
    SAYS_NOTHING,
    SIDES,
    TELLS_KIND,
)
from schemas.complaint import LocationFields, PublicComplaint

VERSION: Final = 1
"""Of the bytes; others are not read."""
_EXAMINED: Final = 800
"""Characters of a text that are looked at."""
_HEAD: Final = 8
"""Numbers before the lists: four facts, four lengths."""
_MOST_WORDS: Final = 32
_MOST_PLACES: Final = 10
_MOST_NUMBERS: Final = 6
_LONG: Final = 7
"""Letters of a word that may have something before or behind it."""
_VILLAGE: Final = 13
"""Characters of a Kemendagri code of a village, with its points."""
_CELL: Final = 2000
"""Cells in a degree: half a thousandth, 55 m in the tropics."""
_REMEMBERED: Final = 1 << 15
"""Words whose number is kept in memory."""
_AREAS: Final = 1 << 12

CODE: Final = 0xFFFF
_WORD: Final = 1 << 16
_KIND: Final = 1 << 17
_MARKER: Final = 1 << 18
_STREET: Final = 1 << 19
_RELATES: Final = 1 << 20
_NUMBER: Final = 1 << 21
_RT, _RW, _HOUSE = 1, 2, 3
GANG, SIDE = 4, 5
_PERSON: Final = 1 << 22
_TURN: Final = 1 << 23
_NUMBERED: Final = {"rt": _RT, "rw": _RW, "no": _HOUSE, "nomor": _HOUSE}
_NOWHERE: Final[LocationFields] = {}


class Fingerprint(NamedTuple):
    """Numbers of sixteen bits; 0: not known.

    ``words``: what it is about, ``places``: names of streets and landmarks, ``numbers``: of a
    street or gang, RT, RW, house, each with its kind in the top bits; ``cells``: where it is by
    its coordinates, first its own square, then those around it.
    """

    anonymous: bool
    personal: bool
    village: int
    topic: int
    agency: int
    words: tuple[int, ...]
    places: tuple[int, ...]
    numbers: tuple[int, ...]
    cells: tuple[int, ...] = ()

    def to_bytes(self) -> bytes:
        """As it is kept: of the squares only its own."""
        words, places, numbers, cells = self.words, self.places, self.numbers, self.cells[:1]
        head = VERSION << 8 | self.personal << 1 | self.anonymous
        facts = head, self.village, self.topic, self.agency
        lengths = len(words), len(places), len(numbers), len(cells)
        return array("H", (*facts, *lengths, *words, *places, *numbers, *cells)).tobytes()


def unpacked(kept: bytes) -> "array[int] | None":
    """The numbers of a fingerprint as it is kept: what ``to_bytes`` wrote; None where it is of
    another version."""
    if len(kept) < 2 * _HEAD or len(kept) % 2:
        return None
    numbers = array("H", kept)
    if numbers[0] >> 8 != VERSION or len(numbers) != _HEAD + sum(numbers[4:_HEAD]):
        return None
    return numbers


Part = Sequence[int]


def parts(numbers: "array[int]") -> tuple[Part, Part, Part, Part]:
    """Words, places, numbers and squares of what was unpacked."""
    words = _HEAD + numbers[4]
    places = words + numbers[5]
    last = places + numbers[6]
    return numbers[_HEAD:words], numbers[words:places], numbers[places:last], numbers[last:]


class Words(dict[str, int]):
    """Word → its number, with what kind of word it is in higher bits; 0 for one that says nothing.

    Two with the same key give the same numbers, on any machine.
    """

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key
        self.plain: dict[int, int] = {}
        """What was given for a word → its number alone, 0 for one that says nothing."""
        self._named: dict[tuple[str, str], int] = {}
        self._areas: dict[tuple[str | None, str | None], frozenset[int]] = {}

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = found = self._look_at(word)
        self.plain[found] = found & CODE if found & _WORD else 0
        return found

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

    def code(self, name: str) -> int:
        """The number of a code or a name, never 0."""
        digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=2, key=self._key)
        return int.from_bytes(digest.digest(), "little") or 1

    def _look_at(self, word: str) -> int:
        found = 0
        if (number := _number(word)) is not None:
            return _NUMBER | number
        if word in NAMES_PLACE:
            found |= _MARKER | (_STREET if word in NAMES_STREET else 0)
        if word in RELATES:
            found |= _RELATES
        if word in _NUMBERED:
            return found | _MARKER | _NUMBERED[word]
        if word in SIDES:
            return _TURN | SIDES[word]
        if word in SAYS_NOTHING or (len(word) < 3 and not word.isdigit()):
            return found
        if word in TELLS_KIND or (word := _bare(word)) in TELLS_KIND:
            found |= _KIND
        if word in OF_A_PERSON:
            found |= _PERSON | _KIND
        return found | _WORD | self.code(_bare(word))


def _bare(word: str) -> str:
    """Without what is put before or behind a word most often: `berlubang`, `lubangnya`."""
    if word.endswith("nya") and len(word) >= _LONG:
        word = word[:-3]
    return word[3:] if word.startswith("ber") and len(word) >= _LONG else word


def _number(word: str) -> int | None:
    """What a numeral says, Arabic or Roman, up to three digits; a letter behind it is left out."""
    if word in ROMAN:
        return ROMAN[word]
    digits = word if word.isdigit() else word[:-1]
    if 0 < len(digits) <= 3 and digits.isascii() and digits.isdigit():
        return int(digits)
    return None


def fingerprint(
    complaint: PublicComplaint,
    *,
    topic: str | None,
    agency: str | None,
    region: str | None,
    words_of: Words,
) -> Fingerprint | None:
    """What is remembered of a complaint as it leaves the router, and of what was decided.

    None: it is not to be found by others, or says too little, such as a text without any place.
    """
    if complaint["confidential"] or complaint.get("oversight"):
        return None
    location = complaint.get("location", _NOWHERE)
    text = complaint["text"][:_EXAMINED]
    if "title" in complaint:
        text = f"{complaint['title'][:_EXAMINED]} {text}"
    said = _codes(text, words_of)
    about = set(map(words_of.plain.__getitem__, said))  # before the next words come
    names: list[int] = []
    numbers: list[int] = []
    if "address" in location:
        _address(_codes(location["address"][:_EXAMINED], words_of), names, numbers)
    _mentions(said, names, numbers)
    cells = _cells(location, words_of) if "latitude" in location else ()
    if not names and not cells:
        return None
    village = location.get("village")
    areas = words_of.areas(village, location.get("district"))
    places = tuple({*names} - areas)[:_MOST_PLACES]
    if not places and not cells:
        return None
    if region is not None and len(region) == _VILLAGE:
        village = region
    about -= areas
    about.difference_update(places)
    about.discard(0)
    return Fingerprint(
        complaint["anonymous"],
        reduce(or_, said) & _PERSON != 0,
        words_of.named("village", village),
        words_of.named("topic", topic),
        words_of.named("agency", agency),
        tuple(about)[:_MOST_WORDS],
        places,
        tuple({*numbers})[:_MOST_NUMBERS],
        cells,
    )


def _codes(text: str, words_of: Words) -> list[int]:
    return list(map(words_of.__getitem__, words(text)))


def _mentions(codes: Sequence[int], names: list[int], numbers: list[int]) -> None:
    """Names behind what announces one, "jalan", "depan", "masjid"; and the numbers behind them."""
    for at, code in enumerate(codes):
        if code & _MARKER:
            _named(code, codes[at + 1 : at + 5], names, numbers)


def _named(marker: int, behind: Iterable[int], names: list[int], numbers: list[int]) -> None:
    if kind := marker & CODE if not marker & _WORD else 0:
        if behind and (code := next(iter(behind))) & _NUMBER:
            numbers.append(kind << 12 | code & 0xFFF)
        return
    found = False
    for code in behind:
        if code & _NUMBER:
            if marker & _STREET:
                numbers.append(GANG << 12 | code & 0xFFF)
            return
        if code & _TURN:
            if found and marker & _STREET:
                numbers.append(SIDE << 12 | code & 0xFFF)
            continue
        if not code & _WORD or code & (_KIND | _MARKER | _RELATES):
            if code & _WORD and code & _MARKER and not code & _RELATES:
                continue
            return
        names.append(code & CODE)
        found = True


def _address(codes: Sequence[int], names: list[int], numbers: list[int]) -> None:
    """An address is names and numbers, with or without what announces them."""
    before = 0
    for code in codes:
        if code & _NUMBER:
            kind = before & CODE if before & _MARKER and not before & _WORD else 0
            if kind:
                numbers.append(kind << 12 | code & 0xFFF)
            elif before & (_WORD | _TURN) and not before & _RELATES:
                numbers.append(GANG << 12 | code & 0xFFF)
        elif code & _TURN:
            if before & _WORD and not before & (_KIND | _RELATES):
                numbers.append(SIDE << 12 | code & 0xFFF)
        elif code & _WORD and not code & (_KIND | _RELATES):
            names.append(code & CODE)
        before = code


def _cells(location: LocationFields, words_of: Words) -> tuple[int, ...]:
    """The square that the coordinates lie in, and the eight around it."""
    if "longitude" not in location:
        return ()
    row, column = int(location["latitude"] * _CELL // 1), int(location["longitude"] * _CELL // 1)
    around = sorted(
        ((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)), key=lambda at: (at != (0, 0), at)
    )
    return tuple(words_of.code(f"cell {row + y} {column + x}") for y, x in around)

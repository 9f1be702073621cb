"""What is remembered of a complaint to know it again: numbers made of its words, never the words.

Each word, name and code becomes a number of sixteen bits by a keyed hash: some words of the
language have the same one. See docs/explanation/decisions/0053-similar.md.
"""

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

from broker.domain.similar.words import (
    CODE,
    GANG,
    KIND,
    MARKER,
    NUMBER,
    RELATES,
    SIDE,
    STREET,
    TURN,
    WORD,
    Words,
)
from schemas.complaint import LocationFields, PublicComplaint

VERSION: Final = 1
"""Of the bytes; others are not read."""
_EXAMINED: Final = 800
"""Characters of a text that are looked at."""
HEAD: Final = 8
"""Numbers before the lists: four facts, four lengths."""
_MOST_WORDS: Final = 32
_MOST_PLACES: Final = 10
_MOST_NUMBERS: Final = 6
_VILLAGE: Final = 13
"""Characters of a Kemendagri code of a village, with its points."""
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
    if len(kept) < 2 * HEAD or len(kept) % 2:
        return None
    numbers = array("H", kept)
    if numbers[0] >> 8 != VERSION or len(numbers) != HEAD + sum(numbers[4:HEAD]):
        return None
    return numbers


Part = Sequence[int]


def parts(numbers: "array[int]") -> tuple[Part, Part, Part, Part]:
    """Words, places, numbers and squares of what was unpacked."""
    words = HEAD + numbers[4]
    places = words + numbers[5]
    last = places + numbers[6]
    return numbers[HEAD:words], numbers[words:places], numbers[places:last], numbers[last:]


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
    said = words_of.codes(text)
    about = set(map(words_of.plain.__getitem__, said))
    about.discard(0)
    names: list[int] = []
    numbers: list[int] = []
    if "address" in location:
        _address(words_of.codes(location["address"][:_EXAMINED]), names, numbers)
    _mentions(said, names, numbers)
    cells: tuple[int, ...] = ()
    if "latitude" in location and "longitude" in location:
        cells = words_of.squares(location["latitude"], location["longitude"])
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
    return Fingerprint(
        complaint["anonymous"],
        not words_of.personal.isdisjoint(said),
        words_of.named("village", village),
        words_of.named("topic", topic),
        words_of.named("agency", agency),
        tuple(about)[:_MOST_WORDS],
        places,
        tuple({*numbers})[:_MOST_NUMBERS],
        cells,
    )


def _mentions(codes: Sequence[int], names: list[int], numbers: list[int]) -> None:
    """Names behind what announces one, "jalan", "depan", "masjid"; and the numbers behind them."""
    for at in [at for at, code in enumerate(codes) if code >= MARKER]:
        _named(codes[at], codes[at + 1 : at + 5], names, numbers)


def _named(marker: int, behind: Sequence[int], names: list[int], numbers: list[int]) -> None:
    if kind := marker & CODE if not marker & WORD else 0:
        if behind and (code := behind[0]) & NUMBER:
            numbers.append(kind << 12 | code & 0xFFF)
        return
    found = False
    for code in behind:
        if code & NUMBER:
            if marker & STREET:
                numbers.append(GANG << 12 | code & 0xFFF)
            return
        if code & TURN:
            if found and marker & STREET:
                numbers.append(SIDE << 12 | code & 0xFFF)
            continue
        if not code & WORD or code & (KIND | MARKER | RELATES):
            if code & WORD and code & MARKER and not code & RELATES:
                continue
            return
        names.append(code & CODE)
        found = True


def _address(codes: Sequence[int], names: list[int], numbers: list[int]) -> None:
    """An address is names and numbers, with or without what announces them."""
    before = 0
    for code in codes:
        if code & NUMBER:
            kind = before & CODE if before & MARKER and not before & WORD else 0
            if kind:
                numbers.append(kind << 12 | code & 0xFFF)
            elif before & (WORD | TURN) and not before & RELATES:
                numbers.append(GANG << 12 | code & 0xFFF)
        elif code & TURN:
            if before & WORD and not before & (KIND | RELATES):
                numbers.append(SIDE << 12 | code & 0xFFF)
        elif code & WORD and not code & (KIND | RELATES):
            names.append(code & CODE)
        before = code

"""Copies of a text in which odd writing is plain. Each is as long as the text, so that what is
found in one is replaced in the other."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from schemas.limits import MASKED_PLACES

UNSEEN: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff"
"""Characters that nobody sees: address books and messengers put them into what is copied."""
BLANKS: Final = "\t\v\f\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space that ends no line."""
SPACE: Final = BLANKS + "\n"
"""What ``\\s`` is: spelt out, since a set with no class in it is looked up in a table."""
DOTS: Final = ".\u2024\u3002\ufe52\uff0e\uff61"
"""The full stop and what stands for one: one-dot leader, ideographic, small, full width."""

_DRAWN: Final = (
    *((0xB9, 1, 1), (0xB2, 2, 2), (0x2070, 0, 1), (0x2074, 4, 6), (0x2080, 0, 10)),
    *((0x2460, 1, 9), (0x2474, 1, 9), (0x2488, 1, 9), (0x24EA, 0, 1), (0x24F5, 1, 9)),
    *((0x24FF, 0, 1), (0x2776, 1, 9), (0x2780, 1, 9), (0x278A, 1, 9), (0x1F100, 0, 1)),
    (0x1F101, 0, 10),
)
"""First character, its digit, and how many follow on each other: raised, lowered, in circles, in
brackets, with a full stop or a comma. Those of Unicode's category Nd are digits to ``\\d``."""
_TENS: Final = ((0x2469, 11), (0x247D, 11), (0x2491, 11), (0x24EB, 10), (0x277F, 1), (0x2789, 1))
"""Ten and more in one character; one digit of it will do."""


def _drawn() -> Iterator[tuple[int, str]]:
    for first, digit, many in _DRAWN:
        for more in range(many):
            yield first + more, "0123456789"[(digit + more) % 10]
    for first, many in _TENS:
        for more in range(many):
            yield first + more, "1"


_DIGITS: Final = dict(_drawn())
_ANY_DRAWN: Final = re.compile(f"[{''.join(map(chr, _DIGITS))}]")
_ESCAPED: Final = re.compile(r"%[23][0-9A-Fa-f]")
"""A separator as an address of the web has it; those of digits (%30 to %39) are rarer."""
_ALIKE: Final = str.maketrans("OoIl", "0011")
_LOOKS_LIKE: Final = re.compile(r"(?<![^\W\dOoIl])(?<!\d)(?<![OoIl])[OoIl]*+\d[\dOoIl]*+(?!\w)")
"""A word of digits, and of letters that look like one."""
_KINDS: Final = str.maketrans("0123456789OoIl", "0" * 10 + "OOOO", "")
_SIGN_WORDS: Final = ("strip", "spasi", "titik", "koma", "garis", "setrip", "dash")
_SIGN: Final = re.compile(rf"(?:{'|'.join(_SIGN_WORDS)})(?=[\W_]{{0,9}}+\d)")
"""A separator that is spelt out, before a digit."""
_DIGIT_BEFORE: Final = re.compile(r"[\W_]{0,9}\d")  # of a text read backwards


def lowered(text: str) -> str:
    """In lower case, each character one character; what equals a letter but for case is that."""
    if not text.isascii():
        text = text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s")
    return text.lower()


def plainly(text: str) -> str:
    """With digits where one reads digits, and separators where one reads separators.

    Where there are too many of them it is digits from there on: they are hidden.
    """
    if not text.isascii() and _ANY_DRAWN.search(text):
        text = text.translate(_DIGITS)
    if "%" in text:
        text = _rewritten(text, _ESCAPED.finditer(text), _as_blanks)
    kinds = text.translate(_KINDS)
    if "0O" in kinds or "O0" in kinds:
        text = _rewritten(text, _LOOKS_LIKE.finditer(text), _as_digits)
    small = text.lower() if text.isascii() else lowered(text)
    if any(word in small for word in _SIGN_WORDS):
        text = _rewritten(text, _signs(small), _as_blanks)
    return text


def _signs(lowered: str) -> Iterator[re.Match[str]]:
    """Those between two digits."""
    for found in _SIGN.finditer(lowered):
        if _DIGIT_BEFORE.match(lowered[max(0, found.start() - 10) : found.start()][::-1]):
            yield found


def _rewritten(text: str, places: Iterable[re.Match[str]], write: Callable[[str], str]) -> str:
    parts: list[str] = []
    done = 0
    for number, found in enumerate(places):
        start, end = found.span()
        if number == MASKED_PLACES:
            return "".join([*parts, text[done:start], "0" * (len(text) - start)])
        parts += [text[done:start], write(text[start:end])]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def _as_digits(found: str) -> str:
    return found.translate(_ALIKE)


def _as_blanks(found: str) -> str:
    return " " * len(found)

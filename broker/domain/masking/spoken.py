"""Numbers as words, or as words and digits: ``nol delapan 12 tiga …``.

They are looked for in a copy of the text in which each word is one sign and as many others as it
has more letters.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from broker.domain.masking.masks import PHONE_MASK, Place
from broker.domain.masking.plain import DOTS, SPACE

_WORDS: Final = (
    *("delapan", "sembilan", "sepuluh", "sebelas", "kosong", "empat", "tujuh", "lapan", "puluh"),
    *("belas", "satu", "tiga", "lima", "enam", "nol", "dua"),
)
_ENGLISH: Final = (
    *("seven", "eight", "three", "zero", "four", "five", "nine", "one", "two", "six"),
)
_ENGLISH_HINTS: Final = ("zero", "eight")
"""Every telephone number here has a zero or an eight near its beginning."""
_WORD, _REST = "\x01", "\x02"


def _with_codes(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, _WORD + _REST * (len(word) - 1)) for word in words)


_CODED: Final = _with_codes(_WORDS)
_CODED_ENGLISH: Final = _with_codes(_ENGLISH)
_SEVERAL: Final = 7
"""Digits, spoken or written, that are worth hiding."""
_BEFORE: Final = 1_000
"""Characters before a number's first word in which what belongs to it is looked for."""

_IN_WORD = rf"[{_WORD}{_REST}]"
_PAUSE = rf"[{SPACE},;:/|~+=_\-{DOTS}]++"
_DIGITS = rf"\d{{1,6}}+(?!\w|{_IN_WORD})"
_TOKEN = rf"(?:{_WORD}{_REST}*+(?![^\W\d]|{_IN_WORD})|{_DIGITS})"
_SIGNS = rf"[0-9\d{_WORD}{_REST}{SPACE},;:/|~+=_\-{DOTS}]"
# From the first word on. Seven digits take 7 characters, so there are seven on either side.
_SPOKEN = re.compile(
    rf"{_WORD}(?<![^\W\d].)(?<!{_IN_WORD}.)(?:(?={_SIGNS}{{7}})|(?<={_SIGNS}{{7}}.))"
    rf"{_REST}*+(?![^\W\d]|{_IN_WORD})(?:{_PAUSE}{_TOKEN})*+",
    re.DOTALL,
)
_DIGITS_BEFORE = re.compile(rf"(?:{_PAUSE}{_DIGITS})*+")  # of a text read backwards
_DIGIT = re.compile(rf"\d|{_WORD}")


def spoken_numbers(lowered: str) -> Iterator[Place]:
    """Places of a text, of which this is the copy in lower case."""
    coded = lowered.replace(_WORD, " ").replace(_REST, " ")
    for word, code in _CODED:
        coded = coded.replace(word, code)
    if any(word in coded for word in _ENGLISH_HINTS):
        for word, code in _CODED_ENGLISH:
            coded = coded.replace(word, code)
    if _WORD not in coded:
        return
    done = 0
    for found in _SPOKEN.finditer(coded):
        start, end = found.span()
        digits = _DIGITS_BEFORE.match(coded[max(done, start - _BEFORE) : start][::-1])
        start -= digits.end() if digits else 0
        if len(_DIGIT.findall(coded, start, end)) >= _SEVERAL:
            yield start, end, PHONE_MASK
            done = end
        else:
            yield start, start, None

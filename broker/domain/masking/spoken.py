"""Numbers as words, or as words and digits: ``nol delapan 12 tiga …``.

They are looked for in a copy of the text in which each word is one sign and as many others as it
has more letters.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from broker.domain.masking.masks import PHONE_MASK, Place
from broker.domain.masking.plain import DOTS, SPACE, has_any

_WORDS: Final = (
    *("delapan", "sembilan", "sepuluh", "sebelas", "kosong", "empat", "tujuh", "lapan", "puluh"),
    *("belas", "satu", "tiga", "lima", "enam", "nol", "dua"),
)
_REGIONAL: Final = (
    *(
        "salapan",
        "dalapan",
        "siji",
        "loro",
        "telu",
        "papat",
        "enem",
        "nem",
        "pitu",
        "wolu",
        "sanga",
        "songo",
    ),
    *("limo",),
    *("hiji", "tilu", "opat", "genep", "enol", "nul", "duo", "tigo", "ampek", "anam", "tujuah"),
    *("sambilan", "dlapan", "dlpn", "smbln", "tjh", "nm", "mpt", "lma", "tga", "stu", "st", "nl"),
    *("da", "dobel", "double", "tripel", "triple", "dobol"),
)
"""Javanese, Sundanese and Minangkabau, without vowels, and digits said to come twice."""
_REGIONAL_HINTS: Final = ("wolu", "iji", "igo", "lpn", "alapan", "dobel", "double")
_LONE_HINTS: Final = ("lpn", "double")
"""Of those, what may stand without any other word for a digit."""
_ENGLISH: Final = ("seven", "eight", "three", "zero", "four", "five", "nine", "one", "two", "six")
_ENGLISH_HINTS: Final = ("zero", "eight")
"""Every telephone number here has a zero or an eight near its beginning."""
_WORD, _REST = "\x01", "\x02"


def _with_codes(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, _WORD + _REST * (len(word) - 1)) for word in words)


_CODED: Final = _with_codes(_WORDS)
_CODED_REGIONAL: Final = _with_codes(_REGIONAL)
_CODED_ENGLISH: Final = _with_codes(_ENGLISH)
_JOINTS: Final = tuple(
    (word, "-" * len(word)) for word in ("terus", "trus", "lalu", "kemudian", "lanjut", "sambung")
)
_COUNTING: Final = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh"
_SEVERAL: Final = 7
"""Digits, spoken or written, that are worth hiding."""
_SOME: Final = 3
"""Digits that are said, beside written ones."""
_BEFORE: Final = 1_000
"""Characters before a number's first word in which what belongs to it is looked for."""

_IN_WORD = rf"[{_WORD}{_REST}]"
_BETWEEN = rf"{SPACE},;:/|~+=_()\[\]\"'*\-{DOTS}"
_PAUSE = rf"[{_BETWEEN}]*+"
_DIGITS = r"\d{1,6}+(?!\w)"
_TOKEN = rf"(?:{_WORD}{_REST}*+(?![^\W\d])|{_DIGITS})"
_SIGNS = rf"[0-9\d{_WORD}{_REST}{_BETWEEN}]"
# From the first word on. Seven digits take 7 characters, so there are seven on either side.
_SPOKEN = re.compile(
    rf"{_WORD}(?<![^\W\d].)(?<!{_IN_WORD}.)(?:(?={_SIGNS}{{7}})|(?<={_SIGNS}{{7}}.))"
    rf"{_REST}*+(?![^\W\d])(?:{_PAUSE}{_TOKEN})*+",
    re.DOTALL,
)
_DIGITS_BEFORE = re.compile(rf"(?:{_PAUSE}{_DIGITS})*+")  # of a text read backwards
_LETTERS = re.compile(r"[^\W\d_]++")
_AMOUNT_AFTER = re.compile(r"[ ]?(?:ratus|ribu|juta|miliar|milyar|rupiah)\b")
_LONGEST_AMOUNT: Final = 80
_WORDS_OF_AMOUNT: Final = 4
"""``dua puluh dua`` and one more; what was written before them is looked at by itself."""
_NO_LETTERS = re.compile(r"[\W_]++")
_DIGIT = re.compile(rf"\d|{_WORD}")


def spoken_numbers(lowered: str) -> Iterator[Place]:
    """Places of a text, of which this is the copy in lower case."""
    clean = lowered.replace(_WORD, " ").replace(_REST, " ")
    coded = _coded(clean, _CODED)
    if has_any(coded, _ENGLISH_HINTS):
        coded = _coded(coded, _CODED_ENGLISH)
    if _WORD not in coded and not has_any(clean, _LONE_HINTS):
        return
    if has_any(clean, _REGIONAL_HINTS):
        coded = _coded(_coded(clean, _CODED_REGIONAL), _CODED)
    if coded.count(_WORD) >= _SOME:
        coded = _coded(coded, _JOINTS)
    done = 0
    for found in _SPOKEN.finditer(coded):
        start, end = found.span()
        digits = _DIGITS_BEFORE.match(coded[max(done, start - _BEFORE) : start][::-1])
        start -= digits.end() if digits else 0
        if _has_several(coded, start, end) and not _is_other(lowered, start, end):
            yield start, end, PHONE_MASK
            done = end
        else:
            yield start, start, None


def _has_several(coded: str, start: int, end: int) -> bool:
    return next(islice(_DIGIT.finditer(coded, start, end), _SEVERAL - 1, None), None) is not None


def _coded(text: str, codes: Iterable[tuple[str, str]]) -> str:
    for word, code in codes:
        text = text.replace(word, code)
    return text


def _is_other(lowered: str, start: int, end: int) -> bool:
    """Whether somebody counts to seven or more, or says an amount beside its digits."""
    said = lowered[start : min(end, start + 2 * _LONGEST_AMOUNT)]
    if len(said) <= _LONGEST_AMOUNT and _AMOUNT_AFTER.match(lowered, end):
        return len(_LETTERS.findall(said)) <= _WORDS_OF_AMOUNT
    return len(said) <= 2 * len(_COUNTING) and _COUNTING.startswith(
        " ".join(_NO_LETTERS.sub(" ", said).split())
    )

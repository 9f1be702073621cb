"""Unicode normalisation of texts from outside, in bounded time: the one place that calls it.

Putting a run of combining marks into canonical order takes time with the square of its length;
Unicode's Stream-Safe Text Format (UAX #15, section 13) has at most 30 of them in a row, more than
any script needs.
"""

import re
import unicodedata
from typing import Final, Literal

from schemas.limits import COMBINING_MARKS

_RUN: Final = re.compile(rf"[^\w\x00-\x7f]{{{COMBINING_MARKS + 1},}}")
"""No combining mark is ASCII, a letter or a digit; what else is none, is sorted out after."""
_HALF_WIDTH: Final = (("\uff9e", "\u3099"), ("\uff9f", "\u309a"))
"""The two letters (voiced sound marks) that become combining marks."""
_TWO_MARKS: Final = "\u0f73\u0f75\u0f81"
"""Combining marks of class 0 that consist of others."""
_PIECE: Final = 4_000
"""Characters taken at a time: one can become eighteen, and then the first pieces are enough."""


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str, most: int) -> str:
    """The first ``most`` characters in that form, as many at most; of a run of combining marks,
    the first 30."""
    head = text[:most]
    if head.isascii():
        return head
    for letter, mark in _HALF_WIDTH:
        head = head.replace(letter, mark)
    if len(head.encode("utf-8", "surrogatepass")) - len(head) > COMBINING_MARKS:
        head = _RUN.sub(_bounded, head)  # each mark takes two bytes at least
    result = ""
    for start in range(0, len(head), _PIECE):
        if len(result) < most:
            result += unicodedata.normalize(form, head[start : start + _PIECE])
    return result[:most]


def _bounded(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        is_mark = unicodedata.combining(character) or character in _TWO_MARKS
        marks = marks + 1 if is_mark else 0
        if marks <= COMBINING_MARKS:
            kept.append(character)
    return "".join(kept)

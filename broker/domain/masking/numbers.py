"""Digits of any script with whatever people put between them; at least seven."""

import re
from collections.abc import Iterator
from typing import Final

from broker.domain.masking.context import BEFORE, harmless
from broker.domain.masking.innocent import LONGEST_LIST, innocent
from broker.domain.masking.masks import NIK_MASK, PHONE_MASK, Place

_BETWEEN: Final = r"[\W_]"
"""No letter and no digit: no sign hides a number."""
_RUN: Final = r"[\d\W_]"
_NUMBER: Final = re.compile(
    rf"\d(?<!\d\d)(?={_RUN})(?<!\d{_BETWEEN}\d)(?<!\d{_BETWEEN}{{2}}\d)(?<!\d{_BETWEEN}{{3}}\d)"
    rf"(?={_RUN}{{6}})(?:{_BETWEEN}*+\d){{6}}{_RUN}*+"
)
_LAST_DIGIT: Final = re.compile(r"\D*+")  # of a text read backwards
_NIK: Final = re.compile(r"(?!0)\d(?:\D*+\d){15}")
_DIGIT: Final = re.compile(r"\d")
_ITEM: Final = re.compile(r"\d{1,2}[.:)] ++(?=\+?(?:62|0)8\d{7})")
_HARD: Final = 100
"""Numbers of one text that are looked at closely; the others are hidden."""


def written_numbers(text: str, plain: str) -> Iterator[Place]:
    """Places of ``text``, found in its plain copy."""
    hard = 0
    for found in _NUMBER.finditer(plain):
        start, run = found.start(), found[0]
        tail = _LAST_DIGIT.match(run[::-1])
        end = found.end() - (tail.end() if tail else 0)
        number = plain[start:end]
        before, after = plain[max(0, start - BEFORE) : start], plain[end : end + 12]
        if innocent(number, before[-12:], after):
            yield start, end, None
            continue
        hard += 1
        if (
            hard <= _HARD
            and len(number) <= LONGEST_LIST
            and harmless(_ascii(number), before, after)
        ):
            yield start, end, None
            continue
        item = _ITEM.match(number)
        if item:  # the number of a list's item is left, and what it numbers is looked at
            start += item.end()
            number = number[item.end() :]
        mask = NIK_MASK if _NIK.fullmatch(number) else PHONE_MASK
        if start and text[start - 1] in "+(":
            start -= 1
        yield start, end + _keycap(text, end), mask


def _ascii(number: str) -> str:
    return number if number.isascii() else _DIGIT.sub(lambda digit: str(int(digit[0])), number)


def _keycap(text: str, end: int) -> int:
    """What still belongs to the last digit: a keycap, and the mark that it is one."""
    many = 0
    while text[end + many : end + many + 1] in ("\ufe0f", "\u20e3"):
        many += 1
    return many

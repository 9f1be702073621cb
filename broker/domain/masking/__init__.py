"""Masks: telephone numbers, NIK and e-mail addresses in a text, however they are written.

Time and memory are bounded on any text, by patterns that look at each character a few times at
most (possessive repeats never go back, lookbehinds keep a run from being tried anew from its
middle) and by what one text may hold of places to decide about, of digits and of characters: where
it holds more it is hidden from there on, as it fails closed (``MASKED_…`` of schemas.limits).
"""

import re
from typing import Final

from broker.domain.masking.addresses import mail_addresses
from broker.domain.masking.masks import EMAIL_MASK, NIK_MASK, PHONE_MASK, replaced
from broker.domain.masking.numbers import written_numbers
from broker.domain.masking.plain import lowered, plainly
from broker.domain.masking.spoken import spoken_numbers
from schemas.limits import MASKED_CHARACTERS, MASKED_DIGITS

__all__ = ["EMAIL_MASK", "NIK_MASK", "PHONE_MASK", "masked"]

_SHORTEST = 5
"""Characters: ``a@b.c``."""
_AGAIN = 3
LOOKED_AT_AGAIN = 100_000
"""Characters of a text up to which what is masked stays as it is when it is masked once more."""

_MANY_DIGITS: Final = re.compile(rf"(?:\D*+\d){{{MASKED_DIGITS}}}")
_LONGEST_SENTENCE: Final = 1_000
"""Characters before the end of what is looked at, in which a sentence's end is looked for."""
_LOOKED_AT: Final = MASKED_CHARACTERS - _LONGEST_SENTENCE
"""Of a longer text: what is shown of it is no such text any more."""


def masked(text: str) -> str:
    """``text`` with telephone numbers, NIK and e-mail addresses masked.

    Seven digits or more, however they are separated, spoken or drawn, are taken for a number that
    identifies somebody, unless they are plainly a date, an hour, a year, a place on the map, an
    amount of money, a law or a list of house numbers (broker.domain.masking.innocent).
    """
    if len(text) < _SHORTEST:
        return text
    if len(text) > MASKED_DIGITS:
        bounded = _bounded(text)
        if bounded < len(text):
            return _once(text[:bounded])[:_LOOKED_AT] + PHONE_MASK
    shown = _once(text)
    # What is hidden may part what stood beside it: it is looked at again, seldom more than once.
    for _ in range(_AGAIN if len(text) <= LOOKED_AT_AGAIN else 0):
        if shown == text:
            break
        text, shown = shown, _once(shown)
    return shown


def _once(text: str) -> str:
    small = lowered(text)
    shown = replaced(text, mail_addresses(text, small))
    text = replaced(shown, spoken_numbers(small if shown is text else lowered(shown)))
    return replaced(text, written_numbers(text, plainly(text)))


def _bounded(text: str) -> int:
    """Up to where it is looked at: a sentence's end, as a contact must not be parted there."""
    end = len(text) if len(text) <= MASKED_CHARACTERS else _LOOKED_AT
    many = _MANY_DIGITS.match(text, 0, end)
    end = many.end() if many else end
    if end == len(text):
        return end
    earliest = max(0, end - _LONGEST_SENTENCE)
    return max(text.rfind("\n", earliest, end), text.rfind(". ", earliest, end), earliest)

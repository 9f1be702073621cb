"""Masks: telephone numbers, NIK and e-mail addresses in a text, however they are written.

Time and memory are bounded on any text, by patterns that look at each character a few times at
most (possessive repeats never go back, lookbehinds keep a run from being tried anew from its
middle) and by ``MASKED_PLACES``: a text with more places than that to decide about is hidden from
there on, as it fails closed. What was masked stays as it is when it is masked once more.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from schemas.limits import MASKED_PLACES

PHONE_MASK: Final = "[telepon]"
NIK_MASK: Final = "[NIK]"
EMAIL_MASK: Final = "[surel]"

Place = tuple[int, int, str | None]
"""Start, end and mask of what was found; no mask where it is left as it is."""

_SHORTEST: Final = 5
"""Characters: ``a@b.c``."""
_UNSEEN: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Characters that nobody sees: address books and messengers put them into what is copied."""
_BLANKS: Final = "\t\v\f\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space that ends no line."""
_SPACE: Final = _BLANKS + "\n"
"""What ``\\s`` is: spelt out, since a set with no class in it is looked up in a table."""
_DOTS: Final = ".\u2024\u3002\ufe52\uff0e\uff61"
"""The full stop and what stands for one: one-dot leader, ideographic, small, full width."""
_SEPARATORS: Final = (
    rf"{_DOTS}\u2025\u2026,\ufe50\uff0c\u3001\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
    r"/\uff0f()\ufe59\ufe5a\uff08\uff09_\ufe4d-\ufe4f\uff3f*\ufe61\uff0a"
)
"""What people write between digits, with the forms of other widths that Unicode has of it."""

# --- e-mail: looks outwards from each @, since looking for one from the left is quadratic ----
_ATS: Final = "@\ufe6b\uff20"
_SAID_AT: Final = ("(at)", "(et)", "[at]", "{at}", *_ATS[1:])
_AT = re.compile("@++")
_LONGEST_LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""
_BEFORE: Final = 1_000
"""Characters before an @ or a number's first word in which what belongs to it is looked for."""
_GAP = rf"[{_BLANKS}]*+\n?[{_BLANKS}]*+"
_GAP_BEFORE = re.compile(rf"[{_BLANKS}]*+(?:\n[{_BLANKS}]*+)?")  # of a text read backwards
_LOCAL = re.compile(
    rf"[^{_SPACE}{_ATS}<>()\[\],;:\"']{{1,{_LONGEST_LOCAL_PART}}}+"
)  # backwards too
_LABEL = rf"[{_UNSEEN}]*+[^\W_][\w{_UNSEEN}-]{{0,62}}+"
_DOT_WORD = r"(?:\(dot\)|\[dot\])"
# Blanks after a dot only where there is one before it too, or at the first dot: after a domain
# that is complete, they begin the next sentence.
_AFTER_AT = re.compile(
    rf"{_GAP}{_LABEL}{_GAP}(?:[{_DOTS}]++|{_DOT_WORD}){_GAP}{_LABEL}"
    rf"(?:(?:[{_DOTS}]|(?=\s){_GAP}[{_DOTS}]{_GAP}|{_GAP}{_DOT_WORD}{_GAP}){_LABEL}){{0,3}}",
    re.IGNORECASE,
)

# --- digits of any script with whatever people put between them; at least seven --------------
_BETWEEN = rf"[{_SPACE}{_UNSEEN}{_SEPARATORS}]"
_RUN = rf"[0-9\d{_SPACE}{_UNSEEN}{_SEPARATORS}]"
_NUMBER = re.compile(
    rf"\d(?<!\d\d)(?={_RUN})(?<!\d{_BETWEEN}\d)(?<!\d{_BETWEEN}{{2}}\d)(?<!\d{_BETWEEN}{{3}}\d)"
    rf"(?={_RUN}{{6}})(?:{_BETWEEN}*+\d){{6}}{_RUN}*+"
)
_LAST_DIGIT = re.compile(r"\D*+")  # of a text read backwards
_NIK = re.compile(r"(?!0)\d(?:\D*+\d){15}")
_DATE = re.compile(
    r"[0-3]?\d\s?[./-]\s?[01]?\d\s?[./-]\s?(?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d"
)
_MONEY = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3}){2,4}")

# --- numbers as words; they are looked for in a copy of the text in which each is WORD, REST, … -
_SPOKEN_WORDS: Final = (
    *("delapan", "sembilan", "kosong", "empat", "tujuh"),
    *("satu", "tiga", "lima", "enam", "nol", "dua"),
)
_WORD, _REST = "\x01", "\x02"
_CODED: Final = tuple((word, _WORD + _REST * (len(word) - 1)) for word in _SPOKEN_WORDS)
_IN_WORD = rf"[{_WORD}{_REST}]"
_PAUSE = rf"[{_SPACE},\-{_DOTS}]++"
_DIGITS = rf"\d{{1,3}}+(?!\w|{_IN_WORD})"
_TOKEN = rf"(?:{_WORD}{_REST}*+(?![^\W\d]|{_IN_WORD})|{_DIGITS})"
# From the first word on. Seven of them take 15 characters, so there are seven on either side.
_SPOKEN = re.compile(
    rf"{_WORD}(?<![^\W\d].)(?<!{_IN_WORD}.)"
    rf"(?:(?=[0-9\d{_WORD}{_REST}{_SPACE},\-{_DOTS}]{{7}})|(?<=[0-9\d{_SPACE},\-{_DOTS}]{{7}}.))"
    rf"{_REST}*+(?![^\W\d]|{_IN_WORD})(?:{_PAUSE}{_TOKEN})*+",
    re.DOTALL,
)
_DIGITS_BEFORE = re.compile(rf"(?:{_PAUSE}{_DIGITS})*+")  # of a text read backwards
_SEVEN = re.compile(rf"(?:{_TOKEN}{_PAUSE}){{6}}{_TOKEN}")


def masked(text: str) -> str:
    """``text`` with telephone numbers, NIK and e-mail addresses masked.

    Seven digits or more, however they are separated or spoken, are taken for a number that
    identifies somebody, unless they are plainly a date or an amount of money.
    """
    if len(text) < _SHORTEST:
        return text
    lowered = _lowered(text)
    shown = _replaced(text, _addresses(text, lowered))
    text = _replaced(shown, _spoken(lowered if shown is text else _lowered(shown)))
    return _replaced(text, _numbers(text))


def _replaced(text: str, places: Iterable[Place]) -> str:
    """The text with the mask of each place; hidden from the first place that is one too many."""
    parts: list[str] = []
    done = 0
    for number, (start, end, mask) in enumerate(places):
        if number == MASKED_PLACES:
            return "".join([*parts, text[done:start], PHONE_MASK])
        if mask is not None:
            parts += [text[done:start], mask]
            done = end
    return "".join([*parts, text[done:]]) if parts else text


def _lowered(text: str) -> str:
    """In lower case, each character one character; what equals a letter but for case is that."""
    if not text.isascii():
        text = text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s")
    return text.lower()


def _addresses(text: str, lowered: str) -> Iterator[Place]:
    for at in _SAID_AT:
        lowered = lowered.replace(at, "@" * len(at))
    if "@" not in lowered:
        return
    done = 0
    for at in _AT.finditer(lowered):
        start = at.start()
        before = text[max(done, start - _BEFORE) : start][::-1]
        gap = _GAP_BEFORE.match(before)
        local = _LOCAL.match(before, gap.end() if gap else 0)
        after = _AFTER_AT.match(text, at.end()) if local else None
        if local and after:
            yield start - local.end(), after.end(), EMAIL_MASK
            done = after.end()
        else:
            yield start, start, None


def _spoken(lowered: str) -> Iterator[Place]:
    coded = lowered.replace(_WORD, " ").replace(_REST, " ")
    for word, code in _CODED:
        coded = coded.replace(word, code)
    done = 0
    for found in _SPOKEN.finditer(coded):
        start, end = found.span()
        digits = _DIGITS_BEFORE.match(coded[max(done, start - _BEFORE) : start][::-1])
        start -= digits.end() if digits else 0
        if _SEVEN.match(coded, start, end):
            yield start, end, PHONE_MASK
            done = end
        else:
            yield start, start, None


def _numbers(text: str) -> Iterator[Place]:
    for found in _NUMBER.finditer(text):
        start, run = found.start(), found[0]
        tail = _LAST_DIGIT.match(run[::-1])
        end = found.end() - (tail.end() if tail else 0)
        if start and text[start - 1] in "+(":
            start -= 1
        yield start, end, _mask_of(text[start:end])


def _mask_of(number: str) -> str | None:
    if _DATE.fullmatch(number) or _MONEY.fullmatch(number):
        return None
    return NIK_MASK if _NIK.fullmatch(number.lstrip("+(")) else PHONE_MASK

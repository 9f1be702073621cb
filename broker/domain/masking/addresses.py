"""Addresses of e-mail: looks outwards from each sign that stands for @, since looking for one
from the left takes the square of a text."""

import re
from collections.abc import Iterator
from heapq import merge
from typing import Final

from broker.domain.masking.masks import EMAIL_MASK, Place
from broker.domain.masking.plain import BLANKS, DOTS, SPACE, UNSEEN

_ATS: Final = "@\ufe6b\uff20"
_SIGNS_AROUND: Final = ("(", "[", "{", "<", *_ATS[1:])
_SAID_AT: Final = (
    *("(at)", "(et)", "[at]", "{at}", "<at>", "(a)", "[a]", "{a}", "<a>", "(@)", "[@]", "{@}"),
    *_ATS[1:],
)
_AT: Final = re.compile("@++")
_LONGEST_LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""
_BEFORE: Final = 1_000
"""Characters before an @ in which what belongs to it is looked for."""
_GAP: Final = rf"[{BLANKS}]*+\n?[{BLANKS}]*+"
_GAP_BEFORE: Final = re.compile(rf"[{BLANKS}]*+(?:\n[{BLANKS}]*+)?")  # of a text read backwards
_LOCAL: Final = re.compile(
    rf"[^{SPACE}{_ATS}<>()\[\],;:\"']{{1,{_LONGEST_LOCAL_PART}}}+"
)  # backwards too
_LABEL: Final = rf"[{UNSEEN}]*+[^\W_][\w{UNSEEN}-]{{0,62}}+"
_DOT_WORD: Final = r"(?:\(dot\)|\[dot\]|\{dot\}|\(titik\)|\[titik\])"
# Blanks after a dot only where there is one before it too, or at the first dot: after a domain
# that is complete, they begin the next sentence.
_AFTER_AT: Final = re.compile(
    rf"{_GAP}{_LABEL}{_GAP}(?:[{DOTS}]++|{_DOT_WORD}){_GAP}{_LABEL}"
    rf"(?:(?:[{DOTS}]|(?=\s){_GAP}[{DOTS}]{_GAP}|{_GAP}{_DOT_WORD}{_GAP}){_LABEL}){{0,3}}",
    re.IGNORECASE,
)
_PROVIDERS: Final = (
    "gmail",
    "yahoo",
    "ymail",
    "hotmail",
    "outlook",
    "icloud",
    "rocketmail",
    "proton",
)
_OF_PROVIDER: Final = re.compile(
    rf"{_GAP}(?:{'|'.join(_PROVIDERS)})(?:mail)?\b"
    rf"(?:{_GAP}(?:[{DOTS},]|dot\b|titik\b)?{_GAP}(?:com|co|id|net)\b){{0,2}}+",
    re.IGNORECASE,
)
"""After an @: who has one there needs no more than the name."""
_POINT: Final = rf"(?:[{DOTS},]|dot\b|titik\b)"
_SAID: Final = re.compile(
    rf"(?:{'|'.join(_PROVIDERS)})(?:mail)?\b{_GAP}{_POINT}?{_GAP}(?:com|co)\b(?:{_GAP}{_POINT}?{_GAP}id\b)?"
    rf"|(?<=[{BLANKS}])[ae]t[{BLANKS}]{{1,9}}+[a-z0-9-]{{1,63}}+(?:{_GAP}(?:dot|titik){_GAP}[a-z]{{2,12}}+\b){{1,3}}+"
)
"""What follows on the name in an address that is said: ``budi at contoh dot id``."""
_NAME_BEFORE: Final = re.compile(
    rf"[{BLANKS}]{{1,9}}+(?:(?:ta|te|id)[{BLANKS}]{{1,9}}+)?([^{SPACE}{_ATS}<>()\[\],;:\"']{{1,64}}+)"
)  # of a text read backwards
_HINTS: Final = (" at ", " et ", "mail", "yahoo", "outlook", "icloud", "proton")
_LETTER: Final = re.compile(r"[^\W\d_]")


def mail_addresses(text: str, lowered: str) -> Iterator[Place]:
    """Places of a text, and of its copy in lower case."""
    if any(sign in lowered for sign in _SIGNS_AROUND):
        for at in _SAID_AT:
            lowered = lowered.replace(at, "@" * len(at))
    # Neither is read to its end: who replaces them stops after so many.
    found = merge(_around_signs(text, lowered), _in_words(text, lowered))
    done = 0
    for start, end, mask in found:
        if start >= done or mask is None:
            yield max(start, done), max(end, done), mask
            done = max(end, done)


def _around_signs(text: str, lowered: str) -> Iterator[Place]:
    if "@" not in lowered:
        return
    done = 0
    for at in _AT.finditer(lowered):
        start = at.start()
        before = text[max(done, start - _BEFORE) : start][::-1]
        gap = _GAP_BEFORE.match(before)
        local = _LOCAL.match(before, gap.end() if gap else 0)
        after = None
        if local:
            after = _AFTER_AT.match(text, at.end()) or _OF_PROVIDER.match(text, at.end())
        if local and after and _LETTER.search(after[0]):
            yield start - local.end(), after.end(), EMAIL_MASK
            done = after.end()
        else:
            yield start, start, None


def _in_words(text: str, lowered: str) -> Iterator[Place]:
    if not any(word in lowered for word in _HINTS):
        return
    done = 0
    for found in _SAID.finditer(lowered):
        start = found.start()
        name = _NAME_BEFORE.match(lowered[max(done, start - _BEFORE) : start][::-1])
        if name:
            yield start - name.end(), found.end(), EMAIL_MASK
            done = found.end()
        else:
            yield start, start, None

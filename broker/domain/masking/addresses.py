"""Addresses of e-mail: looks outwards from each sign that stands for @, since looking for one
from the left takes the square of a text."""

import re
from collections.abc import Iterator
from heapq import merge
from typing import Final

from broker.domain.masking.masks import EMAIL_MASK, Place
from broker.domain.masking.plain import BLANKS, DOTS, SPACE, UNSEEN, has_any

_ATS: Final = "@\ufe6b\uff20"
_SIGNS_AROUND: Final = ("(", "[", "{", "<", "%40", "&", *_ATS[1:])
_SAID_AT: Final = (
    *(
        "%40",
        "&#64;",
        "&#x40;",
        "&commat;",
        "(at)",
        "(et)",
        "(add)",
        "[et]",
        "[at]",
        "{at}",
        "<at>",
        "(a)",
        "[a]",
        "{a}",
        "<a>",
        "(@)",
        "[@]",
        "{@}",
    ),
    *_ATS[1:],
)
_AT: Final = re.compile("@++")
_LONGEST_LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""
_BEFORE: Final = 1_000
"""Characters before an @ in which what belongs to it is looked for."""
_GAP: Final = rf"[{BLANKS}]*+\n?[{BLANKS}]*+"
_GAP_BEFORE: Final = re.compile(rf"[{BLANKS}]*+(?:\n[{BLANKS}]*+)?")  # of a text read backwards
_NO_LOCAL: Final = rf"{SPACE}{_ATS}<>()\[\],;:\"'="
_LOCAL: Final = re.compile(
    rf"[^{_NO_LOCAL}]{{1,{_LONGEST_LOCAL_PART}}}+(?:'(?=\w)[^{_NO_LOCAL}]{{1,{_LONGEST_LOCAL_PART}}}+)?"
)  # of a text read backwards; with an apostrophe in it
_SPELT_BEFORE: Final = re.compile(rf"[{BLANKS}]?(?:[\w.-][{BLANKS}]){{3,{_LONGEST_LOCAL_PART}}}+")
_SPELT_AFTER: Final = re.compile(rf"(?:[{BLANKS}]?[\w.-](?!\w)){{5,{_LONGEST_LOCAL_PART}}}+")
"""One letter at a time: ``b u d i @ c o n t o h . i d``."""
_ENDINGS: Final = re.compile(
    r"[^\w](?:id|com|net|org|co|go|ac|sch|or|me|io|my|sg|info|biz|xyz|web|desa|mil|de|uk|us)$",
    re.IGNORECASE,
)
"""Of domains; what is called ``@office.place`` beside a blank is somebody's name in a network."""
_LABEL: Final = rf"[{UNSEEN}]*+[^\W_][\w{UNSEEN}-]{{0,62}}+"
_DOT_WORD: Final = (
    r"(?:[(\[{<](?:dot|titik|\.)[)\]}>]"
    rf"|(?:dot|titik)(?=[{BLANKS}]++(?:com|id|co|net|org|go|ac|sch|desa|web)\b))"
)
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
    rf"{_GAP}(?:{'|'.join(_PROVIDERS)})(?:mail)?(?:com|co|net)?\b"
    rf"(?:{_GAP}(?:[{DOTS},]|dot\b|titik\b)?{_GAP}(?:com|co|id|net)\b){{0,2}}+",
    re.IGNORECASE,
)
"""After an @: who has one there needs no more than the name."""
_POINT: Final = r"[\W_]*+(?:dot|titik|koma)?[\W_]*+"
_SAID: Final = re.compile(
    rf"(?P<provider>{'|'.join(_PROVIDERS)}|g[ -]mail)(?:mail)?(?![^\W_](?<!d))"
    rf"(?:(?P<ending>{_POINT}(?:com|co|kom|me|net)(?!\w)(?:{_POINT}id(?!\w))?)|(?!\w))"
    rf"|(?<=[{BLANKS}])[ae]t[{BLANKS}]{{1,9}}+[a-z0-9-]{{1,63}}+(?:(?:\.|{_GAP}(?:dot|titik){_GAP})[a-z]{{2,12}}+\b){{1,3}}+"
)
"""What follows on the name in an address that is said: ``budi at contoh dot id``."""
_NO_WORD: Final = r"(?:[^\w\n\[\](){}<>.:;!?]|_){1,9}+"
_PART: Final = rf"[^{SPACE}{_ATS}<>()\[\],;:\"'*/=]{{1,64}}+"
_SIGN_WORDS: Final = (
    "titik",
    "dot",
    "underscore",
    "underskor",
    "strip",
    "dash",
    "minus",
    "garis bawah",
)
_DIGIT_WORDS: Final = (
    *("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"),
)


def _backwards(words: tuple[str, ...]) -> str:
    return "|".join(word[::-1] for word in words)


_AT_WORDS: Final = ("at", "et", "ed", "di", "pada", "a keong", "keong", "a")
_NAME_BEFORE: Final = re.compile(
    rf"(?:{_NO_WORD}(?:(?P<at>{_backwards(_AT_WORDS)}){_NO_WORD})?|(?P<glued>ta)(?=\w))"
    rf"(?P<name>(?:(?:{_backwards(_DIGIT_WORDS)})[{BLANKS}]{{1,9}}+){{0,9}}+{_PART}"
    rf"(?:[{BLANKS}]{{1,9}}+(?:{_backwards(_SIGN_WORDS)})[{BLANKS}]{{1,9}}+{_PART}){{0,4}}+)"
)  # of a text read backwards
_SURE_NAME: Final = re.compile(r"\d|\w[._]\w")
_PROVIDER_HINTS: Final = ("mail", "yahoo", "outlook", "icloud", "proton")
_AT_HINTS: Final = (" at ", " et ")
_POINT_HINTS: Final = (".", "dot", "titik")
_LETTERS: Final = {
    first + more: chr(ord("a") + more)
    for first in (0x249C, 0x24B6, 0x24D0, 0x1F110, 0x1F130, 0x1F150, 0x1F170)
    for more in range(26)
}
"""In brackets, circles and squares."""
_ANY_DRAWN_LETTER: Final = re.compile("[\u249c-\u24e9\U0001f110-\U0001f189]")
_LETTER: Final = re.compile(r"[^\W\d_]")


def mail_addresses(text: str, lowered: str) -> Iterator[Place]:
    """Places of a text, and of its copy in lower case."""
    if not text.isascii() and _ANY_DRAWN_LETTER.search(text):
        text = text.translate(_LETTERS)
        lowered = lowered.translate(_LETTERS)
    if has_any(lowered, _SIGNS_AROUND):
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
        parts = _beside(before, text, at.end())
        if parts:
            first, done = start - parts[0], parts[1]
            yield first, done, EMAIL_MASK
        else:
            yield start, start, None


def _beside(before: str, text: str, end: int) -> tuple[int, int] | None:
    """How many characters before an @, which are given backwards, and up to where after it."""
    spelt, rest = _SPELT_BEFORE.match(before), _SPELT_AFTER.match(text, end)
    if spelt and rest:
        return spelt.end() - 1, rest.end()
    spelt_domain = rest is not None and "." in rest[0]
    gap = _GAP_BEFORE.match(before)
    apart = gap.end() if gap else 0
    local = _LOCAL.match(before, apart)
    if not local:
        return None
    after = rest if spelt_domain else None
    after = after or _AFTER_AT.match(text, end) or _OF_PROVIDER.match(text, end)
    if not after or not _LETTER.search(after[0]):
        return None
    mention = (
        apart and not spelt_domain and not after[0][0].isspace() and not _ENDINGS.search(after[0])
    )
    if mention and not _OF_PROVIDER.match(text, end):
        return None
    return local.end(), after.end()


def _in_words(text: str, lowered: str) -> Iterator[Place]:
    at_a_place = has_any(lowered, _AT_HINTS) and has_any(lowered, _POINT_HINTS)
    if not at_a_place and not has_any(lowered, _PROVIDER_HINTS):
        return
    done = 0
    for found in _SAID.finditer(lowered):
        start = found.start()
        name = _NAME_BEFORE.match(lowered[max(done, start - _BEFORE) : start][::-1])
        if name and _is_address(found, name):
            yield start - name.end(), found.end(), EMAIL_MASK
            done = found.end()
        else:
            yield start, start, None


def _is_address(found: re.Match[str], name: re.Match[str]) -> bool:
    """A provider that stands alone needs an ``at`` before it, or a name that is no plain word."""
    if not found["provider"] or found["ending"]:
        return True
    said = name["at"] or name["glued"]
    return said in ("ta", "te", "gnoek", "gnoek a") or _SURE_NAME.search(name["name"]) is not None

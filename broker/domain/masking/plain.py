"""Copies of a text in which odd writing is plain. Each is as long as the text, so that what is
found in one is replaced in the other."""

import re
from collections.abc import Callable, Iterable, Iterator
from string import ascii_letters
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
_ANY_DRAWN: Final = re.compile(
    "[\xb2\xb3\xb9\u2070-\u2089\u2460-\u24ff\u2776-\u2793\U0001f100-\U0001f10a]++"
)
"""Wider than those, since ranges are looked up faster."""
_ESCAPED: Final = re.compile(r"%[23][0-9A-Fa-f]")
"""A separator as an address of the web has it; those of digits (%30 to %39) are rarer."""
_MARKUP: Final = re.compile(
    r"&(?:[a-z]{2,6}|#\d{2,5}|#x[0-9a-f]{2,5});|</?[a-z]{1,6}>", re.IGNORECASE
)
_O_ELSEWHERE: Final = (("\u041e", "O"), ("\u043e", "o"), ("\u039f", "O"), ("\u03bf", "o"))
"""Of the Cyrillic and the Greek alphabet."""
_ALIKE: Final = str.maketrans("OoIlZzSsBEG", "00112255836")
_LOOKS_LIKE: Final = re.compile(
    r"[\dOoIl](?<!\w.)(?:(?<=[0Oo])\d[\dOoIlZzSsBEG]*+(?!\w)"
    r"|(?:(?<=\d)|[OoIl]*+\d)(?:[\dOoIl]++|[ZzSsBEG](?=[\dOoIl]))*+(?!\w))"
)
"""A word of digits, and of letters that look like one: of rarer ones only between digits, or
where the word begins with 0."""
_DIGITS_OF_ASCII: Final = b"0123456789"
_KINDS: Final = bytes.maketrans(b"0123456789OoIlZzSsBEG", b"0" * 10 + b"O" * 11)
_SIGN_WORDS: Final = (
    *("strip", "setrip", "spasi", "titik", "koma", "garis", "dash", "terus", "trus", "lalu"),
    *("kemudian", "lanjut", "sambung", "habis itu", "abis itu", "tengahnya", "belakangnya"),
)
_SIGN_HINTS: Final = (
    *("trip", "spasi", "titik", "koma", "garis", "dash", "rus", "lalu", "kemudian", "lanjut"),
    *("sambung", "bis itu", "tengahnya", "belakangnya"),
)
_SIGN: Final = re.compile(
    rf"\d[\W_]{{0,9}}+(?:di)?(?:{'|'.join(_SIGN_WORDS)})(?:an)?(?:nya)?(?: angka)?"
    r"(?=[\W_]{0,9}+\d)"
)
"""A separator that is spelt out, after a digit and before one."""
_JOINED: Final = re.compile(
    r"[06](?<![\d.,/:].)(?:(?<=0)8|(?<=6)2[\W_]?8)\d{0,10}+"
    r"(?:[\W_]{0,3}(?!rt|rw|no|km|kk|sd|rb|jt|cm|kg|mm|ha|va|kv|jam|tgl|pkl|thn|rp|wib|kwh)"
    r"(?:(?:baru|sama|plus|[a-z]{1,3})(?: [a-z]{1,3})?[\W_]{0,3})?\d{1,8}+)++"
)
"""A mobile number with any short word between its pieces."""
_NOT_DIGIT: Final = re.compile(r"\D++")
_LIKE_MOBILE: Final = re.compile(r"(?:62|0)8[1-35-9]\d{6}")
_LOOKED_AT: Final = 100_000
"""Characters of a text in which words between digits are looked for: who writes more than a book's
chapter has no number that is cut up by words hidden."""
_START: Final = 100
"""Characters of such a number that tell whether it is one."""
_JOINTS: Final = str.maketrans(ascii_letters, " " * len(ascii_letters))
_FEW: Final = 5
"""Digits: of a number written with letters at least so many are digits."""


def lowered(text: str) -> str:
    """In lower case, each character one character; what equals a letter but for case is that."""
    if not text.isascii():
        text = text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s")
    return text.lower()


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words is in the text; a loop, since ``any`` takes twice the time."""
    for word in words:  # noqa: SIM110 -- measured, see above
        if word in text:
            return True
    return False


def plainly(text: str) -> str:
    """With digits where one reads digits, and separators where one reads separators.

    Where there are too many of them it is digits from there on: they are hidden. Empty where the
    text has too few digits for a number.
    """
    if text.isascii():
        raw = text.encode()
        digits = len(raw) - len(raw.translate(None, _DIGITS_OF_ASCII))
        if digits < _FEW:
            return ""
    else:
        digits = len(text)
        for letter, latin in _O_ELSEWHERE:
            text = text.replace(letter, latin)
        text = _rewritten(text, _ANY_DRAWN.finditer(text), _as_drawn)
        raw = text.encode(errors="replace")
    if "%" in text:
        text = _rewritten(text, _ESCAPED.finditer(text), _as_blanks)
    kinds = raw.translate(_KINDS)
    if "&" in text or "<" in text:
        text = _rewritten(text, _MARKUP.finditer(text), _as_blanks)
    if b"0O" in kinds or b"O0" in kinds:
        text = _rewritten(text, _LOOKS_LIKE.finditer(text), _as_digits)
    small = lowered(text)
    if has_any(small, _SIGN_HINTS):
        text = _rewritten(text, _SIGN.finditer(small, 0, _LOOKED_AT), _after_digit)
        small = lowered(text)
    if digits > _FEW and ("08" in small or "62" in small):
        text = _rewritten(text, _JOINED.finditer(small, 0, _LOOKED_AT), _without_joints)
    return text


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


def _as_drawn(found: str) -> str:
    return found.translate(_DIGITS)


def _as_digits(found: str) -> str:
    return found.translate(_ALIKE)


def _without_joints(found: str) -> str:
    if not _LIKE_MOBILE.match(_NOT_DIGIT.sub("", found[:_START])):
        return found
    return found.translate(_JOINTS)


def _after_digit(found: str) -> str:
    return found[0] + " " * (len(found) - 1)


def _as_blanks(found: str) -> str:
    return " " * len(found)

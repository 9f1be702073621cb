"""Numbers of seven digits and more that identify nobody, and that an office needs to read.

A run of digits is cut at its blanks; it is innocent where each piece is one of these: a date, an
hour, a year, an amount of money, degrees on the map, a law, the code of a region. Small numbers
(of houses, of RT and RW) may stand beside them, as long as they are no seven digits by themselves
or go upwards one after the other. A telephone number that is cut into pieces is none of these.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_YEAR: Final = r"(?:19|20)\d\d"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MANY: Final = r"[1-9]\d{0,2}"
_DAY_WITHOUT_SIGNS: Final = rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_PIECES: Final = (
    _YEAR,
    r"(?:[01]?\d|2[0-4])[.:][0-5]\d(?:[.:][0-5]\d(?:[.,]\d{1,6})?)?(?:[+-]\d\d:?\d\d)?",  # hour
    *(rf"{_DAY}{between}{_MONTH}{between}(?:{_YEAR}|\d\d)" for between in (r"\.", "/", "-")),
    *(rf"{_YEAR}{between}{_MONTH}{between}{_DAY}" for between in (r"\.", "/", "-")),
    _DAY_WITHOUT_SIGNS,
    rf"{_MANY}(?:\.\d{{3}}){{1,4}}(?:,\d\d)?",  # money
    rf"{_MANY}(?:,\d{{3}}){{1,4}}(?:\.\d\d)?",
    r"(?:\d|1[01])[.,]\d{4,16}",  # latitude between 11 degrees south and north
    r"(?:9[4-9]|1[0-3]\d|14[0-2])[.,]\d{4,16}",  # longitude of Indonesia
    rf"\d{{1,3}}(?:/\d{{1,3}})?/{_YEAR}",  # law, letter
    r"0\d{1,2}/0\d{1,2}",  # RT and RW
    r"(?!62\.8)[1-9]\d\.\d\d\.\d\d(?:\.\d{4})?",  # region
)
_PIECE: Final = re.compile("|".join(_PIECES))
_COMPACT_DAY: Final = re.compile(_DAY_WITHOUT_SIGNS)
_SMALL: Final = re.compile(rf"{_MANY}(?:[-/.,]\d{{1,3}})?|[1-9]\d{{4}}")
"""Of a house, of RT and RW, a share, a postal code."""
_AMOUNT: Final = re.compile(r"[1-9]\d*+(?:[.,]\d++)*+")
_CURRENCY: Final = re.compile(r"(?:\brp|\bidr|rupiah)[\s.:]*+$", re.IGNORECASE)
_UNIT: Final = re.compile(
    r"\s?(?:rupiah|ribu|rb|juta|jt|kwh|watt|m2|m3|m²|m³|meter|km|kg|liter|unit|orang|jiwa|warga|ha|kva|va|volt|hz"
    r"|cm|mm|persen|ton|kk|suara)\b",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(r"\d{1,3}(?:\.\d{1,3})?")
_CUTS: Final = tuple(map(re.compile, ("[-\u2013\u2014~]", "[,;]", "[/+]", "[,;/+]")))
_FROM_TO: Final = re.compile("[-\u2013\u2014~/]")
_AROUND: Final = ".,;:()[]{}<>/-\u2013\u2014~+&|_*\"'"
_LOOSE: Final = re.compile(r"\s*+([-./:])\s*+")
LONGEST_LIST: Final = 160
"""Characters of a run that is looked at; a longer one is no list that people write."""
_LONGEST_PIECE: Final = 50
"""Characters: from one moment to another, with their zones."""
_FEW: Final = 6
"""Digits of small numbers beside other things: one less than make a number worth hiding."""
_MOBILE: Final = re.compile(r"(?:62|0)8\d{7}")
_WHOLE_MOBILE: Final = re.compile(r"(?<![\d.,])(?:62|0)8\d{7}|(?<!\d)(?:62|0)8\d{9}")
"""In one piece: whatever stands beside it, or before its point."""


def innocent(number: str, before: str, after: str) -> bool:
    """Whether a run of digits, from its first to its last, is plainly nobody's number.

    ``before``, ``after``: a few characters on either side. A date may have blanks about its signs.
    """
    if len(number) > LONGEST_LIST:
        return False
    amount = _CURRENCY.search(before) is not None or _UNIT.match(after) is not None
    if number.isdecimal():
        return (amount and number[0] != "0") or _COMPACT_DAY.fullmatch(number) is not None
    if _WHOLE_MOBILE.search(number):
        return False
    if _is_innocent(number, amount):
        return True
    tight = _LOOSE.sub(r"\1", number)
    return tight != number and _is_innocent(tight, amount)


def _is_innocent(number: str, amount: bool) -> bool:
    pieces = [stripped for word in number.split() if (stripped := word.strip(_AROUND))]
    if not pieces:
        return False
    if amount:
        pieces = [*_without_amount(pieces[0]), *pieces[1:]]
        if not pieces:
            return True
    small: list[str] = []
    others = 0
    for piece in pieces:
        parts = _parts(piece)
        if parts is None:
            return False
        numbers = [part for part in parts if _SMALL.fullmatch(part) and not _PIECE.fullmatch(part)]
        small += numbers
        others += len(parts) - len(numbers)
    return not small or _are_small(small, number, beside=others > 0)


def _without_amount(piece: str) -> Sequence[str]:
    """An amount of money or of something, or from one to another."""
    parts = _FROM_TO.split(piece)
    return () if all(map(_AMOUNT.fullmatch, parts)) else (piece,)


def _parts(piece: str) -> Sequence[str] | None:
    """What a piece is made of; None where something of it is nothing that we know."""
    if _known(piece):
        return (piece,)
    if len(piece) > _LONGEST_PIECE:
        return None
    for cut in _CUTS:
        parts = [part for whole in cut.split(piece) if (part := whole.strip(_AROUND))]
        if all(map(_known, parts)) and any(map(_PIECE.fullmatch, parts)):
            return parts
    return None


def _known(part: str) -> bool:
    return _PIECE.fullmatch(part) is not None or _SMALL.fullmatch(part) is not None


def _are_small(small: Sequence[str], number: str, *, beside: bool) -> bool:
    """``beside``: whether they stand beside something else."""
    if _MOBILE.match(re.sub(r"\D", "", number)):
        return False
    if beside:
        return sum(len(re.sub(r"\D", "", one)) for one in small) <= _FEW
    return "," in number and _goes_upwards(small)


def _goes_upwards(small: Sequence[str]) -> bool:
    if len(small) <= 2 or not all(map(_SHARE.fullmatch, small)):
        return False
    values = [float(one) for one in small]
    return all(first < second for first, second in pairwise(values))

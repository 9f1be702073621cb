"""Several numbers beside each other, told from one number that is cut into pieces.

A telephone number here begins with 0, 62 or, where its nought is left out, with 8; one of a place
without its code has eight digits at most; a NIK has sixteen. Whoever cuts one up puts the same
sign between pieces that are about as long.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

_PIECE: Final = re.compile(r"\d++")
_ROUND: Final = re.compile(r"[1-9]\d{0,2}0{2,}")
_TENTH: Final = re.compile(r"0[.,]\d\d?")
_LONGEST: Final = 4
"""Digits of a piece."""
_LOCAL: Final = 8
"""Digits of a telephone number without the code of its place, at most."""
_MOBILE: Final = range(9, 14)
"""Digits of a mobile number without its nought."""
_MOBILE_PIECE: Final = re.compile(r"8[1-35-9]\d\d?")
_WITH_CODE: Final = re.compile(r"0[2-9]\d{6}|628\d{7}|62[2-7]\d{7}")
_NIK: Final = re.compile(
    r"19\d{14}|[1-9]\d{5}(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{6}"
)
_SIXTEEN: Final = 16
_SERIES: Final = 4


def is_list(number: str, *, after_plus: bool) -> bool:
    """Whether a run of digits is several numbers; ``after_plus``: a + stands before it."""
    pieces = _PIECE.findall(number)
    if len(pieces) < 3 or after_plus:
        return False
    if _is_series(pieces) or all(map(_ROUND.fullmatch, pieces)):
        return True
    if all(map(_TENTH.fullmatch, number.split())):
        return True
    between = _PIECE.split(number)[1:-1]
    if pieces[0][0] in "12345679" and all("%" in sign for sign in between):
        return True
    if max(map(len, pieces)) > _LONGEST or _has_contact(pieces):
        return False
    return not _is_cut_up(between, pieces) or _goes_upwards(pieces)


def _is_series(pieces: Sequence[str]) -> bool:
    """1 2 3 4, 08 09 10 11, 33783 33785 33787 33789."""
    if len(pieces) < _SERIES or max(map(len, pieces)) > _LONGEST + 1:
        return False
    steps = {int(second) - int(first) for first, second in pairwise(pieces)}
    return len(steps) == 1 and (steps == {1} or (min(steps) > 0 and pieces[0][0] != "0"))


def _goes_upwards(pieces: Sequence[str]) -> bool:
    return all(int(first) < int(second) for first, second in pairwise(pieces))


def _has_contact(pieces: Sequence[str]) -> bool:
    digits = "".join(pieces)
    if digits[0] == "0" or digits.startswith("62"):
        return True
    if digits[0] == "8" and len(digits) in _MOBILE:
        return True
    if len(digits) <= _LOCAL and digits[0] in "2345678":
        return True
    starts = [0, *accumulate(map(len, pieces))]
    ends = set(starts)
    for piece, start in zip(pieces, starts, strict=False):
        if piece[0] in "06" and _WITH_CODE.match(digits, start):
            return True
        if _MOBILE_PIECE.fullmatch(piece) and len(digits) - start in _MOBILE:
            return True
        if start + _SIXTEEN in ends and _NIK.match(digits, start):
            return True
    return False


def _is_cut_up(between: Sequence[str], pieces: Sequence[str]) -> bool:
    lengths = [len(piece) for piece in pieces[:-1]]
    return len(set(between)) == 1 and max(lengths) - min(lengths) <= 1

"""Single cells: what a spreadsheet makes of numbers, and the ways to say that there is nothing."""

import math
import re
from typing import Final

from gateway.text.formulas import restored

_NOTHING: Final = frozenset(
    [
        *("", "-", "--", "\u2013", "\u2014", "null", "(null)", "none", "nil", "n/a", "na"),
        *("#n/a", "#null!", "#ref!", "#value!", "#name?", "#div/0!", "#num!"),
    ]
)
_NO_FLAG: Final = frozenset(["", "-", "--", "null", "(null)", "\u2013", "\u2014"])
_LITERAL: Final = re.compile(r'=\s*"(.*)"', re.DOTALL)
_ROUNDED: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_WHOLE: Final = re.compile(r"(\d+)[.,]00?")
_MOBILE: Final = re.compile(r"8[1-9]\d{7,10}")
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_TRUE: Final = frozenset(["true", "yes", "ya", "iya", "y", "t", "1", "1.0", "benar"])
_FALSE: Final = frozenset(["false", "no", "tidak", "n", "f", "0", "0.0", "salah", "bukan"])


def unwrapped(cell: str) -> str:
    """A cell without what spreadsheets put round a text: ``="0812"``, ``'=SUM``."""
    if cell[:1] not in ("=", "'"):
        return cell
    found = _LITERAL.fullmatch(cell.strip())
    return found[1].replace('""', '"') if found else restored(cell)


def is_nothing(cell: str) -> bool:
    """Whether it says that there is no value; of a flag of confidence see ``is_no_flag``."""
    return cell.strip().lower() in _NOTHING


def is_no_flag(cell: str) -> bool:
    """The same, as strictly as a flag of confidence wants it."""
    return cell.strip().lower() in _NO_FLAG


def flag(cell: str) -> bool | None:
    """True or false in English or Indonesian; None for anything else."""
    word = cell.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def digits_lost(cell: str) -> bool:
    """Whether a spreadsheet rounded it: 6.28123E+12 is no telephone number any more."""
    return _ROUNDED.fullmatch(cell.strip()) is not None


def as_id(cell: str) -> str:
    """An id or a code without a spreadsheet's decimals: 9000001.0 is 9000001."""
    text = cell.strip()
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text


def telephone(cell: str) -> str:
    """A telephone number; a mobile one that lost its zero (8123456789) has it again."""
    text = as_id(cell.strip().removeprefix("'"))
    return "0" + text if _MOBILE.fullmatch(text) else text


def decimal(cell: str) -> float | None:
    """A number with a decimal point or comma; None for what is none, or no finite one."""
    text = cell.strip()
    if not _DECIMAL.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None

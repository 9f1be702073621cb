"""Making what came in fit into a message that goes out (AMQP 0-9-1, section 4.2.5).

A byte that is not UTF-8 was read as U+FFFD, which is three bytes: what fitted when it came in need
not fit when it is published again.
"""

from typing import Final

from schemas import limits
from schemas.properties import Headers

_LENGTHS: Final = 5
"""Bytes beside the name and the value of a header: a length, a type; a long string's is 4 more."""
_LONG: Final = 4


def short(text: str, most: int = limits.SHORT_STRING) -> str:
    """A text of at most ``most`` bytes of UTF-8: cut between two characters where it is longer.

    Lone surrogates, which UTF-8 cannot carry, become question marks.
    """
    if text.isascii() and len(text) <= most:
        return text
    raw = text.encode("utf-8", "replace")
    return raw[:most].decode("utf-8", "ignore")


def headers(given: Headers) -> Headers:
    """Headers that fit into a frame; one that does not fit any more is left out.

    Only texts come from outside: a value of another kind is left as it is.
    """
    fitted: dict[str, object] = {}
    room = limits.HEADERS
    for whole, value in given.items():
        name = short(whole, limits.HEADER_NAME)
        carried = _carried(value) if isinstance(value, str) else value
        size = _LENGTHS + len(name.encode())
        if isinstance(carried, str):
            size += _LONG + len(carried.encode())
        if size <= room and name not in fitted:
            fitted[name] = carried
            room -= size
    return fitted


def _carried(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()

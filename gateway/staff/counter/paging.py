"""A long list, fifty rows on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

ROWS: Final = 50
_DIGITS: Final = 6

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """One page of a list: its rows, its number, and how many pages and rows there are."""

    rows: Sequence[T]
    number: int
    pages: int
    count: int


def pages_of(every: Sequence[T], asked: str) -> Listed[T]:
    """The page that was asked for; the nearest there is."""
    pages = max(1, -(-len(every) // ROWS))
    number = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) <= _DIGITS else 1
    number = min(max(1, number), pages)
    return Listed(every[(number - 1) * ROWS : number * ROWS], number, pages, len(every))

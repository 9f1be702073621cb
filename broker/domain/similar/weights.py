"""How much words and names tell: the rarer, the more."""

from collections.abc import Collection
from math import log, prod
from typing import Final

_AT_FIRST: Final = 5000
"""Complaints without a word in them that are taken to have been there: the first are rare too."""


class Weights:
    """``counts``: a word's or name's number → the complaints that have it, and one; ``complaints``:
    all of them."""

    def __init__(self, codes: int) -> None:
        self.counts: list[int] = [1] * codes
        self.complaints = 0

    def of(self, codes: Collection[int]) -> float:
        """Of some: each the logarithm of how few complaints have it."""
        if not codes:
            return 0.0
        # One logarithm of the product takes less time than a sum of logarithms.
        common = log(prod(map(self.counts.__getitem__, codes)))
        return len(codes) * log(self.complaints + _AT_FIRST + 1) - common

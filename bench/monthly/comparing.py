"""Two ways on the same rows: rows that only one has right, and how likely chance does as much."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb


@dataclass(frozen=True, slots=True)
class Paired:
    """Rows that the one way has right and the other has not, and the reverse."""

    only_first: int
    only_other: int

    @property
    def chance(self) -> float:
        """How likely so uneven a split is where neither way is better: the exact two-sided sign
        test (McNemar); 1 where they do not differ."""
        differing, fewer = self.only_first + self.only_other, min(self.only_first, self.only_other)
        tail = sum(comb(differing, n) for n in range(fewer + 1))
        return min(1.0, float(2 * tail / 2**differing)) if differing else 1.0


def paired(first: Sequence[bool], other: Sequence[bool]) -> Paired:
    """Of the same rows in the same order."""
    both = list(zip(first, other, strict=True))
    return Paired(sum(a and not b for a, b in both), sum(b and not a for a, b in both))

"""Small counts that are not shown, and what else must not be shown so that nobody subtracts them.

A cell with fewer than five cases, one of which is anonymous or confidential, is not shown by
itself. It goes into the row of all others, whose sum is shown; where that row would tell of one
cell alone, or of fewer than five cases, the smallest cell that is shown goes into it too.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from gateway.report.tally import FEW


@dataclass(frozen=True, slots=True)
class Shown:
    """``rows``: codes with their counts, the most first; ``others``: the sum of the rest, of which
    there are ``cells``; ``hidden``: how many of those are hidden, not only further down."""

    rows: tuple[tuple[str, int], ...]
    others: int
    cells: int
    hidden: int


def shown(counts: Mapping[str, int], protected: Set[str], most: int) -> Shown:
    """The ``most`` cells with the highest counts that may be shown, and the rest as one."""
    ordered = sorted(counts.items(), key=lambda cell: (-cell[1], cell[0]))
    rows = [cell for cell in ordered if cell[0] not in protected][:most]
    kept = {code for code, _ in rows}
    rest = {code: count for code, count in ordered if code not in kept}
    hidden = sum(code in protected for code in rest)
    while hidden and rows and (len(rest) < 2 or sum(rest.values()) < FEW):
        code, count = rows.pop()
        rest[code] = count
        hidden += 1
    return Shown(tuple(rows), sum(rest.values()), len(rest), hidden)

"""Whether a candidate replaces the rules in force: figures in, a verdict out.

Everything is paired: both decided the same rows, and only rows on which they differ count. What
luck alone would bring is no reason to change anything.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Reason = Literal["better", "not-better", "less-precise", "worse-before", "labels", "too-few"]

LUCK: Final = 0.05
"""A lead that luck alone would bring this often, or more often, is none."""
DEPARTURE: Final = 0.2
"""Of the labels, beyond what drawing so many of the earlier ones at random gives. The months of a
city differ by 0.03 to 0.11; a month in which half of the complaints went to one agency by mistake,
by 0.4."""
FALL: Final = 0.2
"""By how much fewer may be right on the newest rows than on rows held back before."""
_DRAWS: Final = 100
_SURELY: Final = 3.0
"""Standard errors."""


class Outcome(NamedTuple):
    """What rules made of a row: whether it was routed by itself, and whether the agency that they
    put first was right."""

    routed: bool
    first: bool

    @property
    def by_itself(self) -> bool:
        """Right, and nobody had to look."""
        return self.routed and self.first


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two on the same rows: how many it routed by itself, how many of these rightly,
    and of how many the first agency was right."""

    routed: int = 0
    routed_right: int = 0
    first_right: int = 0

    @property
    def precision(self) -> float | None:
        """Of what was routed by itself the part that was right."""
        return self.routed_right / self.routed if self.routed else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rules in force (`old`) and a candidate (`new`) on the same rows. `gained` and `lost`:
    rows right and by itself under the candidate only, and under the old only; `first_gained` and
    `first_lost`: the same of the agency put first."""

    rows: int
    old: Side
    new: Side
    gained: int
    lost: int
    first_gained: int
    first_lost: int


def compared(pairs: Iterable[tuple[Outcome, Outcome]]) -> Comparison:
    """Of each row what became of it under the old rules and under the candidate."""
    all_pairs = list(pairs)
    return Comparison(
        len(all_pairs),
        _side([old for old, _ in all_pairs]),
        _side([new for _, new in all_pairs]),
        sum(new.by_itself and not old.by_itself for old, new in all_pairs),
        sum(old.by_itself and not new.by_itself for old, new in all_pairs),
        sum(new.first and not old.first for old, new in all_pairs),
        sum(old.first and not new.first for old, new in all_pairs),
    )


def chosen(found: Comparison, asked: float) -> Reason:
    """Whether the candidate is better: `better`, or why it is not.

    Better is what is right and by itself on more rows, or puts the right agency first on more; on
    so many more that luck is ruled out. It must keep the asked precision, or at least that of the
    old rules. Fewer by itself is no fault where the old rules route more than the asked precision
    allows, and only there.
    """
    old, new = found.old.precision, found.new.precision
    if new is not None and new < min(asked, asked if old is None else old):
        return "less-precise"
    if leads(found.gained, found.lost):
        return "better"
    too_bold = old is not None and old < asked
    if leads(found.lost, found.gained) and not too_bold:
        return "not-better"
    return "better" if leads(found.first_gained, found.first_lost) else "not-better"


def worse(found: Comparison) -> bool:
    """Whether the candidate is plainly worse than the old rules."""
    return leads(found.lost, found.gained) or leads(found.first_lost, found.first_gained)


def leads(more: int, fewer: int) -> bool:
    """Whether `more` against `fewer` is no luck: the exact sign test (McNemar), one-sided."""
    return more > fewer and chance(more, fewer) < LUCK


def chance(more: int, fewer: int) -> float:
    """How often a fair coin shows one side `more` times or more, of all these tosses."""
    tosses = more + fewer
    ways = sum(math.comb(tosses, heads) for heads in range(more, tosses + 1))
    return ways / (1 << tosses)


def departure(newest: Sequence[str], earlier: Sequence[str]) -> float:
    """How far the labels of the newest rows lie from the earlier ones: the part that would have
    to go elsewhere, less the most that drawing as many of the earlier ones at random gave."""
    if not newest or not earlier:
        return 0.0
    draw = random.Random(0)  # noqa: S311 -- no secret: the same rows give the same answer
    whole = Counter(earlier)
    luck = max(
        _distance(Counter(draw.choices(earlier, k=len(newest))), whole) for _ in range(_DRAWS)
    )
    return _distance(Counter(newest), whole) - luck


def departs(newest: Sequence[str], earlier: Sequence[str]) -> bool:
    """Whether somebody must look at the labels before anything learns from them."""
    return departure(newest, earlier) > DEPARTURE


def falls(right: int, rows: int, expected: float) -> bool:
    """Whether far fewer of the newest rows are right than rows held back before promised:
    either people write of other things, or the labels are wrong."""
    if not rows:
        return False
    error = math.sqrt(expected * (1 - expected) / rows)
    return expected - right / rows > max(FALL, _SURELY * error)


def _distance(some: Counter[str], whole: Counter[str]) -> float:
    """Total variation: from 0, the same, to 1, nothing in common."""
    of_some, of_whole = some.total(), whole.total()
    return sum(max(0.0, n / of_some - whole[label] / of_whole) for label, n in some.items())


def _side(outcomes: Sequence[Outcome]) -> Side:
    return Side(
        sum(one.routed for one in outcomes),
        sum(one.by_itself for one in outcomes),
        sum(one.first for one in outcomes),
    )

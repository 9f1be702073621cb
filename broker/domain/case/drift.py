"""Whether a month is worse than the months before it, by more than chance explains.

The difference of two shares after Agresti and Caffo (The American Statistician 54, 2000: one
success and one failure are added on each side), with what the months before differ among
themselves beyond chance (the moment estimate of DerSimonian and Laird, Controlled Clinical Trials
7, 1986).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from broker.domain.case.judging import What

LEAST: Final = 50
"""Cases of a month that is compared, and twice as many in the months before it: of fewer nothing
is said."""
ONE_IN_A_HUNDRED: Final = 2.33
"""Standard errors that chance exceeds once in so many months."""
ONE_IN_A_THOUSAND: Final = 3.09
"""For a month that is looked at again and again while it lasts."""
_SEVERAL: Final = 3
"""Months that tell how much months differ."""


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``of``."""

    right: int
    of: int

    @property
    def smoothed(self) -> float:
        return (self.right + 1) / (self.of + 2)


@dataclass(frozen=True, slots=True)
class Drop:
    """By how much a share fell; ``lower``: at least by so much, but for chance."""

    estimate: float
    lower: float


def by_itself(counts: Mapping[What, int]) -> Share:
    """What nobody has judged yet counts as right: wrong ones are found within days and answers take
    weeks, so that a month would look the worse the younger it is."""
    came = counts.get("by_itself", 0)
    return Share(came - counts.get("wrong", 0), came)


def first_alternative(counts: Mapping[What, int]) -> Share:
    """Of what the desk had to decide."""
    return Share(counts.get("first_alternative", 0), counts.get("assigned", 0))


def drop(month: Share, before: Sequence[Share], errors: float = ONE_IN_A_HUNDRED) -> Drop | None:
    """How much worse a month is; None of too few cases. ``errors``: standard errors of the bound,
    on one side."""
    known = [one for one in before if one.of]
    whole = Share(sum(one.right for one in known), sum(one.of for one in known))
    if month.of < LEAST or whole.of < 2 * LEAST:
        return None
    chance = _variance(month) + _variance(whole)
    apart = _between(known, whole) * (1 + 1 / len(known))
    estimate = whole.smoothed - month.smoothed
    return Drop(estimate, estimate - errors * sqrt(chance + apart))


def _variance(one: Share) -> float:
    return one.smoothed * (1 - one.smoothed) / (one.of + 2)


def _between(months: Sequence[Share], whole: Share) -> float:
    """The variance of months beyond that of chance."""
    if len(months) < _SEVERAL:
        return 0.0
    p = whole.smoothed
    of_one = p * (1 - p)
    q = sum(one.of * (one.right / one.of - p) ** 2 for one in months) / of_one
    weight = whole.of - sum(one.of**2 for one in months) / whole.of
    return max(q - (len(months) - 1), 0.0) * of_one / weight

"""Where it burns: more complaints than the own past explains, by a test that can be told.

If nothing had changed, each of the complaints of the twelve months before and of the period would
have fallen into the period with the same chance: that of its days among all of these days. How
likely it is that so many, or more, fall into it is the binomial tail; below one in a thousand it
burns. Small counts never do. The past is a sample too, so this is the exact test for two Poisson
rates (Przyborowski and Wilenski, 1940), not a limit drawn around an average.
"""

from math import exp, lgamma, log
from typing import Final

UNLIKELY: Final = 0.001
LEAST: Final = 5
"""Complaints in the period."""
LEAST_PAST: Final = 90
"""Days of the past that are to be known."""


def chance(now: int, past: int, days: int, past_days: int) -> float:
    """That ``now`` or more of ``now + past`` fall into ``days`` of all the days."""
    if now <= 0:
        return 1.0
    all_of, share = now + past, days / (days + past_days)
    term = exp(
        lgamma(all_of + 1)
        - lgamma(now + 1)
        - lgamma(past + 1)
        + now * log(share)
        + past * log(1 - share)
    )
    total, odds = term, share / (1 - share)
    if now <= all_of * share:
        return 1.0  # no more than expected: the tail is long, and nobody asks
    for k in range(now, all_of):
        term *= (all_of - k) / (k + 1) * odds
        total += term
        if term < total * 1e-12:
            break
    return min(total, 1.0)


def burns(now: int, past: int, days: int, past_days: int) -> bool:
    """Whether that is more than chance."""
    if now < LEAST or past_days < LEAST_PAST:
        return False
    return chance(now, past, days, past_days) < UNLIKELY


def expected(past: int, days: int, past_days: int) -> float:
    """How many the past makes one expect in so many days."""
    return past * days / past_days

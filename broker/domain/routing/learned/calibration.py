"""From scores to shares and confidences, in integers: the same on every machine.

Nothing here calls a library's exponential, whose last bit differs between machines.
"""

import itertools
from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import NamedTuple

WHOLE = 1 << 20  # a share of one
CERTAIN = 10_000  # a confidence of one: four decimal places
STEPS = 256  # of a halving
HALVINGS = 24  # a score so many halvings behind counts for nothing


def powers_of_half() -> list[int]:
    """2**(-n / STEPS) in units of 2**-24, for n below STEPS * HALVINGS; then one zero."""
    with localcontext() as context:
        context.prec = 28
        step = [int((Decimal(2) ** (24 - Decimal(n) / STEPS)).to_integral()) for n in range(STEPS)]
    return [step[n % STEPS] >> (n // STEPS) for n in range(STEPS * HALVINGS)] + [0]


class Calibration(NamedTuple):
    """Straight lines between knots: `shares` (of WHOLE, rising) → `confidences` (of CERTAIN)."""

    shares: tuple[int, ...]
    confidences: tuple[int, ...]

    def confidence(self, share: int) -> int:
        """What part of the decisions with such a share were right, of CERTAIN."""
        at = min(max(share, 0), WHOLE)
        for index in range(1, len(self.shares)):
            low, high = self.shares[index - 1], self.shares[index]
            if at <= high:
                start, end = self.confidences[index - 1], self.confidences[index]
                return start + (end - start) * (at - low) // (high - low)
        return self.confidences[-1]


def is_sound(shares: Sequence[int], confidences: Sequence[int]) -> bool:
    """Whether these may be a calibration: from nothing to WHOLE, never falling."""
    return (
        len(shares) == len(confidences) >= 2
        and shares[0] == 0
        and shares[-1] == WHOLE
        and all(low < high for low, high in itertools.pairwise(shares))
        and all(low <= high for low, high in itertools.pairwise(confidences))
        and confidences[0] >= 0
        and confidences[-1] <= CERTAIN
    )

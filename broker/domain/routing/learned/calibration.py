"""From scores to confidences, in integers: the same on every machine.

Nothing here calls a library's exponential, whose last bit differs between machines.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

CERTAIN = 10_000  # a confidence of one: four decimal places
UNIT = 1_000  # a score of one, which is about what makes the best class its lead
WIDEST = 10 * UNIT  # a lead beyond it is counted as this
_HALVING = 150  # a score so much lower weighs half; fitted, as the next, on rows held back in time
_AMONG = 85  # of 100: what is left for the others of the candidates, since it may be none of them
_HALVINGS = 32


def _weights() -> list[int]:
    """2**(32 - n / _HALVING), for each n below _HALVING * _HALVINGS."""
    with localcontext() as context:
        context.prec = 28
        step = [
            int((Decimal(2) ** (32 - Decimal(n) / _HALVING)).to_integral()) for n in range(_HALVING)
        ]
    return [step[n % _HALVING] >> (n // _HALVING) for n in range(_HALVING * _HALVINGS)]


_WEIGHTS = _weights()


class Calibration(NamedTuple):
    """Straight lines between knots: `leads` of the best class over the next (thousandths, from 0
    to WIDEST, rising) → `confidences` (of CERTAIN, never falling)."""

    leads: tuple[int, ...]
    confidences: tuple[int, ...]

    def confidence(self, lead: int) -> int:
        """What part of the decisions with such a lead were right, of CERTAIN."""
        at = min(max(lead, 0), WIDEST)
        for index in range(1, len(self.leads)):
            low, high = self.leads[index - 1], self.leads[index]
            if at <= high:
                start, end = self.confidences[index - 1], self.confidences[index]
                return start + (end - start) * (at - low) // (high - low)
        return self.confidences[-1]


def is_sound(leads: Sequence[int], confidences: Sequence[int]) -> bool:
    """Whether these may be a calibration."""
    return (
        len(leads) == len(confidences) >= 2
        and leads[0] == 0
        and leads[-1] == WIDEST
        and all(low < high for low, high in pairwise(leads))
        and all(low <= high for low, high in pairwise(confidences))
        and confidences[0] >= 0
        and confidences[-1] <= CERTAIN
    )


def confidences(scores: Sequence[int], calibration: Calibration) -> list[int]:
    """Of candidates, by their scores (thousandths, falling): the first by its lead, the others
    divide most of what is left among them; never rising, and CERTAIN together at most."""
    if not scores:
        return []
    lead = scores[0] - scores[1] if len(scores) > 1 else WIDEST
    first = calibration.confidence(lead)
    behind = [min(scores[0] - score, len(_WEIGHTS) - 1) for score in scores[1:]]
    weights = [_WEIGHTS[steps] for steps in behind]
    left, whole = (CERTAIN - first) * _AMONG // 100, sum(weights)
    return [first, *(min(first, left * weight // whole) for weight in weights)]

"""How sure is sure enough: confidences and the threshold, from rows that were not learned from."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.learned.calibration import CERTAIN, WIDEST, Calibration
from pintu.rules.learning.matrix import Counts
from pintu.rules.learning.training import Targets, fitted

FOLDS = 4
_FIRST = 0.6  # in order of time, the first fold is learned from so many of the rows
BINS = 24
FEWEST_ROUTED = 30  # held-back rows above a threshold: fewer may be right by luck
NEVER = CERTAIN + 1  # a threshold that nothing reaches


@dataclass(frozen=True, slots=True)
class Validation:
    """Of rows that were held back, in their order: their numbers, the lead of the best class over
    the next, in thousandths, the class that leads to an agency and whether it was right; `desk`:
    the best of all is the discretion of the desk, so that nothing is routed (which is right, too,
    where the row is of such a topic)."""

    rows: NDArray[np.int64]
    lead: NDArray[np.int64]
    given: NDArray[np.int64]
    right: NDArray[np.bool_]
    desk: NDArray[np.bool_]

    def routable(self) -> "Validation":
        """Those that some confidence would route."""
        return Validation(*(column[~self.desk] for column in _columns(self)))


def folds(count: int, timed: bool) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows to learn from, rows to try: the earlier ones and what came next; without times, parts
    drawn by a fixed rule."""
    everything = np.arange(count)
    if timed:
        marks = [int(count * (_FIRST + (1 - _FIRST) * n / FOLDS)) for n in range(FOLDS + 1)]
        for start, end in itertools.pairwise(marks):
            if 0 < start < end:
                yield everything[:start], everything[start:end]
        return
    part = np.random.default_rng(0).permutation(count) % FOLDS
    for number in range(FOLDS):
        if (part == number).any() and (part != number).any():
            yield everything[part != number], everything[part == number]


def first_learned(count: int, timed: bool) -> NDArray[np.int64]:
    """The rows that every fold in order of time learns from; without times, all rows."""
    return np.arange(max(1, int(count * _FIRST))) if timed else np.arange(count)


def validated(
    counts: Sequence[Counts],
    targets: Targets,
    right: NDArray[np.bool_],
    timed: bool,
    desk: int | None = None,
) -> Validation:
    """`right`: rows x classes, whether a class leads to the agency that a row names; `desk`: the
    class that is the discretion of the desk, if there is one."""
    parts: list[Validation] = []
    for learned, tried in folds(len(right), timed):
        scores = fitted(counts, targets, learned).scores(tried)
        ranked = np.sort(scores, axis=1)
        lead, best = ranked[:, -1] - ranked[:, -2], scores.argmax(axis=1)
        if desk is not None:
            scores[:, desk] = scores.min() - 1
        given = scores.argmax(axis=1)
        left = np.equal(best, -1 if desk is None else desk)
        good = right[tried, given] | (left & right[tried, best])
        parts.append(Validation(tried, lead, given, good, left))
    return Validation(*map(np.concatenate, zip(*map(_columns, parts), strict=True)))


def _columns(found: Validation) -> tuple[NDArray[Any], ...]:
    return found.rows, found.lead, found.given, found.right, found.desk


def calibrated(found: Validation) -> Calibration:
    """Leads to the part that was right: averages of equally large bins, made to rise."""
    order = np.argsort(found.lead, kind="stable")
    parts = [p for p in np.array_split(order, BINS) if len(p)]
    at = [round(float(found.lead[p].mean())) for p in parts]
    rate = _rising([float(found.right[p].mean()) for p in parts], [len(p) for p in parts])
    knots = [(0, min(max(0, round(CERTAIN * rate[0]) - 1), CERTAIN - 2))]
    for lead, part in zip(at, rate, strict=True):
        if knots[-1][0] < lead < WIDEST:
            # Never level: a threshold must be able to tell any two leads apart.
            knots.append((lead, min(max(round(part * CERTAIN), knots[-1][1] + 2), CERTAIN - 2)))
    last = max(knots[-1][1] + 1, round(CERTAIN * (rate[-1] + (1 - rate[-1]) / 2)))
    knots.append((WIDEST, min(last, CERTAIN)))
    return Calibration(tuple(x for x, _ in knots), tuple(y for _, y in knots))


def _rising(rates: list[float], sizes: list[int]) -> list[float]:
    """Pool adjacent violators: the closest sequence that never falls (isotonic regression)."""
    pools: list[tuple[float, int, int]] = []  # mean, rows, bins
    for rate, size in zip(rates, sizes, strict=True):
        pools.append((rate, size, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n, i), (b, m, j) = pools[-2:]
            pools[-2:] = [((a * n + b * m) / (n + m), n + m, i + j)]
    return [rate for rate, _, bins in pools for _ in range(bins)]


def threshold(found: Validation, calibration: Calibration, precision: float) -> int:
    """The lowest confidence above which `precision` of the held-back rows were right, and one
    standard error more: the next rows are neither these nor quite like them."""
    sure = confidences_of(found, calibration)
    order = np.argsort(-sure, kind="stable")
    routed = np.arange(1, len(order) + 1)
    spread = np.sqrt(routed * precision * (1 - precision))
    enough_right = np.cumsum(found.right[order]) >= precision * routed + spread
    good = enough_right & (routed >= FEWEST_ROUTED)
    # All rows with the same confidence stand or fall together.
    last = np.append(sure[order][1:] != sure[order][:-1], True)
    enough = np.flatnonzero(good & last)
    return int(sure[order[enough[-1]]]) if len(enough) else NEVER


def confidences_of(found: Validation, calibration: Calibration) -> NDArray[np.int64]:
    """Of the rows that were held back, of CERTAIN."""
    return np.array([calibration.confidence(lead) for lead in found.lead.tolist()])


def reliability(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> list[list[float]]:
    """Confidence said, part that was right, rows: for each tenth of confidence that occurs."""
    tenth = np.minimum((sure * 10).astype(int), 9)
    return [
        [
            round(float(sure[tenth == n].mean()), 3),
            round(float(right[tenth == n].mean()), 3),
            int((tenth == n).sum()),
        ]
        for n in range(10)
        if (tenth == n).any()
    ]

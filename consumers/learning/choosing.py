"""How sure is sure enough: confidences and the threshold, from rows that were not learned from."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.learned.calibration import CERTAIN, WHOLE, Calibration
from consumers.learning.training import Floats, Targets, shares, solved

FOLDS = 4
_FIRST = 0.6  # in order of time, the first fold is learned from so many of the rows
BINS = 24
FEWEST_ROUTED = 30  # held-back rows above a threshold: fewer may be right by luck
NEVER = CERTAIN + 1  # a threshold that nothing reaches


@dataclass(frozen=True, slots=True)
class Validation:
    """Of rows that were held back, in their order: the best class's share, whether it was right."""

    share: NDArray[np.float64]
    right: NDArray[np.bool_]


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


def validated(inner: Floats, targets: Targets, right: NDArray[np.bool_], timed: bool) -> Validation:
    """`right`: rows x classes, whether a class leads to the agency that a row names."""
    best: list[NDArray[np.float64]] = []
    good: list[NDArray[np.bool_]] = []
    for learned, tried in folds(len(right), timed):
        weights = solved(inner, targets, learned)
        found = shares(inner[np.ix_(tried, learned)] @ weights, targets, learned)
        chosen = found.argmax(axis=1)
        best.append(found[np.arange(len(tried)), chosen])
        good.append(right[tried, chosen])
    return Validation(np.concatenate(best), np.concatenate(good))


def calibrated(found: Validation) -> Calibration:
    """Shares to the part that was right: averages of equally large bins, made to rise."""
    order = np.argsort(found.share, kind="stable")
    parts = [p for p in np.array_split(order, BINS) if len(p)]
    at = [float(found.share[p].mean()) for p in parts]
    rate = _rising([float(found.right[p].mean()) for p in parts], [len(p) for p in parts])
    knots = [(0, 0)]
    for share, part in zip(at, rate, strict=True):
        x, y = round(share * WHOLE), round(part * CERTAIN)
        if knots[-1][0] < x < WHOLE:
            # Never level: a threshold must be able to tell any two shares apart.
            knots.append((x, min(max(y, knots[-1][1] + 2), CERTAIN - 2)))
    last = max(knots[-1][1] + 1, round(CERTAIN * min(1.0, rate[-1] + (1 - rate[-1]) / 2)))
    knots.append((WHOLE, min(last, CERTAIN)))
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
    """The lowest confidence above which at least `precision` of the held-back rows were right."""
    sure = np.array([calibration.confidence(round(s * WHOLE)) for s in found.share])
    order = np.argsort(-sure, kind="stable")
    routed = np.arange(1, len(order) + 1)
    good = (np.cumsum(found.right[order]) >= precision * routed) & (routed >= FEWEST_ROUTED)
    # All rows with the same confidence stand or fall together.
    last = np.append(sure[order][1:] != sure[order][:-1], True)
    enough = np.flatnonzero(good & last)
    return int(sure[order[enough[-1]]]) if len(enough) else NEVER


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

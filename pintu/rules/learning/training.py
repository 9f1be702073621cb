"""Fits the two heads: who is answerable, and what the matter is."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # -- has no types
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # -- has no types

from broker.domain.routing.learned.calibration import UNIT
from broker.domain.routing.learned.combining import combined, owned
from pintu.rules.learning.matrix import Counts, Weighted, weigh

FACTORS = {"word": 1.0, "pair": 0.5, "near": 0.8, "char": 0.8, "address": 0.25, "phrase": 0.5}
OF_TOPICS = ("word", "address")  # blocks by which topics are told apart: enough for that
FREEDOM = 0.3  # C of the machines: how much a row that is on the wrong side may change
NAMED = 2.0  # what a name weighs; a row of the history weighs one
_ABSENT = -2.0  # score of a class that no row had
_ALONE = _ABSENT + 0.01  # of the only one that rows had: before the absent ones, and hardly sure
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Targets:
    """Of each row its class and its topic, by number, and how many of each there are.

    `classes` goes on with the names, which follow the rows; `first`: of each, the row that it was
    first seen in.
    """

    classes: NDArray[np.int64]
    topics: NDArray[np.int64]
    class_count: int
    topic_count: int
    first: NDArray[np.int64]

    def names(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The names that were seen in `rows`, by their numbers behind all rows."""
        return len(self.topics) + np.flatnonzero(np.isin(self.first, rows))

    def table(self, rows: NDArray[np.int64]) -> Floats:
        """Topics x classes: what part of a topic's rows each class had."""
        counts = np.zeros((self.topic_count, self.class_count))
        np.add.at(counts, (self.topics[rows], self.classes[rows]), 1)
        result: Floats = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return result


@dataclass(frozen=True, slots=True)
class Head:
    """`weights`: of each block, n-grams x labels; for columns times the factor of the block."""

    weights: dict[str, Floats]
    bias: Floats

    def scores(self, blocks: Sequence[Weighted], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows x labels, in thousandths as the model computes them."""
        total = np.tile(self.bias, (len(rows), 1))
        for block in blocks:
            if block.name in self.weights:
                total += FACTORS[block.name] * (block.matrix[rows] @ self.weights[block.name])
        result: NDArray[np.int64] = np.floor(UNIT * total).astype(np.int64)
        return result


@dataclass(frozen=True, slots=True)
class Fitted:
    """Blocks with the weights of their columns, the two heads, and the table of topics."""

    blocks: list[Weighted]
    classes: Head
    topics: Head
    table: Floats

    def scores(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows x classes, thousandths."""
        classes = self.classes.scores(self.blocks, rows)
        topics = self.topics.scores(self.blocks, rows)
        return combined(classes, topics, owned(self.table, 1.0))


def fitted(counts: Sequence[Counts], targets: Targets, rows: NDArray[np.int64]) -> Fitted:
    """Learned from `rows` alone, and the names in them."""
    blocks = [weigh(block, rows, targets.classes) for block in counts]
    few = [block for block in blocks if block.name in OF_TOPICS]
    both = np.concatenate([rows, targets.names(rows)])
    return Fitted(
        blocks,
        _head(blocks, both, len(rows), targets.classes, targets.class_count),
        _head(few, rows, len(rows), targets.topics, targets.topic_count),
        targets.table(rows),
    )


def _head(
    blocks: Sequence[Weighted],
    rows: NDArray[np.int64],
    complaints: int,
    labels: NDArray[np.int64],
    count: int,
) -> Head:
    """`complaints`: so many of the rows come first; the others are names."""
    matrix = sparse.hstack([FACTORS[b.name] * b.matrix[rows] for b in blocks], format="csr")
    weights, bias = _machines(matrix, labels[rows], complaints, count)
    ends = np.cumsum([len(block.grams) for block in blocks])[:-1]
    parts = np.split(weights, ends)
    return Head({b.name: part for b, part in zip(blocks, parts, strict=True)}, bias)


def _machines(
    matrix: sparse.csr_matrix, labels: NDArray[np.int64], complaints: int, count: int
) -> tuple[Floats, Floats]:
    """One against all, for each label that occurs."""
    each = np.where(np.arange(len(labels)) < complaints, 1.0, NAMED)
    weights = np.zeros((matrix.shape[1], count))
    bias = np.full(count, _ABSENT)
    if len(np.unique(labels)) == 1:  # nothing to tell it from
        bias[labels[0]] = _ALONE
        return weights, bias
    with warnings.catch_warnings():
        # Many offices with a complaint each are no regression problem.
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        machine = LinearSVC(C=FREEDOM, random_state=0).fit(matrix, labels, sample_weight=each)
    if len(machine.classes_) == 2:  # one machine tells both
        weights[:, machine.classes_] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1)
        bias[machine.classes_] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        weights[:, machine.classes_] = machine.coef_.T
        bias[machine.classes_] = machine.intercept_
    return weights, bias

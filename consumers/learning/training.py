"""Fits the two heads: who is answerable, and what the matter is.

Kernel ridge regression of one-against-all targets: solved exactly, alike every time. It is linear
in the features, so that the result is one weight for an n-gram and a class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse  # type: ignore[import-untyped]  # -- has no types

from consumers.learning.matrix import Columns

FACTORS = {"word": 1.0, "char": 1.0, "address": 0.5, "place": 0.4}
PENALTY = 1.0
SHARP = {"classes": 5.0, "topics": 6.0}  # scores to shares: e to the power of so many times
MIX = 0.5
_OFTEN = 200  # rows above which an n-gram's column is dense
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Targets:
    """Of each row its class and its topic, by number; how many of each; and the shares of the
    classes in each topic are counted from them."""

    classes: NDArray[np.int64]
    topics: NDArray[np.int64]
    class_count: int
    topic_count: int

    def table(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Topics x classes: what part of a topic's rows each class had."""
        counts = np.zeros((self.topic_count, self.class_count))
        np.add.at(counts, (self.topics[rows], self.classes[rows]), 1)
        total = counts.sum(axis=1, keepdims=True)
        result: NDArray[np.float64] = counts / np.maximum(total, 1)
        return result


def kernel(blocks: Sequence[Columns]) -> Floats:
    """Inner products of all rows, n x n; n-grams that occur often by way of dense columns."""
    matrix = sparse.hstack([FACTORS[b.name] * b.matrix for b in blocks], format="csc")
    matrix = matrix.astype(np.float32)
    often = np.diff(matrix.indptr) > _OFTEN
    rare = matrix[:, ~often].tocsr()
    result = np.zeros((matrix.shape[0],) * 2, dtype=np.float32)
    columns = np.flatnonzero(often)
    for start in range(0, len(columns), 2000):
        dense = matrix[:, columns[start : start + 2000]].toarray()
        result += dense @ dense.T
    step = 1000
    for start in range(0, len(result), step):
        result[start : start + step] += (rare[start : start + step] @ rare.T).toarray()
    return result


def solved(inner: Floats, targets: Targets, rows: NDArray[np.int64]) -> Floats:
    """Weights of the rows, rows x (classes + topics)."""
    system = inner[np.ix_(rows, rows)]
    system[np.diag_indices(len(rows))] += PENALTY
    wanted = np.full((len(rows), targets.class_count + targets.topic_count), -1.0, np.float32)
    wanted[np.arange(len(rows)), targets.classes[rows]] = 1.0
    wanted[np.arange(len(rows)), targets.class_count + targets.topics[rows]] = 1.0
    factor = linalg.cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
    solution: Floats = linalg.cho_solve(factor, wanted, overwrite_b=True, check_finite=False)
    return solution


def shares(scores: Floats, targets: Targets, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of the classes, as the model computes them in integers; `rows`: those learned from."""
    count = targets.class_count
    direct = _softmax(SHARP["classes"] * scores[:, :count])
    by_topic = _softmax(SHARP["topics"] * scores[:, count:]) @ targets.table(rows)
    return MIX * direct + (1 - MIX) * by_topic


def _softmax(scores: Floats) -> NDArray[np.float64]:
    raised = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return result

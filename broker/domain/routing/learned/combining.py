"""The two heads together: who is answerable gains by what the matter is."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.learned.calibration import UNIT

NO_TOPIC = -2 * UNIT  # what a class without topics gains, before it is halved


class Owned(NamedTuple):
    """Topics in the order of the classes that most of their rows were of; where in that order the
    topics of each of `owners` begin."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    owners: NDArray[np.int64]


def owned(table: NDArray[Any], whole: float) -> Owned:
    """`table`: topics x classes, parts of `whole`. More than half of a topic is of one class."""
    topics, classes = np.nonzero(table * 2 > whole)
    order = np.argsort(classes, kind="stable")
    owners, starts = np.unique(classes[order], return_index=True)
    return Owned(topics[order], starts, owners)


def combined(
    classes: NDArray[np.int64], topics: NDArray[np.int64], own: Owned
) -> NDArray[np.int64]:
    """Scores of the classes, each with half of what the best of its own topics scores.

    `classes`, `topics`: rows x classes and rows x topics, thousandths.
    """
    gained = np.full_like(classes, NO_TOPIC)
    if len(own.owners):
        best = np.maximum.reduceat(topics[:, own.order], own.starts, axis=1)
        gained[:, own.owners] = np.maximum(best, NO_TOPIC)
    result: NDArray[np.int64] = classes + gained // 2
    return result

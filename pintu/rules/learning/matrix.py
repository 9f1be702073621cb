"""The rows of a history as sparse matrices, by the very features that decide later."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # -- has no types

from broker.domain.routing.learned.features import (
    WIDE,
    address_grams,
    char_grams,
    near_codes,
    normal_words,
    pair_codes,
)
from broker.domain.routing.learned.model import BLOCK, counted
from pintu.rules.learning.history import Row

LEAST = {"word": 2, "pair": 2, "near": 4, "char": 3, "address": 2, "phrase": 2}
"""Rows in which an n-gram must occur."""
MOST_TELLING = 1_500  # words of the block `near`
_FEWEST = 5  # rows in which each of them must occur
_PARTS = 64  # the weight of a column is kept in such parts of one
_POWER = 0.5  # of what a column tells about the class
_DOUBT = 2.0  # rows of the average class that are added to each column's
_LARGEST = 32_000


@dataclass(frozen=True, slots=True)
class Counts:
    """One block: its n-grams, and what each counts in each row (sixteenths, 0: not there)."""

    name: str
    grams: tuple[str, ...]
    matrix: sparse.csr_matrix


@dataclass(frozen=True, slots=True)
class Weighted:
    """One block with the weight of each column and the rows, each of length one (or zero)."""

    name: str
    grams: tuple[str, ...]
    rarity: NDArray[np.int16]
    matrix: sparse.csr_matrix


def count(
    rows: Sequence[Row],
    classes: NDArray[np.int64],
    known: NDArray[np.int64],
    hints: Sequence[Mapping[str, int]] = (),
) -> tuple[list[Counts], frozenset[str]]:
    """Every block that has an n-gram at all, and the words that the block `near` looks at.

    These are chosen from the rows `known`, so that rows held back have no say in it. `hints`: of
    the first rows, what phrases say of each.
    """
    texts = [normal_words(row.text) for row in rows]
    words = _block("word", _numbered(texts))
    telling = _most_telling(words, known, classes)
    look_up = {gram: number for number, gram in enumerate(words.grams)}
    numbers = [np.array([look_up.get(w, -1) for w in said], dtype=np.int64) for said in texts]
    tells = np.array([gram in telling for gram in words.grams], dtype=np.bool_)
    found = [
        words,
        _of_two("pair", [pair_codes(said) for said in numbers], words.grams),
        _of_two("near", [near_codes(said, tells) for said in numbers], words.grams),
        _block("char", _numbered(_chars(texts))),
        _block("address", _numbered([address_grams(row.address) for row in rows])),
    ]
    if any(hints):
        found.append(_hinted(hints, len(rows)))
    return [block for block in found if block.grams], telling


def _hinted(hints: Sequence[Mapping[str, int]], rows: int) -> Counts:
    """What phrases say, counted as it is said."""
    often = Counter(name for one in hints for name in one)
    grams = sorted(name for name, times in often.items() if times >= LEAST[BLOCK])
    column = {name: number for number, name in enumerate(grams)}
    places = [
        (row, column[name], parts)
        for row, one in enumerate(hints)
        for name, parts in one.items()
        if name in column
    ]
    at, columns, values = (list(part) for part in zip(*places, strict=True))
    shape = rows, len(grams)
    matrix = sparse.csr_matrix((np.array(values, dtype=np.float32), (at, columns)), shape=shape)
    return Counts(BLOCK, tuple(grams), matrix)


def _most_telling(
    words: Counts, rows: NDArray[np.int64], classes: NDArray[np.int64]
) -> frozenset[str]:
    """Words that occur often and are far from the average class, weighed together."""
    frequency, tells = _telling(words.matrix[rows], classes[rows])
    worth = np.where(frequency >= _FEWEST, frequency * tells, 0)
    best = np.argsort(-worth, kind="stable")[:MOST_TELLING]
    return frozenset(words.grams[n] for n in best.tolist() if worth[n] > 0)


def _chars(texts: Iterable[Sequence[str]]) -> list[list[str]]:
    known: dict[str, list[str]] = {}
    result: list[list[str]] = []
    for said in texts:
        grams: list[str] = []
        for word in said:
            if word not in known:
                known[word] = char_grams(word)
            grams += known[word]
        result.append(grams)
    return result


def _numbered(rows: Iterable[Sequence[str]]) -> tuple[list[NDArray[np.int64]], list[str]]:
    """N-grams as numbers in alphabetical order, so that the same history gives the same file."""
    rows = list(rows)
    grams = sorted(set(chain.from_iterable(rows)))
    look_up = {gram: number for number, gram in enumerate(grams)}
    return [np.array([look_up[g] for g in row], dtype=np.int64) for row in rows], grams


def _of_two(name: str, rows: Sequence[NDArray[np.int64]], words: Sequence[str]) -> Counts:
    """A block of two words; `rows`: codes."""
    codes = np.unique(np.concatenate(rows))
    grams = [f"{words[c // WIDE]} {words[c % WIDE]}" for c in codes.tolist()]
    return _block(name, ([codes.searchsorted(row) for row in rows], grams))


def _block(name: str, found: tuple[Sequence[NDArray[np.int64]], Sequence[str]]) -> Counts:
    rows, grams = found
    distinct = [np.unique(row, return_counts=True) for row in rows]
    columns = np.concatenate([numbers for numbers, _ in distinct])
    frequency = np.bincount(columns, minlength=len(grams))
    kept = np.flatnonzero(frequency >= LEAST[name])
    position = np.full(len(grams), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    where = position[columns]
    there = where >= 0
    of_row = np.repeat(np.arange(len(rows)), [len(numbers) for numbers, _ in distinct])[there]
    values = counted(np.concatenate([often for _, often in distinct])).astype(np.float32)[there]
    matrix = sparse.csr_matrix((values, (of_row, where[there])), shape=(len(rows), len(kept)))
    return Counts(name, tuple(grams[n] for n in kept.tolist()), matrix)


def weigh(block: Counts, rows: NDArray[np.int64], classes: NDArray[np.int64]) -> Weighted:
    """Weights of the columns as `rows` alone tell them; all rows of the matrix are then weighed.

    A column weighs by how rare it is, and by how far the classes of its rows are from those of
    all (Kullback-Leibler divergence): "lampu" tells more than a rare greeting.
    """
    if block.name == BLOCK:
        return _as_said(block)
    frequency, tells = _telling(block.matrix[rows], classes[rows])
    rarity = 1 + np.log((1 + len(rows)) / (1 + frequency))
    whole = np.round(_PARTS * rarity * np.maximum(tells, 1e-6) ** _POWER)
    weights = np.clip(whole, 1, _LARGEST).astype(np.int16)
    matrix = (block.matrix @ sparse.diags(weights.astype(np.float64))).tocsr()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = (sparse.diags(1 / np.maximum(length, 1)) @ matrix).tocsr()
    return Weighted(block.name, block.grams, weights, matrix)


def _as_said(block: Counts) -> Weighted:
    """Hints say themselves how much they count."""
    matrix = block.matrix.astype(np.float64)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = (sparse.diags(1 / np.maximum(length, 1)) @ matrix).tocsr()
    return Weighted(block.name, block.grams, np.ones(len(block.grams), dtype=np.int16), matrix)


def _telling(
    matrix: sparse.csr_matrix, classes: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each column the rows that it is in, and how far their classes are from those of all."""
    there = sparse.csr_matrix(
        (np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape
    )
    frequency = np.asarray(there.sum(axis=0), dtype=np.float64).ravel()
    each = np.zeros((len(classes), max(classes.tolist()) + 1))
    each[np.arange(len(classes)), classes] = 1
    usual = np.maximum(each.mean(axis=0), 1e-9)
    found = (there.T @ each + _DOUBT * usual) / (frequency[:, None] + _DOUBT)
    return frequency, (found * np.log(np.maximum(found, 1e-12) / usual)).sum(axis=1)

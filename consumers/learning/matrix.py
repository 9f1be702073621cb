"""The rows of a history as a sparse matrix, by the very features that decide later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # -- has no types

from broker.domain.routing.learned.features import (
    address_grams,
    char_grams,
    normal_words,
    place_grams,
    word_grams,
)
from broker.domain.routing.learned.model import counted
from consumers.learning.history import Row

RARITY = 64  # inverse document frequency is kept in such parts of one
LEAST = {"word": 2, "char": 3, "address": 2, "place": 2}  # rows in which an n-gram must occur


@dataclass(frozen=True, slots=True)
class Columns:
    """One block: its n-grams, how rare they are, and the rows, each of length one."""

    name: str
    grams: tuple[str, ...]
    rarity: NDArray[np.int16]
    matrix: sparse.csr_matrix


def columns(rows: Sequence[Row]) -> list[Columns]:
    """Every block that has an n-gram at all."""
    texts = [normal_words(row.text) for row in rows]
    found = [
        _block("word", [list(word_grams(said)) for said in texts]),
        _block("char", _chars(texts)),
        _block("address", [address_grams(row.address) for row in rows]),
        _block("place", [place_grams(row.district, row.village) for row in rows]),
    ]
    return [block for block in found if block.grams]


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


def _block(name: str, rows: Sequence[Sequence[str]]) -> Columns:
    numbers: dict[str, int] = {}
    ids: list[NDArray[np.int64]] = []
    times: list[NDArray[np.int64]] = []
    for grams in rows:
        these = [numbers.setdefault(gram, len(numbers)) for gram in grams]
        distinct, count = np.unique(np.array(these, dtype=np.int64), return_counts=True)
        ids.append(distinct)
        times.append(count)
    everything = np.concatenate(ids)
    frequency = np.bincount(everything, minlength=len(numbers))
    kept = [(g, n) for g, n in numbers.items() if frequency[n] >= LEAST[name]]
    kept.sort()
    position = np.full(len(numbers), -1, dtype=np.int64)
    position[[n for _, n in kept]] = np.arange(len(kept))
    counts = frequency[[n for _, n in kept]] if kept else np.zeros(0)
    rarity = np.round(RARITY * (1 + np.log((1 + len(rows)) / (1 + counts)))).astype(np.int16)
    starts = np.concatenate([[0], np.cumsum([len(i) for i in ids])])
    values = counted(np.concatenate(times)).astype(np.float64)
    where = position[everything]
    of_row = np.repeat(np.arange(len(rows)), np.diff(starts))
    there = where >= 0
    where, of_row, values = where[there], of_row[there], values[there]
    values *= rarity[where]
    length = np.sqrt(np.bincount(of_row, values * values, minlength=len(rows)))
    values /= length[of_row]
    matrix = sparse.csr_matrix((values, (of_row, where)), shape=(len(rows), len(kept)))
    return Columns(name, tuple(g for g, _ in kept), rarity, matrix)

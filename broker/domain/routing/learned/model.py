"""A learned model: n-grams to scores of classes. Integers; no library of linear algebra.

A *class* is who is answerable: an agency's code, `@village` or `@district`. One head scores the
classes, the other the topics, whose agencies were counted. Both give shares, which are mixed.

Everything is a sum of integers, which has no rounding; then come only operations that IEEE 754
rounds alike everywhere (add, multiply, divide, square root).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.learned.calibration import (
    STEPS,
    WHOLE,
    Calibration,
    powers_of_half,
)
from broker.domain.routing.learned.features import (
    address_grams,
    char_grams,
    normal_words,
    place_grams,
    word_grams,
)

TIMES = (16, 27, 34, 38, 42, 45, 47, 49, 51, 53, 54, 56, 57, 58, 59, 60)
"""What an n-gram that occurs once, twice, … counts, in sixteenths: 1 + ln n."""
MIXED = 1 << 10  # the whole of `mix`
_REMEMBERED = 1 << 14
_COUNTS: NDArray[np.int32] = np.array(TIMES, dtype=np.int32)
_NO_ROWS: NDArray[np.int32] = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True)
class Block:
    """One kind of feature. `weights`: rows of n-grams, columns of classes and then topics."""

    name: str
    grams: Sequence[str]
    rarity: NDArray[np.int16]  # of each n-gram: inverse document frequency, in 1/64
    weights: NDArray[np.int16]

    @cached_property
    def index(self) -> Mapping[str, int]:
        """N-gram → row."""
        return {gram: row for row, gram in enumerate(self.grams)}


class Sample(NamedTuple):
    """A complaint as rows of the blocks. `words` and `of_words`: its words with the rows of the
    block `char` that each has, to tell which weighed most."""

    words: list[str]
    of_words: list[NDArray[np.int32]]
    chars: NDArray[np.int32]  # all of them, one after the other
    rows: dict[str, tuple[NDArray[np.int32], NDArray[np.int32]]]  # block → rows, what each counts


class Judged(NamedTuple):
    """A class by its number, its share of WHOLE, and its likeliest topic (-1: none)."""

    number: int
    share: int
    topic: int


@dataclass(frozen=True)
class LearnedModel:
    """See the module. `bias`, `scale`: a score is bias + sum / norm, in units of 2**-scale."""

    digest: str
    classes: tuple[str, ...]
    topics: tuple[str, ...]
    blocks: Mapping[str, Block]
    bias: NDArray[np.int32]  # classes and then topics
    table: NDArray[np.int32]  # topics x classes: shares of WHOLE
    scale: int
    mix: int  # the part of the first head, of MIXED
    calibration: Calibration
    auto: int  # at or above: routed without a person; of CERTAIN
    validation: Mapping[str, Any]

    @cached_property
    def _halves(self) -> NDArray[np.int64]:
        return np.array(powers_of_half(), dtype=np.int64)

    @cached_property
    def _chars(self) -> Any:
        block = self.blocks.get("char")
        index = block.index if block else {}

        def rows(word: str) -> NDArray[np.int32]:
            found = [row for gram in char_grams(word) if (row := index.get(gram)) is not None]
            return np.array(found, dtype=np.int32) if found else _NO_ROWS

        return lru_cache(_REMEMBERED)(rows)

    def sample(
        self, text: str, address: str | None, district: str | None, village: str | None
    ) -> Sample:
        """The complaint as rows; what the model never saw is left out."""
        said = normal_words(text)
        of_words = [self._chars(word) for word in said]
        rows = {
            "word": self._found("word", word_grams(said)),
            "address": self._found("address", address_grams(address)),
            "place": self._found("place", place_grams(district, village)),
        }
        chars = np.concatenate(of_words) if of_words else _NO_ROWS
        if len(chars):
            distinct, times = np.unique(chars, return_counts=True)
            rows["char"] = distinct, counted(times)
        return Sample(said, of_words, chars, {name: found for name, found in rows.items() if found})

    def _found(
        self, name: str, grams: Iterable[str]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]] | None:
        block = self.blocks.get(name)
        if block is None:
            return None
        index, times = block.index, dict[int, int]()
        for gram in grams:
            row = index.get(gram)
            if row is not None:
                times[row] = times.get(row, 0) + 1
        if not times:
            return None
        rows = np.fromiter(times.keys(), np.int32, len(times))
        return rows, counted(np.fromiter(times.values(), np.int64, len(times)))

    def scores(self, sample: Sample) -> NDArray[np.float64]:
        """Of every class and then every topic."""
        total = self.bias.astype(np.float64)
        for name, (rows, counts) in sample.rows.items():
            block = self.blocks[name]
            rarity = counts * block.rarity[rows].astype(np.int64)
            length = math.sqrt(int((rarity * rarity).sum()))
            # A sum stays within its integers: 32 bits are quicker where they suffice.
            wide = np.int64 if int(counts.sum()) >= 1 << 16 else np.int32
            picked = block.weights.take(rows, axis=0)
            summed = np.einsum("i,ij->j", counts.astype(wide), picked, dtype=wide)
            total += summed / length
        return total

    def shares(
        self, sample: Sample, without: Sequence[int] = ()
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the classes and of the topics; each sums to about WHOLE. `without`: classes that
        are out of the question; the others take their part."""
        scores, count = self.scores(sample), len(self.classes)
        direct = self._spread(scores[:count])
        of_topics = self._spread(scores[count:])
        mixed = direct
        if len(of_topics):
            by_topic = (of_topics @ self.table) >> 20
            mixed = (self.mix * direct + (MIXED - self.mix) * by_topic) // MIXED
        if without:
            mixed[list(without)] = 0
            left = int(mixed.sum())
            mixed = mixed * WHOLE // left if left else mixed
        return mixed, of_topics

    def _spread(self, scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """Scores to shares: each 2**scale behind the best halves."""
        if not len(scores):
            return np.zeros(0, dtype=np.int64)
        behind = (scores.max() - scores) * (STEPS / 2.0**self.scale)
        steps = np.minimum(np.floor(behind + 0.5), len(self._halves) - 1).astype(np.int64)
        halves = self._halves[steps]
        result: NDArray[np.int64] = halves * WHOLE // int(halves.sum())
        return result

    def judge(self, sample: Sample, most: int, without: Sequence[int] = ()) -> list[Judged]:
        """The likeliest classes, best first; of equal ones the first by code."""
        shares, of_topics = self.shares(sample, without)
        result: list[Judged] = []
        for number in np.argsort(-shares, kind="stable")[:most].tolist():
            if shares[number] > 0:
                topic = -1
                if len(of_topics):
                    parts = of_topics * self.table[:, number]
                    topic = int(parts.argmax())
                    topic = topic if parts[topic] > 0 else -1
                result.append(Judged(number, int(shares[number]), topic))
        return result

    def weighed(self, sample: Sample, number: int, rival: int) -> list[str]:
        """Distinct words of the text by how much they speak for a class and against its rival
        (-1: none), the heaviest first; only words that the model itself knows."""
        block, chars = self.blocks.get("word"), self.blocks.get("char")
        if block is None or not sample.words:
            return []
        index = block.index
        known = [
            (at, row) for at, said in enumerate(sample.words) if (row := index.get(said, -1)) >= 0
        ]
        if not known:
            return []
        places = [at for at, _ in known]
        weights = _column(block, np.array([row for _, row in known]), number, rival)
        if chars is not None:
            # Sums of neighbouring runs of rows are differences of one running sum.
            running = np.zeros(len(sample.chars) + 1, dtype=np.int64)
            np.cumsum(_column(chars, sample.chars, number, rival), out=running[1:])
            ends = np.cumsum([0, *map(len, sample.of_words)])
            weights = weights + (running[ends[1:]] - running[ends[:-1]])[places]
        totals = {
            sample.words[at]: weight for at, weight in zip(places, weights.tolist(), strict=True)
        }
        heavy = [(-weight, word) for word, weight in totals.items() if weight > 0]
        return [word for _, word in sorted(heavy)]


def _column(block: Block, rows: NDArray[Any], number: int, rival: int) -> NDArray[np.int64]:
    """What n-grams weigh for a class, against its rival."""
    weights: NDArray[np.int64] = block.weights[rows, number].astype(np.int64)
    return weights - block.weights[rows, rival] if rival >= 0 else weights


def counted(times: NDArray[np.int64]) -> NDArray[np.int32]:
    """How often n-grams occur → what that counts."""
    result: NDArray[np.int32] = _COUNTS[np.minimum(times, len(TIMES)) - 1]
    return result

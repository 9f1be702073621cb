"""A learned model: n-grams to scores of classes. Integers; no library of linear algebra.

A *class* is who is answerable: an agency's code, `@village` or `@district`. One head scores the
classes by all blocks, the other the topics by words alone; a class gains half of what the best of
its topics scores.

Everything is a sum of integers, which has no rounding; then come only operations that IEEE 754
rounds alike everywhere (add, multiply, divide, square root).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.learned.calibration import UNIT, Calibration
from broker.domain.routing.learned.combining import NO_TOPIC, Owned, combined, owned
from broker.domain.routing.learned.features import (
    WIDE,
    address_grams,
    char_grams,
    distinct,
    near_codes,
    pair_codes,
)
from broker.domain.routing.learned.said import Said

TIMES = (16, 27, 34, 38, 42, 45, 47, 49, 51, 53, 54, 56, 57, 58, 59, 60)
"""What an n-gram that occurs once, twice, … counts, in sixteenths: 1 + ln n."""
BLOCK: Final = "phrase"
"""The block of what phrases say (`hints`)."""
WHOLE = 1 << 20  # all rows of a topic
_FEW = WHOLE // 10  # of a topic: a class that had so much may be meant by it
_HEARD = -UNIT * 4 // 5  # with less, no topic is named
_REMEMBERED = 1 << 14
_SLIGHT = 8  # a word that weighs less than such a part of the heaviest is none that led there
_COUNTS: NDArray[np.int32] = np.array(TIMES, dtype=np.int32)
_NO_ROWS: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
Rows = tuple[NDArray[Any], NDArray[np.int32]]  # rows of a block, what each counts


@dataclass(frozen=True)
class Block:
    """One kind of feature. `weights`: rows of n-grams, columns of classes and perhaps topics."""

    name: str
    grams: Sequence[str]
    rarity: NDArray[np.int16]  # how much an n-gram counts in the length of a text
    weights: NDArray[np.int16]

    @cached_property
    def index(self) -> Mapping[str, int]:
        """N-gram → row."""
        return {gram: row for row, gram in enumerate(self.grams)}


class Sample(NamedTuple):
    """A complaint as rows of the blocks. `words`, `numbers` and `of_words`: its words with their
    rows (-1: none) and the rows of the block `char` that each has, to tell which weighed most;
    `chars`: all of these in a row."""

    words: list[str]
    numbers: NDArray[np.int64]
    of_words: list[NDArray[np.int32]]
    chars: NDArray[np.int32]
    rows: dict[str, Rows]


class Judged(NamedTuple):
    """A class by its number, its score in thousandths, and its likeliest topic (-1: none)."""

    number: int
    score: int
    topic: int


@dataclass(frozen=True)
class LearnedModel:
    """See the module. A score of one is 2**`scale` in `weights` and `bias`; `telling`: the words
    of the block `near`; `auto`: confidence from which no person is asked, of CERTAIN."""

    digest: str
    classes: tuple[str, ...]
    topics: tuple[str, ...]
    telling: frozenset[str]
    blocks: Mapping[str, Block]
    bias: NDArray[np.int32]  # classes and then topics
    table: NDArray[np.int32]  # topics x classes: parts of WHOLE
    scale: int
    calibration: Calibration
    auto: int
    validation: Mapping[str, Any]
    ordinary: frozenset[str] | None = None  # words that are no typing errors; None: read none

    def ready(self, ordinary: frozenset[str] | None = None) -> Self:
        """The same model, with what deciding looks up made now rather than at the first complaint:
        the orders of its codes, of each word that it knows the rows of its characters, and, with
        the ordinary words that are none, an index of typing errors."""
        if ordinary is not None:
            return replace(self, ordinary=ordinary).ready()
        self.said.ready()
        words = self.blocks["word"].grams if "word" in self.blocks else ()
        for word in words[:_REMEMBERED]:
            self._chars(word)
        sample = self.sample(" ".join(words[:2]), " ".join(words[:1]))
        for one in self.judge(sample, 1):
            self.weighed(sample, one.number, -1)
        return self

    @property
    def asks_phrases(self) -> bool:
        """Whether it knows complaints by what phrases say of them, too."""
        return BLOCK in self.blocks

    @cached_property
    def said(self) -> Said:
        """Its words in a text."""
        block = self.blocks.get("word")
        return Said(block.index if block else {}, self.ordinary)

    @cached_property
    def _chars(self) -> Any:
        block = self.blocks.get("char")
        index = block.index if block else {}

        def rows(word: str) -> NDArray[np.int32]:
            found = [row for gram in char_grams(word) if (row := index.get(gram)) is not None]
            return np.array(found, dtype=np.int32) if found else _NO_ROWS

        return lru_cache(_REMEMBERED)(rows)

    @cached_property
    def _owned(self) -> Owned:
        return owned(self.table, WHOLE)

    @cached_property
    def _meant(self) -> NDArray[np.bool_]:
        """Of each class, the topics that it may be about."""
        return np.ascontiguousarray(self.table.T >= _FEW)

    @cached_property
    def _telling(self) -> NDArray[np.bool_]:
        """Of each word by its row."""
        words = self.blocks["word"].grams if "word" in self.blocks else ()
        return np.array([word in self.telling for word in words], dtype=np.bool_)

    @cached_property
    def _codes(self) -> Mapping[str, tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Of the blocks of two words: codes in order, and the row of each."""
        look_up = self.blocks["word"].index if "word" in self.blocks else {}
        result: dict[str, tuple[NDArray[np.int64], NDArray[np.int32]]] = {}
        for name in self.blocks.keys() & {"pair", "near"}:
            both = [gram.split(" ") for gram in self.blocks[name].grams]
            codes = np.array([look_up[a] * WIDE + look_up[b] for a, b in both], dtype=np.int64)
            order = np.argsort(codes, kind="stable")
            result[name] = codes[order], order.astype(np.int32)
        return result

    def sample(
        self, text: str, address: str | None, hints: Mapping[str, int] = MappingProxyType({})
    ) -> Sample:
        """The complaint as rows; what the model never saw is left out. ``hints``: what phrases say
        of it (`hints`), where the model asks for them."""
        said = self.said.words(text)
        of_words = [self._chars(word) for word in said]
        chars = np.concatenate(of_words) if of_words else _NO_ROWS
        numbers = spoken = self._numbers("word", said)
        rows: dict[str, Rows] = {
            "word": _often(numbers[numbers >= 0]),
            "pair": self._coded("pair", pair_codes(numbers)),
            "near": self._coded("near", near_codes(numbers, self._telling)),
            "char": _often(chars),
        }
        if address:
            numbers = self._numbers("address", address_grams(address))
            rows["address"] = _often(numbers[numbers >= 0])
        if hints:
            numbers = self._numbers(BLOCK, list(hints))
            known = numbers >= 0
            parts = np.array(list(hints.values()), dtype=np.int32)
            rows[BLOCK] = numbers[known], parts[known]
        return Sample(said, spoken, of_words, chars, {n: r for n, r in rows.items() if len(r[0])})

    def _numbers(self, name: str, grams: Sequence[str]) -> NDArray[np.int64]:
        """The row of each n-gram, or -1."""
        block = self.blocks.get(name)
        look_up = block.index.get if block else _never
        return np.array([look_up(gram, -1) for gram in grams], dtype=np.int64)

    def _coded(self, name: str, codes: NDArray[np.int64]) -> Rows:
        known, rows = self._codes.get(name, (codes[:0], _NO_ROWS))
        if not len(known) or not len(codes):
            return _once(_NO_ROWS)
        places = np.minimum(known.searchsorted(codes), len(known) - 1)
        found = rows[places[known[places] == codes]]
        return _once(found) if name == "near" else _often(found)  # `near` is distinct already

    def scores(self, sample: Sample) -> NDArray[np.int64]:
        """Of every class and then every topic, in thousandths."""
        total = self.bias.astype(np.float64)
        for name, (rows, counts) in sample.rows.items():
            block = self.blocks[name]
            rarity = np.multiply(counts, block.rarity.take(rows), dtype=np.int64)
            length = math.sqrt(int(np.dot(rarity, rarity)))
            # A sum stays within its integers: 32 bits are quicker where they suffice.
            few = len(rows) * TIMES[-1] < 1 << 16
            wide = np.int32 if few or int(counts.sum()) < 1 << 16 else np.int64
            picked = block.weights.take(rows, axis=0)
            summed = np.einsum("i,ij->j", counts.astype(wide, copy=False), picked, dtype=wide)
            total[: len(summed)] += summed / length
        result: NDArray[np.int64] = np.floor(total * (UNIT / 2.0**self.scale)).astype(np.int64)
        return result

    def judge(self, sample: Sample, most: int, without: Sequence[int] = ()) -> list[Judged]:
        """The likeliest classes, best first; of equal ones the first by code. `without`: classes
        that are out of the question."""
        scores, count = self.scores(sample), len(self.classes)
        totals = combined(scores[None, :count], scores[None, count:], self._owned)[0]
        order = [n for n in np.argsort(-totals, kind="stable").tolist() if n not in without]
        best = order[:most]
        topics = self._topics(scores[count:], best)
        return [Judged(n, int(totals[n]), topic) for n, topic in zip(best, topics, strict=True)]

    def _topics(self, scores: NDArray[np.int64], classes: list[int]) -> list[int]:
        """For each class the likeliest topic that it may be about."""
        if not len(scores) or not classes:
            return [-1] * len(classes)
        possible = np.where(self._meant[classes], scores, 4 * NO_TOPIC)
        best, most = possible.argmax(axis=1).tolist(), possible.max(axis=1).tolist()
        return [n if score >= _HEARD else -1 for n, score in zip(best, most, strict=True)]

    def spoken(self, sample: Sample, number: int, rival: int) -> NDArray[np.int64]:
        """What each word of the text, in order, says for a class and against its rival (-1: none),
        by itself and by its characters; a score of one is 2**`scale`."""
        block, chars = self.blocks.get("word"), self.blocks.get("char")
        said = np.zeros(len(sample.words), dtype=np.int64)
        if block is not None:
            known = sample.numbers >= 0
            said[known] = _column(block, sample.numbers[known], number, rival)
        if chars is not None:
            # Sums of neighbouring runs of rows are differences of one running sum.
            running = np.zeros(len(sample.chars) + 1, dtype=np.int64)
            np.cumsum(_column(chars, sample.chars, number, rival), out=running[1:])
            ends = np.cumsum([0, *map(len, sample.of_words)])
            said += running[ends[1:]] - running[ends[:-1]]
        return said

    def weighed(self, sample: Sample, number: int, rival: int) -> list[str]:
        """Distinct words of the text by how much they speak for a class and against its rival
        (-1: none), the heaviest first; only words that the model knows, and no slight ones."""
        places = (sample.numbers >= 0).nonzero()[0]
        if not len(places):
            return []
        weights = self.spoken(sample, number, rival)[places]
        said = [sample.words[at] for at in places.tolist()]
        totals = dict(zip(said, weights.tolist(), strict=True))
        least = max(max(totals.values()) // _SLIGHT, 1)
        heavy = [(-weight, word) for word, weight in totals.items() if weight >= least]
        return [word for _, word in sorted(heavy)]


def _never(gram: str, default: int) -> int:
    return default


def _often(rows: NDArray[Any]) -> Rows:
    """Distinct rows, and what each counts for as often as it is there."""
    if len(rows) < 2:
        return _once(rows)
    found, times = distinct(rows)
    return found, counted(times)


def _once(rows: NDArray[Any]) -> Rows:
    return rows, np.full(len(rows), TIMES[0], dtype=np.int32)


def _column(block: Block, rows: NDArray[Any], number: int, rival: int) -> NDArray[np.int64]:
    """What n-grams weigh for a class, against its rival."""
    weights: NDArray[np.int64] = block.weights[rows, number].astype(np.int64)
    return weights - block.weights[rows, rival] if rival >= 0 else weights


def counted(times: NDArray[np.int64]) -> NDArray[np.int32]:
    """How often n-grams occur → what that counts."""
    result: NDArray[np.int32] = _COUNTS[np.minimum(times, len(TIMES)) - 1]
    return result

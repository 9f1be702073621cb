"""From a complaint to the n-grams that a model knows it by: one way for learning and deciding.

A *block* is one kind of feature; each has a vocabulary and a norm of its own: `word`, `pair` (of
neighbours), `near` (two telling words close to each other, in any order), `char` (three to five
characters of a word, its edges marked by spaces) and `address` (words of the address).
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.language.text import MAX_WORD, lettered, squeezed, words

MOST_WORDS = 1_000  # of a text that are looked at: the matter stands in them
SHORTEST, LONGEST = 3, 5  # characters of an n-gram within a word
WINDOW = 8  # telling words after a word that are near it
WIDE = 1 << 24  # no model knows so many words
NUMBER = "0"  # stands for every number: house numbers and telephones say nothing, and stay out
REMEMBERED = 1 << 15


def normal_words(text: str) -> list[str]:
    """The words of a text as features see them; numbers are `NUMBER`, stretched letters one."""
    return [word for word in map(_normal, words(text)[:MOST_WORDS]) if word]


@lru_cache(maxsize=REMEMBERED)
def _normal(word: str) -> str:
    if word.isdigit():
        return NUMBER
    if len(word) > MAX_WORD:
        return ""
    if not word.isalpha():
        word = lettered(word) or ""
        if not word.isalpha():
            return NUMBER
    if any(word[at] == word[at + 1] == word[at + 2] for at in range(len(word) - 2)):
        return squeezed(word)[0]
    return word


def pair_codes(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each two neighbours that are known, as one number.

    `numbers`: of the words of a text in order, -1 for an unknown one.
    """
    first, second = numbers[:-1], numbers[1:]
    codes: NDArray[np.int64] = (first * WIDE + second)[(first >= 0) & (second >= 0)]
    return codes


def near_codes(numbers: NDArray[np.int64], telling: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Each two different telling words with fewer than `WINDOW` of their like between them, as
    one number whatever their order; each such pair once.

    `telling`: of each word by its number.
    """
    heard = numbers[numbers >= 0]
    heard = heard[telling[heard]]
    steps = range(1, min(WINDOW + 1, len(heard)))
    if not steps:
        return heard[:0]
    first = np.concatenate([heard[:-step] for step in steps])
    second = np.concatenate([heard[step:] for step in steps])
    low, high = np.minimum(first, second), np.maximum(first, second)
    return distinct((low * WIDE + high)[low < high])[0]


def distinct(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The numbers in order, each once, and how often it was there: `numpy.unique`, but quicker for
    the few hundred of a text."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered) + 1, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:-1])
    starts = new.nonzero()[0]  # with the end behind the last
    return ordered[starts[:-1]], starts[1:] - starts[:-1]


def char_grams(word: str) -> list[str]:
    """Every run of three to five characters of ` word `; of a shorter one, itself."""
    edged = f" {word} "
    size = len(edged)
    return [
        edged[start : start + length]
        for length in range(SHORTEST, min(LONGEST, size) + 1)
        for start in range(size - length + 1)
    ]


def address_grams(address: str | None) -> list[str]:
    """Words of the address, numbers left out: streets recur, houses do not."""
    return [word for word in normal_words(address) if word != NUMBER] if address else []

"""From a complaint to the n-grams that a model knows it by: one way for learning and deciding.

A *block* is one kind of feature; each has a vocabulary and a norm of its own:
`word` (single words and pairs of neighbours), `char` (three to five characters within a word,
its edges marked by spaces), `address` (words of the address) and `place` (district and village).
"""

from collections.abc import Iterator
from functools import lru_cache

from broker.domain.routing.gazetteer import name_key
from broker.domain.routing.text import MAX_WORD, lettered, squeezed, words

MOST_WORDS = 1_000  # of a text that are looked at: the matter stands in them
SHORTEST, LONGEST = 3, 5  # characters of an n-gram within a word
BLOCKS = ("word", "char", "address", "place")
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


def word_grams(said: list[str]) -> Iterator[str]:
    """Single words, then pairs of neighbours."""
    yield from said
    for index in range(len(said) - 1):
        yield f"{said[index]} {said[index + 1]}"


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


def place_grams(district: str | None, village: str | None) -> list[str]:
    """`d:` and `v:` with the names as the gazetteer compares them."""
    grams = [f"d:{name_key(district)}"] if district else []
    return [*grams, f"v:{name_key(village)}"] if village else grams

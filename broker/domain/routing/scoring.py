"""How much the evidence in a text speaks for each topic. The constants stand here and only here."""

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

from broker.domain.routing.language.reading import Reading
from broker.domain.routing.language.vocabulary import Vocabulary

PLAIN = 1.0
STRONG = 2.0
WEAK = 1.0 / 3.0
AGAINST = 2.0  # what a `not` phrase takes from a topic's score
NAMED = 0.8  # an agency's name in the text speaks for that agency
LONGER = 0.2  # a phrase gains this much a further word: it is seldom there by chance
LONGEST = 4
EARLY = 1.5  # factor for a phrase at the start of a text: people begin with the matter
LATE = 0.5  # factor at its end; in between, in proportion
_FALL = EARLY - LATE
_weight = attrgetter("weight")
_PHRASES = 1 << 12  # kept in memory as they are quoted


def specificity(size: int) -> float:
    """Factor for a phrase of `size` words."""
    return 1.0 + LONGER * (min(size, LONGEST) - 1)


def topic_scores(reading: Reading) -> dict[int, float]:
    """Topic index → score above zero; sums run in the order of the text."""
    scores: dict[int, float] = {}
    for evidence, where in reading.evidence:
        topic = evidence.topic
        scores[topic] = scores.get(topic, 0.0) + evidence.weight * (EARLY - _FALL * where)
    for topic in scores.keys() & set(reading.against):
        scores[topic] -= AGAINST
        if scores[topic] <= 0.0:
            del scores[topic]
    return scores


def said_for(reading: Reading, topic: int, most: int = 3) -> tuple[str, ...]:
    """The phrases that weighed most for a topic, as written in the rules.

    One whose words all stand in a heavier one, affixes aside, tells a reader nothing new.
    """
    for_it = [e for e, _ in reading.evidence if e.topic == topic]
    if len(for_it) > 1:
        for_it.sort(key=_weight, reverse=True)
    said: list[str] = []
    for evidence in for_it:
        parts, shown = _spelt(evidence.said)
        if not (said and any(all(word in heavier for word in parts) for heavier in said)):
            said.append(shown)
            if len(said) == most:
                break
    return tuple(said)


def slips_in(said: Sequence[str], reading: Reading, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of quoted phrases that a typing error was read as."""
    if not reading.read_as:
        return ()
    found = [
        word
        for phrase in said
        for word, canonical in vocabulary.spelt(phrase)
        if canonical in reading.read_as
    ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=_PHRASES)
def _spelt(phrase: str) -> tuple[tuple[str, ...], str]:
    """The words of a phrase as it stands in the rules, and how it is quoted."""
    return tuple(w for w in phrase.split() if w != "+"), phrase.replace(" + ", " … ")

"""Where in a text the evidence stands, for people who want to see it."""

import re
from bisect import bisect_right
from collections.abc import Collection
from itertools import islice

from broker.domain.routing.language.matcher import Entry
from broker.domain.routing.language.normalizing import normalized
from broker.domain.routing.language.reading import denied, outermost, read
from broker.domain.routing.language.text import WORD, cleared, without_accents
from broker.domain.routing.language.vocabulary import LEVELS, repeated
from broker.domain.routing.rules import Rules
from schemas.limits import EXAMINED_CHARS, EXAMINED_WORDS

_LONGEST_FORM = 18  # characters that NFKC makes of one
TOPIC, PLACE, CONDITION = "topic", "place", "condition"
Mark = tuple[int, int, str]  # start, end (characters, exclusive), what it shows


def marks(
    text: str, rules: Rules, topic: str | None = None, words: Collection[str] | None = None
) -> list[Mark]:
    """Spans of `text` that counted, in order, without overlaps: the longest of those at a place.

    With the id of a `topic`, only what speaks for it and the conditions that it depends on; else
    what speaks for any. With `words` (of `grounds.weighed`), they speak for the topic and no
    phrase does. Of phrases of several parts, each part is a span. What a "bukan" denies did not
    count. Looks at `EXAMINED_CHARS` characters.
    """
    head = cleared(text[:EXAMINED_CHARS])
    plain, origin = _plain(head)
    haystack, starts, spans = _haystack(plain, origin, rules)
    counted = _counted(head, rules, topic) if words is None else set()
    conditions = {
        name
        for known in rules.topics
        if topic in (None, known.id)
        for when in known.when
        for name, _ in when.attributes
    }
    against = denied(haystack)
    found = _heard(plain, origin, frozenset(words)) if words else []
    for start, end, entry in outermost(rules.matcher.matches(haystack)):
        if start in against:
            continue
        shows = _shows(entry, haystack[start + 1 : end], counted, conditions)
        level = haystack[haystack.rfind(" ", 0, start) + 1 : start] if start else ""
        if shows == PLACE and level not in LEVELS and rules.ordinary.issuperset(entry.places):
            shows = None if entry.places else shows
        if shows:
            first = bisect_right(starts, start + 1) - 1
            if shows == PLACE and level in LEVELS:
                first -= 1
            last = bisect_right(starts, end - 1) - 1
            found.append((spans[first][0], spans[last][1], shows))
    result: list[Mark] = []
    for mark in sorted(found, key=lambda m: (m[0], -m[1], m[2])):
        if not result or mark[0] >= result[-1][1]:
            result.append(mark)
    return result


def _shows(entry: Entry, said: str, counted: set[str], conditions: set[str]) -> str | None:
    if said in counted:
        return TOPIC
    if not conditions.isdisjoint(name for (name, _), _ in entry.attributes):
        return CONDITION
    if entry.roads:
        return CONDITION if "road" in conditions else PLACE
    return PLACE if entry.places or entry.outside or entry.landmarks else None


def _counted(text: str, rules: Rules, topic: str | None) -> set[str]:
    """The parts of all phrases that counted, in canonical words."""
    reading = read(text, rules.vocabulary, rules.matcher, rules.gazetteer.areas)
    return {
        rules.vocabulary.phrase(part)
        for evidence, _ in reading.evidence
        if topic in (None, rules.topics[evidence.topic].id)
        for part in evidence.said.split("+")
    }


def _heard(plain: str, origin: list[int], words: frozenset[str]) -> list[Mark]:
    """Where the words stand that a learned model knows a text by."""
    from broker.domain.routing.learned.features import (  # noqa: PLC0415  # needs numpy
        MOST_WORDS,
        normal_words,
    )

    return [
        (origin[word.start()], origin[word.end() - 1] + 1, TOPIC)
        for word in islice(re.finditer(WORD, plain), MOST_WORDS)
        if not words.isdisjoint(normal_words(word.group()))
    ]


def _plain(text: str) -> tuple[str, list[int]]:
    """Lower case, NFKC, without accents; of each character, which one of `text` it was.

    These may make more characters of one, so they are taken one by one.
    """
    pieces = [without_accents(normalized("NFKC", char, _LONGEST_FORM)).lower() for char in text]
    return "".join(pieces), [number for number, piece in enumerate(pieces) for _ in piece]


def _haystack(
    plain: str, origin: list[int], rules: Rules
) -> tuple[str, list[int], list[tuple[int, int]]]:
    """As `reading.read` makes it; where in it each word begins; where in the text that stands."""
    haystack = " "
    readings: list[str] = []
    starts: list[int] = []
    spans: list[tuple[int, int]] = []
    for number, word in enumerate(re.finditer(WORD, plain)):
        if number == EXAMINED_WORDS:
            break
        reading = rules.vocabulary.read(word.group())
        if not reading:
            continue
        here = (origin[word.start()], origin[word.end() - 1] + 1)
        if repeated(reading, readings):
            spans[-1] = (spans[-1][0], here[1])
            continue
        starts.append(len(haystack))
        spans.append(here)
        haystack += reading + " "
        readings.append(reading)
    return haystack, starts, spans

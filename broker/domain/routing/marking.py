"""Where in a text the evidence stands, for people who want to see it."""

import re
from bisect import bisect_right
from collections.abc import Collection, Container, Mapping
from itertools import islice
from typing import NamedTuple

from broker.domain.routing.language.matcher import Entry
from broker.domain.routing.language.normalizing import normalized
from broker.domain.routing.language.reading import denied, outermost, read
from broker.domain.routing.language.text import WORD, cleared, without_accents
from broker.domain.routing.language.vocabulary import LEVELS, repeated
from broker.domain.routing.rules import Rules
from schemas.limits import EXAMINED_CHARS, EXAMINED_WORDS

_LONGEST_FORM = 18  # characters that NFKC makes of one
TOPIC, PLACE, CONDITION, AGENCY = "topic", "place", "condition", "agency"
Mark = tuple[int, int, str]  # start, end (characters, exclusive), what it shows


class Span(NamedTuple):
    """A mark and what it is a sign of: the id of a topic, the code of an area or an agency, the
    attribute of a condition, the name of a road, a landmark or a place outside; may be empty."""

    start: int
    end: int
    shows: str
    of: str

    @property
    def mark(self) -> Mark:
        return self.start, self.end, self.shows


def marks(
    text: str, rules: Rules, topic: str | None = None, words: Collection[str] | None = None
) -> list[Mark]:
    """``spans`` without what they are signs of, and without names of agencies."""
    return [span.mark for span in spans(text, rules, topic, words)]


def spans(
    text: str,
    rules: Rules,
    topic: str | None = None,
    words: Collection[str] | None = None,
    *,
    agencies: bool = False,
) -> list[Span]:
    """Spans of `text` that counted, in order, without overlaps: the longest of those at a place.

    With the id of a `topic`, only what speaks for it and the conditions that it depends on; else
    what speaks for any. With `words` (of `grounds.weighed`), they speak for the topic and no
    phrase does. Of phrases of several parts, each part is a span. What a "bukan" denies did not
    count. `agencies`: their names too. Looks at `EXAMINED_CHARS` characters.
    """
    head = cleared(text[:EXAMINED_CHARS])
    plain, origin = _plain(head)
    haystack, starts, places = _haystack(plain, origin, rules)
    conditions = {
        name
        for known in rules.topics
        if topic in (None, known.id)
        for when in known.when
        for name, _ in when.attributes
    }
    signs = _Signs(
        rules, _counted(head, rules, topic) if words is None else {}, conditions, agencies
    )
    against = denied(haystack)
    found = _heard(plain, origin, frozenset(words), topic or "", rules) if words else []
    for start, end, entry in outermost(rules.matcher.matches(haystack)):
        if start in against:
            continue
        level = haystack[haystack.rfind(" ", 0, start) + 1 : start] if start else ""
        sign = signs.of(entry, haystack[start + 1 : end], leveled=level in LEVELS)
        if sign:
            first = bisect_right(starts, start + 1) - 1
            if sign[0] == PLACE and level in LEVELS:
                first -= 1
            last = bisect_right(starts, end - 1) - 1
            found.append(Span(places[first][0], places[last][1], *sign))
    result: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end, s.shows)):
        if not result or span.start >= result[-1].end:
            result.append(span)
    return result


class _Signs(NamedTuple):
    """What the patterns of one text may be signs of. ``counted``: parts of phrases → topic."""

    rules: Rules
    counted: Mapping[str, str]
    conditions: Container[str]
    agencies: bool

    def of(self, entry: Entry, said: str, *, leveled: bool) -> tuple[str, str] | None:
        """What a pattern shows, and of what it is a sign; None where it shows nothing."""
        if said in self.counted:
            return TOPIC, self.counted[said]
        for (name, _), _ in entry.attributes:
            if name in self.conditions:
                return CONDITION, name
        if entry.roads and "road" in self.conditions:
            return CONDITION, "road"
        place = self._place(entry, leveled=leveled)
        if place is not None:
            return PLACE, place
        return (AGENCY, entry.agencies[0]) if self.agencies and entry.agencies else None

    def _place(self, entry: Entry, *, leveled: bool) -> str | None:
        """None for a name that is also an ordinary word, where no level stands before it."""
        if entry.places:
            ordinary = not leveled and self.rules.ordinary.issuperset(entry.places)
            return None if ordinary else entry.places[0]
        if entry.roads:
            return self.rules.roads[entry.roads[0]].name
        if entry.landmarks:
            return self.rules.landmarks[entry.landmarks[0]].name
        return self.rules.outside[entry.outside[0]].name if entry.outside else None


def _counted(text: str, rules: Rules, topic: str | None) -> Mapping[str, str]:
    """The parts of all phrases that counted, in canonical words, each with its topic: of several
    the one for which it counts most."""
    reading = read(text, rules.vocabulary, rules.matcher, rules.gazetteer.areas)
    counted: dict[str, str] = {}
    for evidence, _ in sorted(reading.evidence, key=lambda pair: pair[0].weight):
        named = rules.topics[evidence.topic].id
        if topic in (None, named):
            for part in evidence.said.split("+"):
                counted[rules.vocabulary.phrase(part)] = named
    return counted


def _heard(
    plain: str, origin: list[int], words: frozenset[str], topic: str, rules: Rules
) -> list[Span]:
    """Where the words stand that a learned model knows a text by."""
    from broker.domain.routing.learned.features import (  # noqa: PLC0415  # needs numpy
        MOST_WORDS,
        normal_words,
    )

    said = rules.model.said.words if rules.model else normal_words
    return [
        Span(origin[word.start()], origin[word.end() - 1] + 1, TOPIC, topic)
        for word in islice(re.finditer(WORD, plain), MOST_WORDS)
        if not words.isdisjoint(said(word.group()))
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

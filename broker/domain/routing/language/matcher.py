"""All phrases and names of the rules in one automaton; one pass over a text finds them all.

Patterns are canonical words between spaces, so a match begins and ends at a word. What a
pattern means is collected in its `Entry`, so a match costs the same whatever else is known.
"""

from dataclasses import dataclass, field

import ahocorasick  # type: ignore[import-not-found]  # -- a C module without stubs


@dataclass(frozen=True, slots=True)
class Evidence:
    """A phrase speaks for a topic: `topic` is its index, `said` the phrase as in the rules."""

    topic: int
    weight: float
    said: str


Shown = tuple[tuple[str, str], str]  # (attribute, value), the phrase that shows it


@dataclass(frozen=True, slots=True)
class Together:
    """A phrase of several parts, filed under its two rarest; `others`: any further ones."""

    others: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    against: tuple[int, ...]
    attributes: tuple[Shown, ...]


@dataclass(slots=True, eq=False)
class Entry:
    """What a pattern means. Filled while the rules are compiled, only read after."""

    size: int  # words
    evidence: tuple[Evidence, ...] = ()
    against: tuple[int, ...] = ()  # topics
    attributes: tuple[Shown, ...] = ()
    places: tuple[str, ...] = ()  # Kemendagri codes
    roads: tuple[int, ...] = ()
    agencies: tuple[str, ...] = ()
    outside: tuple[int, ...] = ()
    landmarks: tuple[int, ...] = ()
    part: int = -1  # its id as a part of phrases of several parts
    together: dict[int, list[Together]] = field(default_factory=dict)  # by another part's id
    saying: bool = False  # a name in it is a word: "pakai payung"
    is_name: bool = False  # of a place, a road or something outside
    covers: bool = False  # what lies inside it means nothing of its own
    alone: "Entry | None" = field(default=None, repr=False)  # what counts inside a longer one too
    as_part: "Entry | None" = field(default=None, repr=False)  # what counts of a road's first word
    says: bool = False  # has evidence or attributes
    only_part: bool = False  # means nothing but as a part of phrases of several parts
    glimpsed: bool = False  # may show an attribute or a name: the rest is about topics

    def finish(self) -> None:
        """Derive the flags once everything that the pattern means has been filed."""
        self.is_name = bool(self.places or self.roads or self.outside)
        self.covers = self.is_name or self.saying or bool(self.evidence or self.against)
        self.says = bool(self.evidence or self.attributes)
        named = self.is_name or bool(self.landmarks)
        self.only_part = not (self.says or self.against or self.agencies or named or self.saying)
        self.glimpsed = self.glimpsed or named or self.saying or bool(self.attributes)
        if self.part >= 0:
            self.as_part = Entry(self.size, part=self.part, together=self.together, only_part=True)
        if self.part >= 0 or self.against or self.attributes or self.landmarks:
            self.alone = Entry(
                self.size,
                against=self.against,
                attributes=self.attributes,
                landmarks=self.landmarks,
                part=self.part,
                together=self.together,
                says=bool(self.attributes),
                only_part=not (self.attributes or self.against or self.landmarks),
            )


Match = tuple[int, int, Entry]
"""Start and end (characters of the haystack, inclusive), meaning.

The end is negative, so that matches as they are sort by their start, the longest first.
"""


class Matcher:
    """Aho-Corasick over characters of the canonical words."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        """`entries`: canonical phrase → meaning; the order does not matter."""
        self._automaton = ahocorasick.Automaton()
        for phrase in sorted(entries):
            entries[phrase].finish()
            entry = entries[phrase]
            self._automaton.add_word(f" {phrase} ", (len(phrase) + 1, entry, entry.glimpsed))
        self._empty = not entries
        self._automaton.make_automaton()

    def matches(self, haystack: str, topics: bool = True) -> list[Match]:
        """Every occurrence, by its start; `haystack` begins and ends with a space.

        Without `topics`, only of what may show an attribute or a name.
        """
        if self._empty:
            return []
        found = self._automaton.iter(haystack)
        matches = [
            (end - length, -end, entry)
            for end, (length, entry, glimpsed) in found
            if glimpsed or topics
        ]
        matches.sort()  # never compares entries: a start and an end are one pattern
        return matches

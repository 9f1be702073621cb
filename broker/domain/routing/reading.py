"""What one pass over a text finds: evidence for topics, attributes, names."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.domain.routing.matcher import Entry, Evidence, Match, Matcher
from broker.domain.routing.tables import Area
from broker.domain.routing.vocabulary import LEVELS, NEGATION, NOT_ONLY, Vocabulary

_SPACE = re.compile(" ")
NEAR = 12  # words within which the parts of `a + b` must stand
MAX_POSITIONS = 16  # of one part that are looked at
NEGATED_WITHIN = 2  # words after "bukan" that it denies


@dataclass(slots=True)
class Reading:
    """Filled by `read`, then only looked at.

    `evidence`: each phrase once, with where in the text it first stands, 0 (start) to 1 (end).
    """

    evidence: list[tuple[Evidence, float]] = field(default_factory=list)
    against: list[int] = field(default_factory=list)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)  # (name, value) → said
    places: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    roads: list[int] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    outside_address: bool = False  # two different names from outside stand side by side


def read(
    text: str,
    vocabulary: Vocabulary,
    matcher: Matcher,
    areas: Mapping[str, Area],
    topics: bool = True,
) -> Reading:
    """One pass over a text; linear in its length, which is bounded by `text.words`.

    Without `topics`, only attributes and names are asked for, which costs less.
    """
    reading = Reading()
    haystack = f" {' '.join(vocabulary.stream(text))} "
    found = matcher.matches(haystack)
    if not topics:
        found = [match for match in found if match[2].glimpsed]
    if not found:
        return reading
    parts: dict[int, list[int]] = {}
    keys: list[tuple[Entry, float]] = []
    seen: set[Entry] = set()
    length = len(haystack)
    last_outside, last_end = -1, -1
    for start, end, entry in _outermost(found):
        where = start / length
        if entry.part >= 0:
            positions = parts.setdefault(entry.part, [])
            if len(positions) < MAX_POSITIONS:
                positions.append(start)
            if entry.together and len(positions) == 1:
                keys.append((entry, where))
        if entry in seen and not entry.is_name:
            continue
        if (entry.evidence or entry.attributes) and not _negated(haystack, start):
            seen.add(entry)
            reading.evidence += [(evidence, where) for evidence in entry.evidence]
            for attribute, said in entry.attributes:
                reading.attributes.setdefault(attribute, said)
        reading.against.extend(entry.against)
        reading.agencies.extend(entry.agencies)
        if entry.is_name:
            _name(entry, haystack, start, areas, reading)
        if entry.outside:
            reading.outside_address |= start == last_end and entry.outside[0] != last_outside
            last_outside, last_end = entry.outside[0], end
    if keys:
        _together(keys, parts, haystack, reading)
    return reading


def _outermost(found: list[Match]) -> list[Match]:
    """Matches by place in the text, without evidence and names inside longer ones.

    "lampu lalu lintas" is not about "lampu"; the conditions that a phrase shows stay, as do parts
    of phrases of several parts. Nothing begins inside a name: "Desa Air Bara" is not about water,
    and "Bukit Lampu, jalan rusak" has no "lampu jalan".
    """
    found.sort(key=_by_start)
    result: list[Match] = []
    reach = name_reach = -1
    for match in found:
        start, end, entry = match
        if start < name_reach:
            continue
        if end > reach:
            result.append(match)
            if entry.covers:
                reach = end
            if entry.is_name:
                name_reach = end
        elif entry.alone is not None:
            result.append((start, end, entry.alone))
    return result


def _by_start(match: Match) -> tuple[int, int]:
    return match[0], -match[1]


def _word_before(haystack: str, start: int) -> tuple[str, int]:
    """The word that ends at the space `start`, and the place of the space before it."""
    space = haystack.rfind(" ", 0, start) if start > 0 else -1
    return (haystack[space + 1 : start], space) if space >= 0 else ("", -1)


def _negated(haystack: str, start: int) -> bool:
    after = ""
    for _ in range(NEGATED_WITHIN):
        word, start = _word_before(haystack, start)
        if word == NEGATION:
            return after not in NOT_ONLY
        if start < 0:
            return False
        after = word
    return False


def _name(
    entry: Entry, haystack: str, start: int, areas: Mapping[str, Area], reading: Reading
) -> None:
    reading.roads.extend(entry.roads)
    reading.outside.extend(entry.outside)
    if entry.places:
        levels = LEVELS.get(_word_before(haystack, start)[0])
        codes = entry.places
        if levels:
            meant = tuple(code for code in codes if areas[code].level in levels)
            codes = meant or codes
        reading.places.append((codes, bool(levels)))


def _together(
    keys: list[tuple[Entry, float]], parts: dict[int, list[int]], haystack: str, reading: Reading
) -> None:
    ordinals: dict[int, list[int]] = {}
    spaces: list[int] = []

    def words_at(part: int) -> list[int]:
        """The word numbers at which a part stands; none where it does not."""
        if part not in ordinals:
            if not spaces:
                spaces.extend(space.start() for space in _SPACE.finditer(haystack))
            ordinals[part] = [bisect_left(spaces, start) for start in parts.get(part, ())]
        return ordinals[part]

    for key, where in keys:
        for part in parts if len(parts) < len(key.together) else key.together:
            if part not in parts:
                continue
            for together in key.together.get(part, ()):
                others = [words_at(other) for other in (part, *together.others)]
                if all(others) and _near(words_at(key.part), others):
                    reading.evidence += [(evidence, where) for evidence in together.evidence]
                    reading.against.extend(together.against)
                    for attribute, said in together.attributes:
                        reading.attributes.setdefault(attribute, said)


def _near(positions: list[int], others: list[list[int]]) -> bool:
    for position in positions:
        first = last = position
        for other in others:
            nearest = min(other, key=lambda p: abs(p - position))
            first, last = min(first, nearest), max(last, nearest)
        if last - first <= NEAR:
            return True
    return False

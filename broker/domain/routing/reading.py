"""What one pass over a text finds: evidence for topics, attributes, names."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.domain.routing.matcher import Entry, Evidence, Match, Matcher
from broker.domain.routing.tables import Area
from broker.domain.routing.vocabulary import LEVELS, NEGATION, NOT_ONLY, Vocabulary

NEAR = 12  # words within which the parts of `a + b` must stand
MAX_POSITIONS = 16  # of one part that are looked at
NEGATED_WITHIN = 2  # words after "bukan" that it denies


@dataclass(slots=True)
class Reading:
    """Filled by `read`, then only looked at. `evidence` in order of the text."""

    evidence: list[Evidence] = field(default_factory=list)
    against: list[int] = field(default_factory=list)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)  # (name, value) → said
    places: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    roads: list[int] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)


def read(text: str, vocabulary: Vocabulary, matcher: Matcher, areas: Mapping[str, Area]) -> Reading:
    """One pass over a text; linear in its length, which is bounded by `text.words`."""
    reading = Reading()
    haystack = f" {' '.join(vocabulary.stream(text))} "
    found = list(matcher.matches(haystack))
    if not found:
        return reading
    parts: dict[int, list[int]] = {}
    keys: list[Entry] = []
    seen: set[Entry] = set()
    for start, _end, entry in _outermost(found):
        if entry.part >= 0:
            positions = parts.setdefault(entry.part, [])
            if len(positions) < MAX_POSITIONS:
                positions.append(start)
            if entry.together and len(positions) == 1:
                keys.append(entry)
        if entry in seen and not entry.is_name:
            continue
        if (entry.evidence or entry.attributes) and not _negated(haystack, start):
            seen.add(entry)
            reading.evidence.extend(entry.evidence)
            for attribute, said in entry.attributes:
                reading.attributes.setdefault(attribute, said)
        reading.against.extend(entry.against)
        reading.agencies.extend(entry.agencies)
        if entry.is_name:
            _name(entry, haystack, start, areas, reading)
    if keys:
        _together(keys, parts, haystack, reading)
    return reading


def _outermost(found: list[Match]) -> list[Match]:
    """Matches by place in the text, without evidence and names inside longer ones.

    "lampu lalu lintas" is not about "lampu", nor is "Desa Air Bara" about water. Parts of
    phrases of several parts stay, since they prove nothing alone.
    """
    found.sort(key=_by_start)
    result: list[Match] = []
    reach = -1
    for match in found:
        _start, end, entry = match
        if end > reach:
            result.append(match)
            if entry.covers:
                reach = end
        elif entry.alone is not None:
            result.append((match[0], end, entry.alone))
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
    keys: list[Entry], parts: dict[int, list[int]], haystack: str, reading: Reading
) -> None:
    spaces = [i for i, c in enumerate(haystack) if c == " "]
    ordinals = {
        part: [bisect_right(spaces, start) for start in starts] for part, starts in parts.items()
    }
    for key in keys:
        for together in key.together:
            others = [ordinals.get(part) for part in together.others]
            if all(others) and _near(ordinals[key.part], [o for o in others if o]):
                reading.evidence.extend(together.evidence)
                reading.against.extend(together.against)
                for attribute, said in together.attributes:
                    reading.attributes.setdefault(attribute, said)


def _near(positions: list[int], others: list[list[int]]) -> bool:
    for position in positions:
        chosen = [position]
        for other in others:
            chosen.append(min(other, key=lambda p: (abs(p - position), p)))
        if max(chosen) - min(chosen) <= NEAR:
            return True
    return False

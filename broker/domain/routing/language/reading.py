"""What one pass over a text finds: evidence for topics, attributes, names."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from broker.domain.routing.language.corrections import ReadAs
from broker.domain.routing.language.matcher import Entry, Evidence, Match, Matcher, Together
from broker.domain.routing.language.vocabulary import (
    LEVELS,
    NEGATED_KNOWN,
    NEGATED_WITHIN,
    NEGATION,
    NOT_ONLY,
    RATHER,
    UNKNOWN,
    WHERE,
    Vocabulary,
)
from broker.domain.routing.tables import Area

NEAR = 12  # words within which the parts of `a + b` must stand
THERE = 0.2  # share of its weight that a phrase after "depan", "dekat", … keeps
MAX_POSITIONS = 16  # of one part that are looked at
_BESIDE = tuple(f" {word}" for word in sorted(WHERE))


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
    landmarks: list[int] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    read_as: frozenset[str] = frozenset()  # canonical words that stand for typing errors


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
    stream = vocabulary.stream(text)
    haystack = f" {' '.join(stream)} "
    found = matcher.matches(haystack, topics)
    reading = Reading()
    if not found:
        return reading
    if ReadAs in set(map(type, stream)):
        reading.read_as = frozenset(word for word in stream if type(word) is ReadAs)
    parts: dict[int, list[int]] = {}  # the characters at which each part stands
    keys: list[Entry] = []
    seen: set[Entry] = set()
    length = len(haystack)
    against = denied(haystack)
    for start, _, entry in outermost(found):
        if start in against and not entry.is_name:
            continue
        part = entry.part
        if part >= 0:
            if part not in parts:
                parts[part] = [start]
                if entry.together:
                    keys.append(entry)
            elif len(parts[part]) < MAX_POSITIONS:
                parts[part].append(start)
            if entry.only_part:
                continue
        if entry.says:
            if entry in seen and not entry.is_name:
                continue
            if entry.evidence and haystack.endswith(_BESIDE, 0, start):
                _note(entry, start / length, reading, THERE)
            else:
                seen.add(entry)
                _note(entry, start / length, reading)
        if entry.against:
            reading.against += entry.against
        if entry.agencies:
            reading.agencies += entry.agencies
        if entry.landmarks:
            reading.landmarks += entry.landmarks
        if entry.is_name:
            _name(entry, haystack, start, areas, reading)
    if keys:
        _together(keys, parts, haystack, reading)
    return reading


def _note(
    meaning: Entry | Together, where: float, reading: Reading, share: float | None = None
) -> None:
    """`share`: of its weight that a phrase keeps; of "depan pasar", the market tells more of the
    place than of the matter."""
    for evidence in meaning.evidence:
        kept = evidence
        if share is not None:
            kept = Evidence(evidence.topic, evidence.weight * share, evidence.said)
        reading.evidence.append((kept, where))
    for attribute, said in meaning.attributes:
        reading.attributes.setdefault(attribute, said)


def outermost(found: list[Match]) -> list[Match]:
    """Matches by place in the text, without evidence and names inside longer ones; ends positive.

    "lampu lalu lintas" is not about "lampu"; the conditions that a phrase shows stay, as do parts
    of phrases of several parts. Nothing begins inside a name: "Desa Air Bara" is not about water,
    and "Bukit Lampu, jalan rusak" has no "lampu jalan". But a road is a road: of "Jalan Melayu
    berlubang", "jalan" counts as a part. A landmark hides the names in it and nothing else: the
    market of "Pasar Toboali becek" is a market.
    """
    result: list[Match] = []
    reach = name_reach = road = landmark_reach = -1
    for start, minus_end, entry in found:
        if start < name_reach:
            if start == road and entry.as_part is not None:
                result.append((start, -minus_end, entry.as_part))
            continue
        end = -minus_end
        if start < landmark_reach and entry.is_name:
            continue
        if entry.landmarks:
            landmark_reach = end
        if end > reach:
            result.append((start, end, entry))
            if entry.covers:
                reach = end
                if entry.is_name:
                    name_reach = end
                    road = start if entry.roads and not entry.places else -1
        elif entry.alone is not None:
            result.append((start, end, entry.alone))
    return result


def _word_before(haystack: str, start: int) -> str:
    """The word that ends at the space `start`."""
    return haystack[haystack.rfind(" ", 0, start) + 1 : start] if start > 0 else ""


def denied(haystack: str) -> set[int]:
    """Where in the haystack a word begins (its space) that a "bukan" before it denies."""
    places: set[int] = set()
    sign = f" {NEGATION} "
    found = haystack.find(sign)
    while found >= 0:
        start = found + len(sign) - 1
        known = 0
        for number in range(NEGATED_WITHIN):
            end = haystack.find(" ", start + 1)
            word = haystack[start + 1 : end]
            if end < 0 or word in RATHER or (number == 0 and word in NOT_ONLY):
                break
            places.add(start)
            known += word != UNKNOWN
            if known == NEGATED_KNOWN:
                break
            start = end
        found = haystack.find(sign, found + 1)
    return places


def _name(
    entry: Entry, haystack: str, start: int, areas: Mapping[str, Area], reading: Reading
) -> None:
    reading.roads.extend(entry.roads)
    reading.outside.extend(entry.outside)
    if entry.places:
        levels = LEVELS.get(_word_before(haystack, start))
        codes = entry.places
        if levels:
            meant = tuple(code for code in codes if areas[code].level in levels)
            codes = meant or codes
        reading.places.append((codes, bool(levels)))


def _together(
    keys: list[Entry],
    parts: Mapping[int, list[int]],
    haystack: str,
    reading: Reading,
) -> None:
    """Phrases of several parts, all of which stand near each other."""
    there, places = parts.keys(), _Places(parts, haystack)
    for key in keys:
        together = key.together
        if there.isdisjoint(together.keys()):
            continue  # as with nearly all
        both: Collection[int] = there & together.keys()
        if len(both) > 1:
            # In the order of what there is less of: the sums of scores run in that order.
            fewer = parts if len(parts) < len(together) else together
            both = [part for part in fewer if part in both]
        where = parts[key.part][0] / len(haystack)
        for part in both:
            if places.close(key.part, part):
                for phrase in together[part]:
                    if not phrase.others or places.near(key.part, [part, *phrase.others]):
                        _note(phrase, where, reading)
                        reading.against += phrase.against


class _Places:
    """Where parts of phrases stand: characters at first, words where it takes more to tell."""

    __slots__ = ("_haystack", "_numbers", "_parts", "_starts")

    def __init__(self, parts: Mapping[int, list[int]], haystack: str) -> None:
        self._parts = parts
        self._haystack = haystack
        self._starts: list[int] = []
        self._numbers: dict[int, list[int]] = {}

    def close(self, one: int, other: int) -> bool:
        """Whether any two places of both stand within `NEAR` words."""
        some, others = self._parts[one], self._parts[other]
        if len(some) == 1 == len(others):
            first, last = some[0], others[0]
            if first > last:
                first, last = last, first
            return self._haystack.count(" ", first, last) <= NEAR
        some, others = self._words(one), self._words(other)
        return any(-NEAR <= this - that <= NEAR for this in some for that in others)

    def near(self, key: int, others: list[int]) -> bool:
        """Whether all other parts stand within `NEAR` words, around one of the places of a key."""
        if not all(other in self._parts for other in others):
            return False
        for position in self._words(key):
            first = last = position
            for other in others:
                nearest = min(self._words(other), key=lambda p: abs(p - position))
                first, last = min(first, nearest), max(last, nearest)
            if last - first <= NEAR:
                return True
        return False

    def _words(self, part: int) -> list[int]:
        """The numbers of the words at which a part stands."""
        if part not in self._numbers:
            if not self._starts:
                lengths = [len(word) + 1 for word in self._haystack.split()]
                self._starts = list(accumulate(lengths, initial=0))
            self._numbers[part] = [bisect_left(self._starts, at) for at in self._parts[part]]
        return self._numbers[part]

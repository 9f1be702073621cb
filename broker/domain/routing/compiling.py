"""From the tables to the automaton: which pattern means what. Runs once, when rules are loaded."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from broker.domain.routing.directory import agency_names
from broker.domain.routing.language.matcher import Entry, Evidence, Matcher, Shown, Together
from broker.domain.routing.language.text import words
from broker.domain.routing.language.vocabulary import Vocabulary
from broker.domain.routing.scoring import PLAIN, STRONG, WEAK, specificity
from broker.domain.routing.tables import (
    Agency,
    Area,
    AttributeValue,
    Landmark,
    Outside,
    Road,
    Topic,
    Words,
)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One phrase of the rules as it is to be filed: exactly one of the fields is set."""

    said: str
    topic: int = -1
    weight: float = 0.0
    against: int = -1
    attribute: tuple[str, str] | None = None


def compile_matcher(
    spelling: Words,
    topics: Sequence[Topic],
    attributes: Sequence[AttributeValue],
    areas: Sequence[Area],
    roads: Sequence[Road],
    landmarks: Sequence[Landmark],
    outside: Sequence[Outside],
    agencies: Iterable[Agency],
) -> tuple[Vocabulary, Matcher]:
    """The vocabulary and the automaton; ids in the entries are indices into the sequences."""
    offices = {area.office for area in areas}
    named = [agency for agency in agencies if agency.code not in offices]
    meanings = [*_of_topics(topics), *_of_attributes(attributes)]
    matters = [part for meaning in meanings for part in split_parts(meaning.said)]
    places = [
        *(name for area in areas for name in (area.name, *area.aliases)),
        *(name for other in outside for name in (other.name, *other.aliases)),
    ]
    vocabulary = Vocabulary(
        spelling,
        names=[*places, *(name for road in roads for name in (road.name, *road.aliases))],
        phrases=[
            *matters,
            *(name for agency in named for name in agency_names(agency)),
            *spelling.sayings,
            # Landmarks are called by ordinary words, which topics must still be able to read.
            *(name for mark in landmarks for name in (mark.name, *mark.aliases)),
        ],
        matters=matters,
        places=places,
    )
    entries: dict[str, Entry] = {}
    _file_meanings(entries, vocabulary, meanings, {written for written, _ in spelling.expand})
    for entry in _entries(entries, vocabulary, spelling.sayings):
        entry.saying = True
    for area in areas:
        for entry in _entries(entries, vocabulary, (area.name, *area.aliases)):
            entry.places = (*entry.places, area.code)
    for index, road in enumerate(roads):
        for entry in _entries(entries, vocabulary, (road.name, *road.aliases)):
            entry.roads = (*entry.roads, index)
    for index, mark in enumerate(landmarks):
        for entry in _entries(entries, vocabulary, (mark.name, *mark.aliases)):
            entry.landmarks = (*entry.landmarks, index)
    for index, other in enumerate(outside):
        whole = [name for name in (other.name, *other.aliases) if _is_whole(name, vocabulary)]
        for entry in _entries(entries, vocabulary, whole):
            if not entry.places:
                entry.outside = (*entry.outside, index)
    for agency in named:
        said = [name for name in agency_names(agency) if not _means_another(name, spelling)]
        for entry in _entries(entries, vocabulary, said):
            entry.agencies = (*entry.agencies, agency.code)
    return vocabulary, Matcher(entries)


def split_parts(phrase: str) -> list[str]:
    """`lampu + padam` → its parts; a plain phrase is its own only part."""
    return [part.strip() for part in phrase.split("+")]


def _means_another(name: str, spelling: Words) -> bool:
    """Whether people write the name for another word: BKN is "bukan" in all but a few texts."""
    return any(written == name.lower() for written, _ in spelling.expand)


def _is_whole(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name keeps all its words: "Tanah Abang" without "abang", which says nothing, would
    be any "tanah", and "Bau Bau" any "bau"."""
    return len(vocabulary.phrase(name).split()) >= len(words(name))


def _of_topics(topics: Sequence[Topic]) -> Iterator[_Meaning]:
    for index, topic in enumerate(topics):
        for phrases, weight in ((topic.phrases, PLAIN), (topic.strong, STRONG), (topic.weak, WEAK)):
            for phrase in phrases:
                yield _Meaning(phrase, topic=index, weight=weight)
        for phrase in topic.against:
            yield _Meaning(phrase, against=index)


def _of_attributes(attributes: Sequence[AttributeValue]) -> Iterator[_Meaning]:
    for value in attributes:
        for phrase in value.phrases:
            yield _Meaning(phrase, attribute=(value.attribute, value.id))


def _entry(entries: dict[str, Entry], phrase: str) -> Entry:
    return entries.setdefault(phrase, Entry(phrase.count(" ") + 1))


def _entries(
    entries: dict[str, Entry], vocabulary: Vocabulary, names: Iterable[str]
) -> Iterator[Entry]:
    for phrase in dict.fromkeys(vocabulary.phrase(name) for name in names):
        if phrase:
            yield _entry(entries, phrase)


def _file_meanings(
    entries: dict[str, Entry],
    vocabulary: Vocabulary,
    meanings: Sequence[_Meaning],
    rewritten: Collection[str],
) -> None:
    """Of spellings of one phrase, the one in the words of `words.toml` is quoted, the shortest."""

    def best_first(meaning: _Meaning) -> tuple[float, int, int, str]:
        foreign = sum(word in rewritten for word in words(meaning.said))
        return -meaning.weight, foreign, len(meaning.said), meaning.said

    several: list[tuple[_Meaning, list[str]]] = []
    filed: set[tuple[str, int, int, tuple[str, str] | None]] = set()
    for meaning in sorted(meanings, key=best_first):
        parts = [p for p in map(vocabulary.phrase, split_parts(meaning.said)) if p]
        canonical = "+".join(sorted(dict.fromkeys(parts)))
        same = (canonical, meaning.topic, meaning.against, meaning.attribute)
        if not parts or same in filed:
            continue  # two spellings are one phrase, at its highest weight
        filed.add(same)
        parts = canonical.split("+") if len(parts) > 1 else parts
        if len(parts) > 1:
            several.append((meaning, parts))
            continue
        entry = _entry(entries, parts[0])
        evidence, against, attributes = _what(meaning, entry.size)
        entry.evidence = (*entry.evidence, *evidence)
        entry.against = (*entry.against, *against)
        entry.attributes = (*entry.attributes, *attributes)
    _file_several(entries, several)


def _what(
    meaning: _Meaning, size: int
) -> tuple[tuple[Evidence, ...], tuple[int, ...], tuple[Shown, ...]]:
    weight = meaning.weight * specificity(size)
    return (
        (Evidence(meaning.topic, weight, meaning.said),) if meaning.topic >= 0 else (),
        (meaning.against,) if meaning.against >= 0 else (),
        ((meaning.attribute, meaning.said),) if meaning.attribute else (),
    )


def _file_several(entries: dict[str, Entry], several: Sequence[tuple[_Meaning, list[str]]]) -> None:
    """File each phrase under its two rarest parts, so that a common part costs nothing more."""
    uses = Counter(part for _, parts in several for part in parts)
    ids = {part: number for number, part in enumerate(sorted(uses))}
    for part, number in ids.items():
        _entry(entries, part).part = number
    for meaning, parts in several:
        key, second, *further = sorted(parts, key=lambda part: (uses[part], part))
        size = sum(part.count(" ") + 1 for part in parts)
        others = tuple(ids[part] for part in further)
        together = Together(others, *_what(meaning, size))
        entries[key].together.setdefault(ids[second], []).append(together)
        if meaning.attribute:
            for part in parts:
                entries[part].glimpsed = True

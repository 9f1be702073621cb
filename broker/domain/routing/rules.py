"""The rules of one tenant, frozen, with everything compiled that a decision looks up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from broker.domain.routing.compiling import agency_names, compile_matcher
from broker.domain.routing.gazetteer import Gazetteer
from broker.domain.routing.language.matcher import Matcher
from broker.domain.routing.language.text import words as words_of
from broker.domain.routing.language.vocabulary import Vocabulary
from broker.domain.routing.learned.calibration import CERTAIN
from broker.domain.routing.tables import (
    Agency,
    Area,
    AttributeValue,
    Channel,
    Landmark,
    Outside,
    Road,
    Thresholds,
    Topic,
    Words,
)
from broker.retention import Retention

if TYPE_CHECKING:  # numpy is imported where a model is in use, and only there
    from broker.domain.routing.learned.model import LearnedModel

_ANSWERS = 1 << 12  # of agencies and days that are kept in memory


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Made by `compile_rules`; topics are in order of their ids, whatever the order of files."""

    tenant: str
    name: str
    version: str
    region: str  # Kemendagri code
    thresholds: Thresholds
    agencies: Mapping[str, Agency]
    topics: Sequence[Topic]
    attributes: Mapping[tuple[str, str], AttributeValue]
    roads: Sequence[Road]
    landmarks: Sequence[Landmark]
    outside: Sequence[Outside]
    channels: Mapping[str, Channel]
    words: Words
    gazetteer: Gazetteer
    vocabulary: Vocabulary
    matcher: Matcher
    topic_index: Mapping[str, int]  # topic ids and SP4N-LAPOR! ids, as text → index
    ordinary: frozenset[str]  # codes of places whose bare name is an ordinary word
    agency_index: Mapping[str, str]  # codes, names and aliases as `agency_key` → code
    answering: Callable[[str, date], str | None]
    """Who answers for a code on that day: itself, else its successor; None for nobody."""
    retention: Retention
    phrased: bool = True  # whether any topic can be recognised by phrases
    model: "LearnedModel | None" = None

    @property
    def auto(self) -> float:
        """The confidence from which a decision by the text is routed without a person."""
        return self.model.auto / CERTAIN if self.model else self.thresholds.auto

    def agency_name(self, code: str) -> str:
        """The name of an agency; of an unknown code, the code."""
        agency = self.agencies.get(code)
        return agency.name if agency else code

    def topic_name(self, category: str | None) -> str | None:
        """The name of the topic of an id or of a SP4N-LAPOR! id; None for an unknown one."""
        number = self.topic_index.get(category or "")
        return None if number is None else self.topics[number].name

    def active_agencies(self, on: date) -> tuple[str, ...]:
        """Codes of the agencies that exist on that day, sorted."""
        return tuple(sorted(c for c, agency in self.agencies.items() if agency.active(on)))


def compile_rules(
    *,
    tenant: str,
    name: str,
    version: str,
    region: str,
    agencies: Iterable[Agency],
    topics: Iterable[Topic],
    areas: Iterable[Area] = (),
    attributes: Iterable[AttributeValue] = (),
    roads: Iterable[Road] = (),
    landmarks: Iterable[Landmark] = (),
    outside: Iterable[Outside] = (),
    channels: Iterable[Channel] = (),
    words: Words | None = None,
    thresholds: Thresholds | None = None,
    retention: Retention | None = None,
    model: "LearnedModel | None" = None,
) -> Rules:
    """Rules from tables that were checked (`config.loading`): ids unique, references known.

    The offices of places that `agencies` does not name are made from the places.
    """
    places = sorted(areas, key=lambda area: area.code)
    known = {agency.code: agency for agency in agencies}
    for area in places:
        if area.office and area.office not in known:
            known[area.office] = office_agency(area)
    everybody = {code: known[code] for code in sorted(known)}
    subjects = tuple(sorted(topics, key=lambda topic: topic.id))
    values = tuple(sorted(attributes, key=lambda value: (value.attribute, value.id)))
    named_roads = tuple(sorted(roads, key=lambda road: road.name))
    marks = tuple(sorted(landmarks, key=lambda mark: (mark.name, mark.place)))
    others = tuple(sorted(outside, key=lambda other: (other.name, other.level)))
    spelling = words or Words()
    vocabulary, matcher = compile_matcher(
        spelling, subjects, values, places, named_roads, marks, others, everybody.values()
    )
    return Rules(
        tenant=tenant,
        name=name,
        version=version,
        region=region,
        thresholds=thresholds or Thresholds(),
        agencies=MappingProxyType(everybody),
        topics=subjects,
        attributes=MappingProxyType({(v.attribute, v.id): v for v in values}),
        roads=named_roads,
        landmarks=marks,
        outside=others,
        channels=MappingProxyType({channel.code: channel for channel in channels}),
        words=spelling,
        gazetteer=Gazetteer(region, places, others),
        vocabulary=vocabulary,
        matcher=matcher,
        topic_index=MappingProxyType(_topic_index(subjects)),
        ordinary=_ordinary(places, spelling),
        agency_index=MappingProxyType(_agency_index(everybody.values())),
        answering=lru_cache(_ANSWERS)(partial(_answering, everybody)),
        phrased=any(topic.phrases or topic.strong or topic.weak for topic in subjects),
        model=model,
        retention=retention or Retention(),
    )


def _answering(agencies: Mapping[str, Agency], code: str, on: date) -> str | None:
    for _ in range(len(agencies)):
        agency = agencies.get(code)
        if agency is None:
            return None
        if agency.active(on):
            return code
        if agency.successor is None or (agency.valid_from and on < agency.valid_from):
            return None
        code = agency.successor
    return None


def office_agency(area: Area) -> Agency:
    """The office of a district or village as an agency."""
    title = {"kecamatan": "Kecamatan", "kelurahan": "Kelurahan", "desa": "Pemerintah Desa"}
    kind = title.get(area.level, "Pemerintah")
    return Agency(code=area.office or "", name=f"{kind} {area.name}", kind="territorial")


def _ordinary(areas: Iterable[Area], spelling: Words) -> frozenset[str]:
    names = {agency_key(word) for word in spelling.ordinary}
    return frozenset(area.code for area in areas if agency_key(area.name) in names)


def agency_key(name: str) -> str:
    """A code, name or alias as looked up: without case, spaces and punctuation."""
    return "".join(words_of(name))


def _topic_index(topics: Sequence[Topic]) -> dict[str, int]:
    index = {topic.id: number for number, topic in enumerate(topics)}
    for number, topic in enumerate(topics):
        for lapor in topic.lapor:
            index.setdefault(str(lapor), number)
    return index


def _agency_index(agencies: Iterable[Agency]) -> dict[str, str]:
    """Codes first, so that no alias can hide one; `agency_key` leaves out case and punctuation."""
    everybody = list(agencies)
    index = {agency.code: agency.code for agency in everybody}
    for agency in everybody:
        index.setdefault(agency_key(agency.code), agency.code)
    for agency in everybody:
        for name in agency_names(agency):
            index.setdefault(agency_key(name), agency.code)
    return index

"""The rules of one tenant, frozen, with everything compiled that a decision looks up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from broker.contacts import Contacts
from broker.desk_texts import DeskTexts
from broker.domain.routing.compiling import compile_matcher
from broker.domain.routing.directory import AgencyDirectory, agency_key, directory_of
from broker.domain.routing.gazetteer import Gazetteer
from broker.domain.routing.language.matcher import Matcher
from broker.domain.routing.language.vocabulary import Vocabulary
from broker.domain.routing.learned.calibration import CERTAIN
from broker.domain.routing.own_names import foreign
from broker.domain.routing.remembered import Remembered
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


@dataclass(frozen=True, slots=True, eq=False)
class Rules(AgencyDirectory):
    """Made by `compile_rules`; topics are in order of their ids, whatever the order of files."""

    tenant: str
    name: str
    version: str
    region: str  # Kemendagri code
    thresholds: Thresholds
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
    retention: Retention
    contacts: Contacts
    desk_texts: DeskTexts = field(default_factory=DeskTexts)
    phrased: bool = True  # whether any topic can be recognised by phrases
    model: "LearnedModel | None" = None
    hints: "Rules | None" = None  # with the phrases that the model asks, where these have none
    remembered: Remembered = field(init=False, default_factory=Remembered, repr=False)

    @property
    def auto(self) -> float:
        """The confidence from which a decision by the text is routed without a person."""
        return self.model.auto / CERTAIN if self.model else self.thresholds.auto

    def topic_name(self, category: str | None) -> str | None:
        """The name of the topic of an id or of a SP4N-LAPOR! id; None for an unknown one."""
        number = self.topic_index.get(category or "")
        return None if number is None else self.topics[number].name


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
    contacts: Contacts | None = None,
    desk_texts: DeskTexts | None = None,
    model: "LearnedModel | None" = None,
    hints: Rules | None = None,
) -> Rules:
    """Rules from tables that were checked (`config.loading`): ids unique, references known.

    The offices of places that `agencies` does not name are made from the places.
    """
    places = sorted(areas, key=lambda area: area.code)
    directory = directory_of(agencies, places)
    subjects = tuple(sorted(topics, key=lambda topic: topic.id))
    values = tuple(sorted(attributes, key=lambda value: (value.attribute, value.id)))
    named_roads = tuple(sorted(roads, key=lambda road: road.name))
    marks = tuple(sorted(landmarks, key=lambda mark: (mark.name, mark.place)))
    others = tuple(
        sorted(foreign(outside, region, name, places), key=lambda other: (other.name, other.level))
    )
    spelling = words or Words()
    vocabulary, matcher = compile_matcher(
        spelling, subjects, values, places, named_roads, marks, others, directory.agencies.values()
    )
    return Rules(
        tenant=tenant,
        name=name,
        version=version,
        region=region,
        thresholds=thresholds or Thresholds(),
        agencies=directory.agencies,
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
        agency_index=directory.agency_index,
        answering=directory.answering,
        phrased=any(topic.phrases or topic.strong or topic.weak for topic in subjects),
        model=model,
        hints=hints,
        retention=retention or Retention(),
        contacts=contacts or Contacts(),
        desk_texts=desk_texts or DeskTexts(),
    )


def _ordinary(areas: Iterable[Area], spelling: Words) -> frozenset[str]:
    names = {agency_key(word) for word in spelling.ordinary}
    return frozenset(area.code for area in areas if agency_key(area.name) in names)


def _topic_index(topics: Sequence[Topic]) -> dict[str, int]:
    index = {topic.id: number for number, topic in enumerate(topics)}
    for number, topic in enumerate(topics):
        for lapor in topic.lapor:
            index.setdefault(str(lapor), number)
    return index

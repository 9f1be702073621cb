"""One complaint in the light of the rules: what is looked up once, and only where it is needed."""

from collections.abc import Mapping
from datetime import date

from broker.domain import sentences
from broker.domain.routing.decision import Query
from broker.domain.routing.gazetteer import Located, Mention
from broker.domain.routing.language.earlier import names_earlier
from broker.domain.routing.language.elsewhere import named_in_address, said_to_be_there
from broker.domain.routing.language.reading import Reading, read
from broker.domain.routing.language.text import words
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic

ROAD = "road"  # the attribute that roads.csv knows too


class Situation:
    """Mutable only in what it has looked up so far and in `warnings`."""

    __slots__ = (
        "_address",
        "_fields",
        "_glimpse",
        "_place",
        "_reading",
        "_shown",
        "_within",
        "category",
        "excluded",
        "lost",
        "on",
        "query",
        "rules",
        "warnings",
    )

    def __init__(
        self,
        query: Query,
        rules: Rules,
        on: date,
        excluded: frozenset[str],
        within: "Situation | None" = None,
    ) -> None:
        """``within``: the whole of which this is a part, which may name a place of its own."""
        self.query = query
        self._within = within
        self.rules = rules
        self.on = on
        self.excluded = excluded
        self.warnings: list[str] = []
        self.lost: Topic | None = None  # the first topic whose agency is out of the question
        self.category = str(query.category).strip().lower() if query.category is not None else ""
        self._reading: Reading | None = None
        self._glimpse: Reading | None = None
        self._address: Reading | None = None
        self._shown: dict[tuple[str, str], str] | None = None
        self._fields: Located | None = None
        self._place: Located | None = None

    @property
    def reading(self) -> Reading:
        """What title and text show, and what road the address names."""
        if self._reading is None:
            self._reading = self._glimpse = self._read(self._text)
        return self._reading

    @property
    def glimpse(self) -> Reading:
        """What of `reading` shows conditions and places; cheaper where the topic is known."""
        if self._glimpse is None:
            self._glimpse = self._read(self._text, topics=False)
        return self._glimpse

    @property
    def _text(self) -> str:
        query = self.query
        return f"{query.title} . {query.text}" if query.title else query.text

    def note_earlier(self) -> None:
        """A warning where the text names an earlier complaint; which, stands in the text alone."""
        if names_earlier(self._text):
            self.warnings.append(sentences.EARLIER_REPORT)

    @property
    def fields(self) -> Located:
        """The place as far as region, district and village fields tell it."""
        if self._fields is None:
            place = self.query.place
            if not (place.region or place.district or place.village):
                self._fields = Located()
            else:
                self._fields = self.rules.gazetteer.from_fields(
                    place.region, place.district, place.village
                )
                self.warnings.extend(self._fields.warnings)
        return self._fields

    @property
    def place(self) -> Located:
        """The place by fields, else by address, else by text; each refines the one before."""
        if self._place is None:
            self._place = self._locate() if self._within is None else self._located_apart()
        return self._place

    @property
    def known_place(self) -> Located:
        """The place as far as it has been looked up already: by the fields at least."""
        return self._place or self.fields

    @property
    def shown(self) -> Mapping[tuple[str, str], str]:
        """Attributes that the text shows, or else the roads and landmarks that it or the address
        names: a word that names the class of a road outweighs the table of roads, and that a
        landmark. A road has one class: of several, the first that is named.
        """
        if self._shown is None:
            shown = self._shown = dict(self.glimpse.attributes)
            for other in [pair for pair in shown if pair[0] == ROAD][1:]:
                del shown[other]
            said = {name for name, _ in shown}
            roads = () if ROAD in said else self._roads()
            for index in roads[:1]:
                road = self.rules.roads[index]
                shown[ROAD, road.road_class] = road.name
                said.add(ROAD)
            for index in self._landmarks():
                mark = self.rules.landmarks[index]
                for attribute in mark.shows:
                    if attribute[0] not in said:
                        shown.setdefault(attribute, mark.name)
        return self._shown

    def _landmarks(self) -> list[int]:
        """Those that the text or the address names."""
        found = self.glimpse.landmarks
        if self.query.place.address:
            found = found + self._in_address(self.query.place.address).landmarks
        return found

    def _roads(self) -> list[int]:
        found = self.glimpse.roads
        if self.query.place.address:
            found = found + self._in_address(self.query.place.address).roads
        if not found:
            return found
        code = self.place.code
        within = self.rules.gazetteer.within
        return [
            index
            for index in found
            if code is None
            or not self.rules.roads[index].places
            or any(within(code, p) or within(p, code) for p in self.rules.roads[index].places)
        ]

    def _read(self, text: str, topics: bool = True) -> Reading:
        rules = self.rules
        return read(text, rules.vocabulary, rules.matcher, rules.gazetteer.areas, topics)

    def _in_address(self, address: str) -> Reading:
        if self._address is None:
            self._address = self._read(address, topics=False)
        return self._address

    def _locate(self) -> Located:
        fields = self.fields
        places = self.rules.gazetteer
        code = fields.code
        if places.is_village(code):
            return fields
        outside = fields.outside
        address = self.query.place.address
        if address:
            found = self._in_address(address)
            code = self._refined(found, code)
            if code is None and outside is None:
                outside = self._outside_in_address(address, found.outside)
        if not places.is_village(code):
            code = self._refined(self.glimpse, code)
            if code is None and outside is None:
                outside = self._outside_in_text()
        return Located(code, None if code else outside)

    def _located_apart(self) -> Located:
        """The place that this part names, else that of the whole."""
        assert self._within is not None
        if self.glimpse.outside:
            outside = self._outside_in_text()
            if outside is not None:
                return Located(None, outside)
        code = self._refined(self.glimpse, None)
        return self._within.place if code in (None, self.rules.region) else Located(code)

    def _refined(self, reading: Reading, known: str | None) -> str | None:
        """The place that names in a text point to, at or below `known`, which is no village; else
        `known`."""
        if not reading.places and not reading.landmarks:
            return known
        return self.rules.gazetteer.from_mentions(self._mentions(reading), known) or known

    def _mentions(self, reading: Reading) -> list[Mention]:
        """Names in a text; one that is also an ordinary word counts only with a level word."""
        ordinary, landmarks = self.rules.ordinary, self.rules.landmarks
        names = [
            Mention(codes, marked)
            for codes, marked in reading.places
            if marked or not ordinary.issuperset(codes)
        ]
        return names + [Mention((landmarks[index].place,), False) for index in reading.landmarks]

    def _outside_in_text(self) -> str | None:
        """A foreign place where the text says that the matter is there, not merely its name."""
        found = self.glimpse.outside
        if not found:
            return None
        may_name = self.rules.vocabulary.may_name
        return self._called(said_to_be_there(self._text, self._names(found), may_name))

    def _outside_in_address(self, address: str, found: list[int]) -> str | None:
        """The first foreign place that an address is in, if any."""
        return self._called(named_in_address(address, self._names(found))) if found else None

    def _names(self, found: list[int]) -> dict[tuple[str, ...], int]:
        """The names, in words, of the foreign places that were found."""
        names: dict[tuple[str, ...], int] = {}
        for index in dict.fromkeys(found):
            other = self.rules.outside[index]
            for name in (other.name, *other.aliases):
                names.setdefault(tuple(words(name)), index)
        return names

    def _called(self, index: int | None) -> str | None:
        return None if index is None else self.rules.outside[index].name

"""Where: from the fields of a complaint, or from names in its text, to one place of the region.

Codes are Kemendagri's (19.03 is Bangka Selatan; BPS counts otherwise). A village and a district
may share a name: a bare name then means the district, which holds the village.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from broker.domain import sentences
from broker.domain.routing.language.text import words
from broker.domain.routing.language.vocabulary import LEVELS
from broker.domain.routing.tables import DISTRICT_LEVEL, VILLAGE_LEVELS, Area, Outside

_CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}){1,2}(\.[0-9]{4})?")
_LEVEL_WORDS = frozenset(LEVELS) | {"ds", "kel", "kec", "kab"}
REMEMBERED = 1 << 12  # places by their fields that are kept in memory
_LONGEST_REMEMBERED = 120  # characters of the three fields together
MAX_NAMESAKES = 64  # of one name; beyond it only a named district can tell which is meant


@dataclass(frozen=True, slots=True)
class Located:
    """`code`: the place inside the region, if any; `outside`: a name that is not ours."""

    code: str | None = None
    outside: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: the places it can mean, and whether a level word preceded it."""

    codes: tuple[str, ...]
    marked: bool


def name_key(name: str) -> str:
    """A name as looked up: `Kec. Air Gegas` and `airgegas` are one."""
    parts = words(name)
    while len(parts) > 1 and parts[0] in _LEVEL_WORDS:
        parts = parts[1:]
    return "".join(parts)


class Gazetteer:
    """The places of a region by code and by name, and the names that are outside."""

    def __init__(self, region: str, areas: Iterable[Area], outside: Iterable[Outside]) -> None:
        self.region = region
        self.areas: Mapping[str, Area] = {area.code: area for area in areas}
        own = {name_key(n) for area in self.areas.values() for n in (area.name, *area.aliases)}
        foreign = ((name_key(n), o.name) for o in outside for n in (o.name, *o.aliases))
        self._outside = {key: name for key, name in foreign if key not in own}
        self._by_name: dict[tuple[bool, str], tuple[str, ...]] = {}
        self._in_district: dict[tuple[str, str], str] = {}
        for code in sorted(self.areas):
            self._file(self.areas[code])
        self._remembered = lru_cache(REMEMBERED)(self._from_fields)

    def _file(self, area: Area) -> None:
        village = area.level in VILLAGE_LEVELS
        if not village and area.level != DISTRICT_LEVEL:
            return
        for key in dict.fromkeys(name_key(name) for name in (area.name, *area.aliases)):
            self._by_name[village, key] = (*self._by_name.get((village, key), ()), area.code)
            if village:
                self._in_district.setdefault((area.parent, key), area.code)

    def district_of(self, code: str | None) -> str | None:
        """The district that a code is or lies in; None for the region or nothing."""
        area = self.areas.get(code) if code else None
        if area is None:
            return None
        if area.level in VILLAGE_LEVELS:
            return area.parent
        return area.code if area.level == DISTRICT_LEVEL else None

    def is_village(self, code: str | None) -> bool:
        """True for the code of a kelurahan or desa."""
        area = self.areas.get(code) if code else None
        return area is not None and area.level in VILLAGE_LEVELS

    def office(self, code: str | None) -> str | None:
        """The code of the agency that is the office of a place."""
        area = self.areas.get(code) if code else None
        return area.office if area else None

    def within(self, code: str | None, whole: str) -> bool:
        """True where `code` is `whole` or lies below it."""
        return code is not None and (code == whole or code.startswith(whole + "."))

    def from_fields(self, region: str | None, district: str | None, village: str | None) -> Located:
        """What the fields say; a value that names nothing is a warning, never quoted."""
        length = len(region or "") + len(district or "") + len(village or "")
        located = self._remembered if length <= _LONGEST_REMEMBERED else self._from_fields
        return located(region, district, village)

    def _from_fields(
        self, region: str | None, district: str | None, village: str | None
    ) -> Located:
        warnings: list[str] = []
        outside: str | None = None
        code: str | None = None
        if region:
            code, outside = self._from_code(region.strip(), warnings)
        inside = self.district_of(code)
        if district and inside is None:
            found = self._by_name.get((False, name_key(district)), ())
            if len(found) == 1:
                code = inside = found[0]
            elif not found:
                outside = outside or self._outside.get(name_key(district))
                warnings.append(sentences.UNKNOWN_DISTRICT)
        if village and not self.is_village(code):
            code = self._village(village, inside, warnings) or code
            if code is None:
                outside = outside or self._outside.get(name_key(village))
        return Located(code, None if code else outside, tuple(warnings))

    def _from_code(self, code: str, warnings: list[str]) -> tuple[str | None, str | None]:
        if code in self.areas:
            return code, None
        if not _CODE.fullmatch(code):
            warnings.append(sentences.NO_REGION_CODE)
            return None, None
        if not self.within(code, self.region):
            return None, sentences.REGION_OF_CODE.format(code=code[:5])
        warnings.append(sentences.UNKNOWN_REGION)
        while code not in self.areas and "." in code:
            code = code.rpartition(".")[0]
        return (code if code in self.areas else None), None

    def _village(self, name: str, district: str | None, warnings: list[str]) -> str | None:
        key = name_key(name)
        if district is not None and (district, key) in self._in_district:
            return self._in_district[district, key]
        found = self._by_name.get((True, key), ())
        if len(found) == 1:
            if district is not None:
                warnings.append(sentences.VILLAGE_ELSEWHERE)
            return found[0]
        if found:
            warnings.append(sentences.VILLAGE_AMBIGUOUS)
            return None
        districts = self._by_name.get((False, key), ())
        if len(districts) == 1 and district is None:
            return districts[0]
        warnings.append(sentences.UNKNOWN_VILLAGE)
        return None

    def from_mentions(self, mentions: Sequence[Mention], known: str | None) -> str | None:
        """The one place that the names in a text point to, at or below `known` if that is given.

        A name with "desa" or "kelurahan" before it weighs more than a bare one. Several places
        point to what holds them all; that may be no more than the region, which says nothing.
        """
        districts: list[str] = []
        for mention in mentions:
            for code in mention.codes[:MAX_NAMESAKES]:
                if self.areas[code].level == DISTRICT_LEVEL and code not in districts:
                    districts.append(code)
        if known:
            inside = self.district_of(known)
            districts = [inside] if inside else [d for d in districts if self.within(d, known)]
        marked = self._meant([m for m in mentions if m.marked], districts, known)
        sure = marked if self.is_village(marked) else None
        found = sure or self._meant(mentions, districts, known) or marked
        if found is None and any(self.region in mention.codes for mention in mentions):
            return self.region  # somewhere in it: inside at least
        return found

    def _meant(
        self, mentions: Sequence[Mention], districts: Sequence[str], known: str | None
    ) -> str | None:
        villages: list[str] = []
        for mention in mentions:
            village = self._one_village(mention, districts)
            if village and village not in villages and (not known or self.within(village, known)):
                villages.append(village)
        nearer = [code for code in villages if self.areas[code].parent in districts]
        for few in (villages, nearer):
            if len(few) == 1:
                return few[0]
        places = [*villages, *districts]
        holders = {self.district_of(code) for code in places}
        return holders.pop() if len(holders) == 1 else None

    def _one_village(self, mention: Mention, districts: Sequence[str]) -> str | None:
        """The village that a name means; None where it can as well mean a district."""
        codes = mention.codes[:MAX_NAMESAKES]
        villages = [code for code in codes if self.is_village(code)]
        if len(villages) < len(codes):
            return None
        if len(villages) > 1:
            villages = [code for code in villages if self.areas[code].parent in districts]
        return villages[0] if len(villages) == 1 else None

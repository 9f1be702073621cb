"""From the names in a history to agencies, places and topics: what a row's answer is called.

Offices of villages and districts collapse to `@village` and `@district`: "Kelurahan Rias" is the
office of the village Rias, so what can be learned is that the village answers, wherever it is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from broker.domain.routing.directory import agency_key
from broker.domain.routing.gazetteer import name_key
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import (
    DISTRICT,
    DISTRICT_LEVEL,
    VILLAGE,
    VILLAGE_LEVELS,
    Agency,
    Area,
)
from config.language import worded
from pintu.rules.learning.codes import LONGEST_CODE, is_code, slug, unique
from pintu.rules.learning.history import Row

_OFFICE = re.compile(
    r"(?:kantor[\s-]+|pemerintah[\s-]+)?"
    r"(kelurahan|kel|desa|ds|kecamatan|kec)(?:\.\s*|[\s-]+)(\S.*)",
    re.IGNORECASE,
)
_LEVELS = {"kelurahan": "kelurahan", "kel": "kelurahan", "desa": "desa", "ds": "desa"}
_LAST_DISTRICT, _FIRST_VILLAGE = 99, 9001  # codes that Kemendagri does not give


@dataclass(slots=True)
class Named:
    """What the history's names are. `code_of`: an agency as written → its code; `offices`:
    code → `VILLAGE` or `DISTRICT`; `agencies` and `areas`: those that the rules lack."""

    code_of: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)
    agencies: list[Agency] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def answer(self, written: str) -> str:
        """The class of an agency: its code, or the place whose office it is."""
        code = self.code_of[written]
        return self.offices.get(code, code)


def name_everything(
    rows: Sequence[Row], rules: Rules, earlier: tuple[Sequence[Agency], Sequence[Area]]
) -> Named:
    """`rules`: what people wrote, without anything learned; `earlier`: agencies and places that
    were learned before, which keep their codes."""
    named = Named()
    _name_agencies(rows, rules, earlier, named)
    _Places(rows, rules, earlier[1], named).find()
    return named


def _name_agencies(
    rows: Sequence[Row],
    rules: Rules,
    earlier: tuple[Sequence[Agency], Sequence[Area]],
    named: Named,
) -> None:
    known = dict(rules.agency_index)
    for agency in earlier[0]:
        known.setdefault(agency_key(agency.code), agency.code)
        known.setdefault(agency_key(agency.name), agency.code)
    offices = _earlier_offices(earlier[1])
    for office in offices.values():
        known.setdefault(agency_key(office), office)
    before = {agency.code: agency for agency in earlier[0]}
    taken = set(rules.agencies) | set(before) | set(offices.values())
    written = Counter(row.agency for row in rows)
    new: dict[str, str] = {}
    # Codes first, so that none is taken by a name; then in order, so that numbers stay the same.
    for name in sorted(written, key=lambda name: (not is_code(name), name)):
        code = known.get(name) or known.get(agency_key(name)) or offices.get(_office_key(name))
        if code is None:
            wanted = name if is_code(name) else slug(name, LONGEST_CODE)
            code = unique(wanted, taken, LONGEST_CODE)
            taken.add(code)
            known[agency_key(name) or name] = known[agency_key(code)] = code
        named.code_of[name] = code
        if code not in rules.agencies and (code not in new or is_code(new[code])):
            new[code] = name
    for code, name in sorted(new.items()):
        said = before[code].name if code in before and is_code(name) else name
        named.agencies.append(Agency(code, said[:200], kind=_kind(said)))


def _earlier_offices(areas: Iterable[Area]) -> dict[tuple[bool, str] | None, str]:
    """The offices that places were given before, by whether it is a district and its name."""
    found: dict[tuple[bool, str] | None, str] = {}
    for area in areas:
        if area.office:
            found.setdefault((area.level == DISTRICT_LEVEL, name_key(area.name)), area.office)
    return found


def _office_key(name: str) -> tuple[bool, str] | None:
    match = _OFFICE.fullmatch(name)
    return (match[1].lower() not in _LEVELS, name_key(match[2])) if match else None


def _kind(name: str) -> str:
    if _OFFICE.fullmatch(name):
        return "territorial"
    return "bagian" if name.lower().startswith(("bagian ", "bagian-")) else "opd"


class _Places:
    """Districts and villages of the rows, matched to the rules' places or invented."""

    def __init__(
        self, rows: Sequence[Row], rules: Rules, earlier: Sequence[Area], named: Named
    ) -> None:
        self.rows, self.rules, self.named = rows, rules, named
        self.before = {
            (area.level == DISTRICT_LEVEL, area.parent, name_key(area.name)): area.code
            for area in earlier
            if rules.gazetteer.within(area.parent, rules.region)
        }
        self.office_before = {area.code: area.office for area in earlier if area.office}
        self.place_before = {office: place for place, office in self.office_before.items()}
        self.taken = set(rules.gazetteer.areas) | set(self.before.values())
        self.names: dict[str, str] = {}  # key → as most often written
        self.districts: dict[str, str] = {}  # key → code
        self.villages: dict[tuple[str, str], str] = {}  # code of the district, key → code
        self.new: dict[str, tuple[str, str, str]] = {}  # code → level, name, parent

    def find(self) -> None:
        """Fill `named.areas` and `named.offices`."""
        written = [(row.district or "", row.village or "") for row in self.rows]
        spellings = Counter(name for pair in written for name in pair if name)
        for name, _ in sorted(spellings.items(), key=lambda item: (-item[1], item[0])):
            self.names.setdefault(name_key(name), name)
        offices = self._offices()
        inside = Counter((name_key(d), name_key(v)) for d, v in written)
        for key in sorted({d for d, _ in inside if d} | set(offices[DISTRICT])):
            self._district(key)
        # A village of the history lies where most of its rows say; the rest are slips of the pen.
        homes: dict[str, Counter[str]] = defaultdict(Counter)
        for (district, village), count in sorted(inside.items()):
            if village and district:
                homes[village][district] += count
        for village in sorted(homes):
            most = homes[village].most_common(1)[0][1]
            for district, count in sorted(homes[village].items()):
                if (count * 4 >= most and count > 1) or count == most:
                    self._village(district, village)
        for village, codes in sorted(offices[VILLAGE].items()):
            if not any(key == village for _, key in self.villages):
                self._village_of_office(village, codes)
        self._give_offices(offices)

    def _offices(self) -> dict[str, dict[str, list[str]]]:
        """`VILLAGE` and `DISTRICT` → key of the place's name → codes of agencies."""
        found: dict[str, dict[str, list[str]]] = {VILLAGE: {}, DISTRICT: {}}
        for written, code in sorted(self.named.code_of.items()):
            match = _OFFICE.fullmatch(written)
            if match and name_key(match[2]):
                level = VILLAGE if match[1].lower() in _LEVELS else DISTRICT
                self.names.setdefault(name_key(match[2]), _titled(match[2]))
                codes = found[level].setdefault(name_key(match[2]), [])
                if code not in codes:
                    codes.append(code)
        return found

    def _district(self, key: str) -> None:
        located = self.rules.gazetteer.from_fields(None, self.names[key], None)
        code = self.rules.gazetteer.district_of(located.code)
        if code is None:
            code = self._invented(DISTRICT_LEVEL, key, self.rules.region)
        if code is not None:
            self.districts[key] = code

    def _village(self, district: str, key: str) -> None:
        parent = self.districts.get(district)
        if parent is None:
            return
        gazetteer = self.rules.gazetteer
        located = gazetteer.from_fields(None, self.names[district], self.names[key])
        code = located.code if gazetteer.is_village(located.code) else None
        if code is None:
            code = self._invented(self._level(), key, parent)
        if code is not None:
            self.villages[parent, key] = code

    def _village_of_office(self, key: str, codes: Sequence[str]) -> None:
        """The office of a village that no row lies in: in the district of most of its rows."""
        of_rows = Counter(
            name_key(row.district)
            for row in self.rows
            if row.district and self.named.code_of[row.agency] in codes
        )
        if of_rows:
            self._village(max(sorted(of_rows), key=lambda d: of_rows[d]), key)

    def _level(self) -> str:
        """What villages are called here, as far as their offices tell."""
        said = Counter(
            _LEVELS[match[1].lower()]
            for row in self.rows
            if (match := _OFFICE.fullmatch(row.agency)) and match[1].lower() in _LEVELS
        )
        return "desa" if said["desa"] > said["kelurahan"] else "kelurahan"

    def _invented(self, level: str, key: str, parent: str) -> str | None:
        district = level == DISTRICT_LEVEL
        code = self.before.get((district, parent, key))
        if code is None:
            numbers = range(_LAST_DISTRICT, 0, -1) if district else range(_FIRST_VILLAGE, 10_000)
            digits = 2 if district else 4
            made = (f"{parent}.{number:0{digits}}" for number in numbers)
            code = next((code for code in made if code not in self.taken), None)
        if code is None:
            self.named.problems.append(
                worded(
                    "no code is left for the {level} {names}", level=level, names=self.names[key]
                )
            )
            return None
        self.taken.add(code)
        self.new[code] = (level, self.names[key][:200], parent)
        return code

    def _give_offices(self, offices: Mapping[str, Mapping[str, list[str]]]) -> None:
        gazetteer = self.rules.gazetteer
        for area in gazetteer.areas.values():
            if area.office and area.level in VILLAGE_LEVELS:
                self.named.offices[area.office] = VILLAGE
            elif area.office and area.level == DISTRICT_LEVEL:
                self.named.offices[area.office] = DISTRICT
        given: dict[str, str] = {}  # place → office
        for key, codes in offices[DISTRICT].items():
            if key in self.districts:
                self._give(given, self.districts[key], codes, DISTRICT)
        for key, codes in offices[VILLAGE].items():
            where = [code for (_, name), code in sorted(self.villages.items()) if name == key]
            for code in sorted(where, key=lambda place: -self._rows_in(place, codes)):
                self._give(given, code, codes, VILLAGE)
        self._unseen_offices(given)
        for code, (level, name, parent) in sorted(self.new.items()):
            self.named.areas.append(Area(code, level, name, parent, office=given.get(code)))

    def _give(self, given: dict[str, str], place: str, codes: Iterable[str], kind: str) -> None:
        if place not in self.new:
            return
        for code in codes:
            if place not in given and code not in self.named.offices and self._free(code, place):
                given[place] = code
                self.named.offices[code] = kind

    def _free(self, code: str, place: str) -> bool:
        """Whether no place had this office before, nor this place another."""
        holder = self.place_before.get(code, place)
        return self.office_before.get(place, code) == code and (
            holder == place or holder not in self.new
        )

    def _rows_in(self, place: str, codes: Sequence[str]) -> int:
        name, parent = self.new[place][1:] if place in self.new else ("", "")
        district = self.new[parent][1] if parent in self.new else ""
        return sum(
            self.named.code_of[row.agency] in codes
            and name_key(row.village or "") == name_key(name)
            and (not district or name_key(row.district or "") == name_key(district))
            for row in self.rows
        )

    def _unseen_offices(self, given: dict[str, str]) -> None:
        """Where villages answer at all, the one that had no complaint yet will answer too."""
        words = {VILLAGE: self._level(), DISTRICT: DISTRICT_LEVEL}
        seen = set(self.named.offices.values())
        taken = set(self.rules.agencies) | {agency.code for agency in self.named.agencies}
        taken |= set(self.place_before)
        for place, (level, name, _) in sorted(self.new.items()):
            kind = DISTRICT if level == DISTRICT_LEVEL else VILLAGE
            if kind in seen and place not in given:
                code = self.office_before.get(place)
                if code is None or code in self.named.offices:
                    code = unique(slug(f"{words[kind]} {name}", LONGEST_CODE), taken, LONGEST_CODE)
                given[place] = code
                taken.add(code)
                self.named.offices[code] = kind


def _titled(name: str) -> str:
    return name.replace("-", " ").title() if is_code(name) else name

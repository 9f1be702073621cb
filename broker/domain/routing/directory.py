"""Who there is to answer: agencies by code and by name, on a day. No phrases, nothing compiled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType

from broker.domain.routing.language.text import words as words_of
from broker.domain.routing.tables import Agency, Area

_ANSWERS = 1 << 12  # of agencies and days that are kept in memory


@dataclass(frozen=True, slots=True, eq=False)
class AgencyDirectory:
    """Made by `directory_of`; rules are one too."""

    agencies: Mapping[str, Agency]
    agency_index: Mapping[str, str]  # codes, names and aliases as `agency_key` → code
    answering: Callable[[str, date], str | None]
    """Who answers for a code on that day: itself, else its successor; None for nobody."""

    def agency_name(self, code: str) -> str:
        """The name of an agency; of an unknown code, the code."""
        agency = self.agencies.get(code)
        return agency.name if agency else code

    def active_agencies(self, on: date) -> tuple[str, ...]:
        """Codes of the agencies that exist on that day, sorted."""
        return tuple(sorted(c for c, agency in self.agencies.items() if agency.active(on)))


def directory_of(agencies: Iterable[Agency], areas: Iterable[Area]) -> AgencyDirectory:
    """The offices of places that `agencies` does not name are made from the places."""
    known = {agency.code: agency for agency in agencies}
    for area in sorted(areas, key=lambda area: area.code):
        if area.office and area.office not in known:
            known[area.office] = office_agency(area)
    everybody = {code: known[code] for code in sorted(known)}
    return AgencyDirectory(
        agencies=MappingProxyType(everybody),
        agency_index=MappingProxyType(_index(everybody.values())),
        answering=lru_cache(_ANSWERS)(partial(_answering, everybody)),
    )


def agency_key(name: str) -> str:
    """A code, name or alias as looked up: without case, spaces and punctuation."""
    return "".join(words_of(name))


def agency_names(agency: Agency) -> tuple[str, ...]:
    """Everything that an agency is called, the code left out."""
    return (agency.name, *((agency.short,) if agency.short else ()), *agency.aliases)


def office_agency(area: Area) -> Agency:
    """The office of a district or village as an agency."""
    title = {"kecamatan": "Kecamatan", "kelurahan": "Kelurahan", "desa": "Pemerintah Desa"}
    kind = title.get(area.level, "Pemerintah")
    return Agency(code=area.office or "", name=f"{kind} {area.name}", kind="territorial")


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


def _index(agencies: Iterable[Agency]) -> dict[str, str]:
    """Codes first, so that no alias can hide one; `agency_key` leaves out case and punctuation."""
    everybody = list(agencies)
    index = {agency.code: agency.code for agency in everybody}
    for agency in everybody:
        index.setdefault(agency_key(agency.code), agency.code)
    for agency in everybody:
        for name in agency_names(agency):
            index.setdefault(agency_key(name), agency.code)
    return index

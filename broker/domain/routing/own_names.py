"""A region's own names are no foreign places, wherever a table of foreign places came from.

A table of foreign places is often another region's: it lists this region, its province and its
neighbours' districts. What `places.csv` names wins.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from broker.domain.routing.language.text import words
from broker.domain.routing.tables import DISTRICT_LEVEL, Area, Outside

PROVINCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{"11": "Aceh", "12": "Sumatera Utara", "13": "Sumatera Barat", "14": "Riau"},
        **{"15": "Jambi", "16": "Sumatera Selatan", "17": "Bengkulu", "18": "Lampung"},
        **{"19": "Kepulauan Bangka Belitung", "21": "Kepulauan Riau", "31": "DKI Jakarta"},
        **{"32": "Jawa Barat", "33": "Jawa Tengah", "34": "DI Yogyakarta", "35": "Jawa Timur"},
        **{"36": "Banten", "51": "Bali", "52": "Nusa Tenggara Barat"},
        **{"53": "Nusa Tenggara Timur", "61": "Kalimantan Barat", "62": "Kalimantan Tengah"},
        **{"63": "Kalimantan Selatan", "64": "Kalimantan Timur", "65": "Kalimantan Utara"},
        **{"71": "Sulawesi Utara", "72": "Sulawesi Tengah", "73": "Sulawesi Selatan"},
        **{"74": "Sulawesi Tenggara", "75": "Gorontalo", "76": "Sulawesi Barat", "81": "Maluku"},
        **{"82": "Maluku Utara", "91": "Papua", "92": "Papua Barat", "93": "Papua Selatan"},
        **{"94": "Papua Tengah", "95": "Papua Pegunungan", "96": "Papua Barat Daya"},
    }
)
"""Names by the first two digits of a Kemendagri code."""
_LEVEL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{"kabupaten": "kabupaten", "kab": "kabupaten", "pemkab": "kabupaten"},
        **{"kota": "kota", "pemkot": "kota", "provinsi": "provinsi", "prov": "provinsi"},
        **{"kecamatan": DISTRICT_LEVEL, "kec": DISTRICT_LEVEL},
        **{"kelurahan": "kelurahan", "kel": "kelurahan", "desa": "desa"},
    }
)
_TOWNS: Final = frozenset({"kota", DISTRICT_LEVEL})
"""Levels that "kota Koba" can mean: the town of a district is called so too."""


def foreign(
    outside: Iterable[Outside], region: str, name: str, areas: Sequence[Area]
) -> Iterator[Outside]:
    """The entries without the region's own names. ``name``: what the configuration is called."""
    own = _own(region, name, areas)
    for other in outside:
        if other.level == "provinsi" and other.name == PROVINCES.get(region[:2]):
            continue
        names = [said for said in (other.name, *other.aliases) if not _is_own(said, own)]
        if not names:
            continue
        first = names[0] if names[0] == other.name else names[0].title()
        yield replace(other, name=first, aliases=tuple(names[1:]))


def _own(region: str, name: str, areas: Sequence[Area]) -> dict[str, set[str]]:
    """Names without their level → the levels of the places that bear them."""
    own: dict[str, set[str]] = {}
    for area in areas:
        called = (area.name, *area.aliases, *((name,) if area.code == region else ()))
        for one in called:
            own.setdefault(_bare(one)[1], set()).add(area.level)
    return own


def _is_own(said: str, own: Mapping[str, set[str]]) -> bool:
    level, bare = _bare(said)
    levels = own.get(bare, set())
    if level is None:
        return bool(levels)
    return level in levels or (level == "kota" and not levels.isdisjoint(_TOWNS))


def _bare(name: str) -> tuple[str | None, str]:
    """`Kota Malang` → `kota` and `malang`; None where no level is said."""
    first, *rest = words(name) or [""]
    level = _LEVEL_WORDS.get(first) if rest else None
    return level, "".join(rest if level else (first, *rest))

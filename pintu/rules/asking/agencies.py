"""Agencies of a new region: the shipped ones under the region's own names, and a table of its own.

Codes stay, for the topics name them; `confirmed` is false until somebody has compared a name with
the region's decree.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from broker.domain.routing.directory import agency_key
from broker.domain.routing.tables import Agency
from config.language import gettext, worded
from config.loading.problems import Findings, nearest
from pintu.rules.asking.region import SHIPPED_REGION, Region
from pintu.rules.asking.tables import rows_of
from pintu.rules.learning.codes import is_code
from pintu.rules.learning.twins import likely

APART: Final = "-"
"""In the column `replaces`: the agency is another, though its name looks like a shipped one's."""
COLUMNS: Final = ("code", "name", "short", "kind", "level", "aliases", "replaces")
_KINDS: Final = ("opd", "bagian", "territorial", "external")
_LEVELS: Final = ("province", "central", "state-company", "regional-company")
_LOCAL: Final = re.compile(
    r"\b\w*(?:basel|babel|bangka|belitung|toboali|junjung|besaoh|sumsel|soekarno|pangkalpinang"
    r"|depati|payung|samsi|0432|sumatera|palembang|habang|himpang)\w*",
    re.IGNORECASE,
)
"""Words of the region that the shipped agencies are of."""
_NAMED: Final = {
    "rsud": "RSUD {name}",
    "prov-rsud": "Rumah Sakit Umum Daerah Provinsi {province}",
    "bank-sumsel-babel": "Bank Pembangunan Daerah",
    "bpom": "Badan Pengawas Obat dan Makanan",
    "imigrasi": "Kantor Imigrasi",
    "bea-cukai": "Kantor Pengawasan dan Pelayanan Bea dan Cukai",
    "djkn": "Kantor Pelayanan Kekayaan Negara dan Lelang",
    "basarnas": "Kantor Pencarian dan Pertolongan",
    "tni": "Komando Distrik Militer",
    "bandara": "Pengelola Bandar Udara",
    "bksda": "Balai Konservasi Sumber Daya Alam",
    "bws": "Balai Wilayah Sungai",
    "bptd": "Balai Pengelola Transportasi Darat",
    "bppw": "Balai Prasarana Permukiman Wilayah",
    "bpjn": "Balai Pelaksanaan Jalan Nasional",
    "ksop": "Kantor Kesyahbandaran dan Otoritas Pelabuhan",
}
"""Whose shipped name cannot be made another region's by putting that region's in its place."""


@dataclass(slots=True)
class Agencies:
    """``entries`` in the order of the file; ``replaced``: shipped codes → who answers instead."""

    entries: dict[str, Agency] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    """Codes that the table has."""


def localised(shipped: Agency, region: Region) -> Agency:
    """A shipped agency under the names of that region."""
    if region.code == SHIPPED_REGION:
        return shipped
    named = _NAMED.get(shipped.code)
    name = (
        named.format(name=region.bare, province=region.province)
        if named
        else _in_place(shipped.name, region)
    )
    short = None if shipped.short and _LOCAL.search(shipped.short) else shipped.short
    return replace(
        shipped,
        name=" ".join(name.split()),
        short=short,
        aliases=tuple(alias for alias in shipped.aliases if not _LOCAL.search(alias)),
        confirmed=False,
        note=None,
    )


def _in_place(name: str, region: Region) -> str:
    for said, own in (
        ("Kabupaten Bangka Selatan", region.name),
        ("Bangka Selatan", region.bare),
        ("Kepulauan Bangka Belitung", region.province),
        ("Bangka Belitung", region.province),
    ):
        name = name.replace(said, own)
    return name


def with_table(
    shipped: list[Agency], region: Region, file: Path | None, findings: Findings
) -> Agencies:
    """The shipped agencies with those of the table in their place. Errors are noted by line."""
    found = Agencies({one.code: localised(one, region) for one in shipped})
    known = set(found.entries)
    for line, cells in rows_of(file, COLUMNS, ("code", "name"), findings) if file else ():
        for what in _wrong(cells, known, found):
            findings.error(str(file), line, f"row {cells['code'] or cells['name']}", what)
        if not is_code(cells["code"]) or not cells["name"]:
            continue
        code = cells["code"]
        found.own.add(code)
        before = found.entries.get(code)
        found.entries[code] = Agency(
            code,
            cells["name"],
            kind=cells.get("kind") or (before.kind if before else "opd"),
            short=cells.get("short") or (before.short if before else None),
            level=cells.get("level") or (before.level if before else None),
            aliases=_list(cells.get("aliases")) or (before.aliases if before else ()),
        )
        for old in _list(cells.get("replaces")):
            if old in known and old != code:
                found.replaced[old] = code
    _each_name_once(found)
    return found


def _wrong(cells: dict[str, str], known: set[str], found: Agencies) -> Iterator[str]:
    if not is_code(cells["code"]):
        yield worded(
            "code: {code!r} is no code; write lower case letters, digits and hyphens, "
            "at most 40, a letter first",
            code=cells["code"],
        )
    if not cells["name"]:
        yield gettext("name: is empty; write the name of the agency")
    for column, allowed in (("kind", _KINDS), ("level", _LEVELS)):
        value = cells.get(column)
        if value and value not in allowed:
            yield worded(
                "{column}: {value!r} is none of {allowed}",
                column=column,
                value=value,
                allowed=", ".join(allowed),
            )
    code, replaces = cells["code"], _list(cells.get("replaces"))
    if code not in known and not replaces and (twin := _twin(cells, found)) is not None:
        yield worded(
            "name: looks like {code}, {name}: write that code, or replaces={code}; "
            "replaces=- where it is another",
            code=twin,
            name=found.entries[twin].name,
        )
    for old in replaces:
        if old == APART:
            continue
        if old not in known:
            yield worded(
                "replaces: no shipped agency has the code {old!r}{nearest}",
                old=old,
                nearest=nearest(old, sorted(known)),
            )
        elif old in found.replaced:
            yield worded(
                "replaces: {old!r} is replaced by {other} already",
                old=old,
                other=found.replaced[old],
            )


def _twin(cells: dict[str, str], found: Agencies) -> str | None:
    """The shipped agency that a new one may be under another name."""
    shipped = [one for one in found.entries.values() if one.code not in found.own]
    twin = likely(cells["name"], 0, shipped, Counter(), {})
    return twin.code if twin else None


def _list(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(";") if part.strip())


def _each_name_once(found: Agencies) -> None:
    """A name that the table gives to one agency is taken from the shipped ones; who is replaced
    keeps no alias, for its successor is meant by them."""
    taken: dict[str, str] = {}
    own = [one for one in found.entries.values() if one.code in found.own]
    shipped = [one for one in found.entries.values() if one.code not in found.own]
    for one in [*own, *shipped]:
        names = [one.name, one.code, *([one.short] if one.short else []), *one.aliases]
        free = [n for n in names if taken.setdefault(agency_key(n), one.code) == one.code]
        found.entries[one.code] = replace(
            one,
            short=one.short if one.short in free else None,
            aliases=tuple(alias for alias in one.aliases if alias in free),
        )

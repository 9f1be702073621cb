"""A table of places, as the ministry's lists have it or as `places.csv` is: rows of `places.csv`.

`code,name` is enough: how long a code is says what it is, and the first of a village's four digits
whether it is a kelurahan (1) or a desa (2 and more).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from config.language import gettext, worded
from config.loading.problems import Findings
from pintu.rules.asking.region import Region
from pintu.rules.asking.tables import rows_of
from pintu.rules.learning.codes import LONGEST_CODE, is_code, slug, unique

COLUMNS: Final = ("code", "level", "name", "parent", "aliases", "office")
_CALLED: Final = {"kode": "code", "nama": "name", "tingkat": "level", "induk": "parent"}
_CODE: Final = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
_OFFICES: Final = {"kecamatan": "kec", "kelurahan": "kel", "desa": "desa"}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place, as in places.csv."""

    code: str
    level: str
    name: str
    parent: str
    aliases: str = ""
    office: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.code, self.level, self.name, self.parent, self.aliases, self.office)


def places_of(file: Path | None, region: Region, findings: Findings) -> list[PlaceRow]:
    """The region and what the table says lies in it; of other regions' rows nothing.

    Errors are noted with file and line. None: the region alone.
    """
    first = PlaceRow(region.code, region.level, region.name, "")
    if file is None:
        return [first]
    rows = {first.code: first}
    for line, cells in rows_of(file, COLUMNS, ("code", "name"), findings, _CALLED):
        row = _row(cells)
        problem = _wrong(row, rows)
        if problem:
            findings.error(str(file), line, f"row {row.code or row.name}", problem)
        elif row.code == region.code:
            rows[row.code] = replace(first, aliases=row.aliases)
        elif row.code.startswith(region.code + "."):
            rows[row.code] = row
    _below(file, rows, region, findings)
    return _with_offices([rows[code] for code in sorted(rows)])


def _wrong(row: PlaceRow, rows: dict[str, PlaceRow]) -> str | None:
    if not _CODE.fullmatch(row.code):
        return worded(
            "code: {code!r} is no Kemendagri code; write it with dots, as in 35.78.01.1001",
            code=row.code,
        )
    if not row.name:
        return gettext("name: is empty; write the name of the place")
    if row.code in rows and rows[row.code].parent:
        return gettext("code: is there twice; remove one")
    return None


def _below(file: Path, rows: dict[str, PlaceRow], region: Region, findings: Findings) -> None:
    if len(rows) == 1 and not findings.errors:
        what = worded("has no place below {code}; is it of another region?", code=region.code)
        findings.error(str(file), 0, "", what)
    for row in rows.values():
        if row.parent and row.parent not in rows:
            what = worded("parent: there is no row {parent}; add it", parent=row.parent)
            findings.error(str(file), 0, f"row {row.code}", what)


def _row(cells: dict[str, str]) -> PlaceRow:
    code = cells.get("code", "")
    parts = code.split(".")
    level = ("", "provinsi", "kabupaten", "kecamatan", "")[min(len(parts), 4)] or (
        "kelurahan" if parts[-1].startswith("1") else "desa"
    )
    name = cells.get("name", "")
    for word in ("kecamatan ", "kelurahan ", "desa "):
        if len(parts) > 2 and name.lower().startswith(word):
            name = name[len(word) :]
    return PlaceRow(
        code,
        cells.get("level") or level,
        name,
        code.rpartition(".")[0] if len(parts) > 2 else "",
        cells.get("aliases", ""),
        cells.get("office", ""),
    )


def _with_offices(rows: Sequence[PlaceRow]) -> list[PlaceRow]:
    """Each district and village has an office; a second of one name bears its district's too."""
    taken = {row.office for row in rows if row.office}
    names = {row.code: row.name for row in rows}
    found: list[PlaceRow] = []
    for row in rows:
        kind = _OFFICES.get(row.level)
        if kind and not row.office:
            office = slug(f"{kind} {row.name}", LONGEST_CODE)
            if office in taken:
                office = slug(f"{kind} {row.name} {names.get(row.parent, '')}", LONGEST_CODE)
            office = unique(office, taken, LONGEST_CODE)
            assert is_code(office)
            taken.add(office)
            found.append(replace(row, office=office))
        else:
            found.append(row)
    return found

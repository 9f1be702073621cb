"""Where it is: coordinates as a pair, villages by name or code."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from config.language import gettext, worded
from pintu.publishing.cells import as_id, decimal

_CODE: Final = re.compile(r"(\d{2})\.?(\d{2})\.?(\d{2})(?:\.?(\d{4}))?")
"""Kemendagri: kecamatan, and kelurahan or desa."""
_PAIR: Final = re.compile(r"\(?\s*([+-]?\d+[.,]\d+)\s*(?:[,;]\s*|\s+)([+-]?\d+[.,]\d+)\s*\)?")
_SOUTH, _NORTH, _WEST, _EAST = -12.0, 7.0, 94.0, 142.0
"""What holds Indonesia."""


class Point(NamedTuple):
    """A pair of coordinates, or neither; ``warning`` says what was not as written."""

    latitude: float | None = None
    longitude: float | None = None
    warning: str | None = None


def point(latitude: str | None, longitude: str | None) -> Point:
    """A pair is taken whole or not at all; one that is clearly the wrong way round is turned."""
    if latitude is None or longitude is None:
        there = "longitude" if latitude is None else "latitude"
        return Point(
            warning=worded("location.{there}: one coordinate says nothing; left out", there=there)
        )
    north, east = decimal(latitude), decimal(longitude)
    if north is None or east is None:
        which = "latitude" if north is None else "longitude"
        return Point(
            warning=worded(
                "location.{which}: no number; both coordinates are left out", which=which
            )
        )
    if north == 0 and east == 0:
        return Point(
            warning=gettext("location.latitude: 0, 0 is nowhere; both coordinates are left out")
        )
    if _inside(north, east):
        return Point(north, east)
    if _inside(east, north):
        return Point(
            east, north, gettext("location.latitude: it is the longitude; the two were exchanged")
        )
    if abs(north) > 90 or abs(east) > 180:
        return Point(
            warning=gettext("location.latitude: out of range; both coordinates are left out")
        )
    return Point(north, east)


def both(cell: str) -> tuple[str, str] | None:
    """Latitude and longitude of one cell; None where it holds no such pair."""
    found = _PAIR.fullmatch(cell.strip())
    return (found[1], found[2]) if found else None


def _inside(north: float, east: float) -> bool:
    return _SOUTH <= north <= _NORTH and _WEST <= east <= _EAST


def place_names(said: Mapping[str, str]) -> dict[str, str]:
    """Region, district and village; a code that stands for a name is the region, and
    "RIAS, TOBOALI" is a village and its district."""
    names = dict(said)
    for name in ("district", "village"):
        if name in names and (code := region_code(names[name])):
            names["region"] = code
            del names[name]
    if "region" in names:
        names["region"] = as_id(names["region"])
    village, comma, rest = names.get("village", "").partition(",")
    district = rest.partition(",")[0].strip()
    if comma and village.strip() and district:
        known = names.setdefault("district", district)
        if known.strip().lower() == district.lower():
            names["village"] = village.strip()
    return names


def region_code(cell: str) -> str | None:
    """A Kemendagri code with its points; None for what is none."""
    found = _CODE.fullmatch(as_id(cell))
    return ".".join(part for part in found.groups() if part) if found else None

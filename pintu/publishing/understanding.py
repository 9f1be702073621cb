"""What the fields of a row say, in the contract's words; what was not understood is named.

The same for a row of a table, where everything is text, and for an object of JSON.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from config.language import gettext, marked, worded
from pintu.publishing import fields
from pintu.publishing.cells import as_id, digits_lost, flag, telephone
from pintu.publishing.fields import Field
from pintu.publishing.moments import read_moment
from pintu.publishing.places import both, place_names, point
from pintu.publishing.reporting import classification, report_type, source_channel

Topics = Callable[[], Mapping[str, str]]
"""Ids and names of topics in lower case, to what a category is to be."""

_URLS: Final = re.compile(r"[\s;|]+|,(?=\s*https?:)")
_ROUNDED: Final = marked("a spreadsheet rounded it, its digits are lost; left out")
_NAMED: Final = ("region", "district", "village")


@dataclass(slots=True)
class Understood:
    """``about`` has what stands beside the data: id, channel and time."""

    data: dict[str, Any] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def put(self, path: Field, value: object) -> None:
        if len(path) == 1:
            self.data[path[0]] = value
        else:
            self.data.setdefault(path[0], {})[path[1]] = value


def understood(
    said: Mapping[Field, Sequence[str]], zone: tzinfo, topics: Topics | None = None
) -> Understood:
    """The complaint of the cells that are not empty; several for a field, the best first.

    Args:
        zone: of a moment without an offset.
        topics: None: a category is passed on as it is.
    """
    found = Understood()
    first = {path: cells[0] for path, cells in said.items()}
    for path, cell in first.items():
        if path in _SPECIAL:
            continue
        if reader := _READERS.get(path):
            reader(found, path, cell, zone)
        else:
            found.put(path, cell if path == ("text",) else cell.strip())
    _time(found, first, zone)
    _place(found, first)
    _flags(found, first)
    if candidates := said.get(("category",)):
        _category(found, candidates, topics)
    return found


def _moment(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    if moment := read_moment(cell, zone):
        found.put(path, moment)
    else:
        found.warnings.append(worded("{path}: not understood as a moment; left out", path=path[-1]))


def _time(found: Understood, first: Mapping[Field, str], zone: tzinfo) -> None:
    if (cell := first.get(("time",))) is None:
        return
    if moment := read_moment(cell, zone, first.get(fields.TIME_OF_DAY, "")):
        found.about["time"] = moment
    else:
        found.warnings.append(gettext("time: not understood as a moment; left out"))


def _place(found: Understood, first: Mapping[Field, str]) -> None:
    location = {path[1]: cell.strip() for path, cell in first.items() if path[0] == "location"}
    names = place_names({name: location[name] for name in _NAMED if name in location})
    ends = location.get("latitude"), location.get("longitude")
    if ends == (None, None) and fields.POINT in first:
        ends = both(first[fields.POINT]) or (first[fields.POINT], "")
    if ends != (None, None):
        where = point(*ends)
        if where.warning:
            found.warnings.append(where.warning)
        if where.latitude is not None:
            found.put(("location", "latitude"), where.latitude)
            found.put(("location", "longitude"), where.longitude)
    if "address" in location:
        names["address"] = location["address"]
    for name, value in names.items():
        found.put(("location", name), value)


def _flags(found: Understood, first: Mapping[Field, str]) -> None:
    for name in ("anonymous", "confidential"):
        if (cell := first.get((name,))) is not None:
            known = flag(cell)
            # What nobody understands the router takes as true, and says so.
            found.data[name] = cell.strip() if known is None else known
    for path in (fields.REPORT_TYPE, fields.REPORTED_AS):
        if (cell := first.get(path)) is None:
            continue
        flags = report_type(cell)
        if not flags.understood:
            found.warnings.append(
                worded("{path}: not understood; taken as anonymous", path=path[0])
            )
        for name in ("anonymous", "confidential"):
            if getattr(flags, name) and not found.data.get(name):
                found.data[name] = True


def _category(found: Understood, candidates: Sequence[str], topics: Topics | None) -> None:
    known = topics() if topics is not None else {}
    ids = [_category_id(cell) for cell in candidates]
    for name in ids:
        if (topic := known.get(" ".join(name.lower().split()))) is not None:
            found.data["category"] = topic
            return
    found.data["category"] = as_id(candidates[0])
    if topics is not None:
        found.warnings.append(gettext("category: no topic has that id or name; passed on as it is"))


def _category_id(cell: str) -> str:
    text = as_id(cell)
    return text.lstrip("0") or "0" if text.isdecimal() else text


def _classification(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    kind, oversight = classification(cell.strip())
    found.put(path, kind)
    if oversight:
        found.data.setdefault("oversight", True)


def _oversight(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    known = flag(cell)
    found.put(path, cell.strip() if known is None else known)


def _number(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    if digits_lost(cell):
        found.warnings.append(f"{'.'.join(path)}: {gettext(_ROUNDED)}")
        return
    found.put(path, telephone(cell) if path[-1] == "phone" else as_id(cell.strip().lstrip("'")))


def _id(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    if digits_lost(cell):
        found.warnings.append(worded("id: {rounded}, and one is made", rounded=gettext(_ROUNDED)))
    else:
        found.about["id"] = as_id(cell)


def _tracking(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    _id(found, path, cell, zone)
    if "id" in found.about:
        found.data.setdefault("external_id", found.about["id"])


def _channel(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    found.about["channel"] = cell.strip()


def _source(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    found.about.setdefault("source", source_channel(cell))


def _attachments(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    found.put(path, [{"url": url} for url in _URLS.split(cell.strip()) if url])


def _extra(found: Understood, path: Field, cell: str, zone: tzinfo) -> None:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = cell.strip()
    found.put(path, value if isinstance(value, dict) else {"extra": value})


_SPECIAL: Final = frozenset(
    [("time",), ("category",), ("anonymous",), ("confidential",), fields.REPORT_TYPE]
    + [fields.REPORTED_AS, fields.TIME_OF_DAY, fields.POINT]
    + [("location", name) for name in (*_NAMED, "address", "latitude", "longitude")]
)
_READERS: Final[Mapping[Field, Callable[[Understood, Field, str, tzinfo], None]]] = {
    ("occurred_at",): _moment,
    ("classification",): _classification,
    ("oversight",): _oversight,
    ("reporter", "phone"): _number,
    ("reporter", "national_id"): _number,
    ("external_id",): _number,
    ("id",): _id,
    fields.TRACKING: _tracking,
    ("channel",): _channel,
    fields.SOURCE: _source,
    ("attachments",): _attachments,
    fields.EXTRA: _extra,
}

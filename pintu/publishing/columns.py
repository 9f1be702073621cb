"""The columns of a CSV file and where each goes in a complaint (docs/reference/contract/)."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from config.csv_file import BadFile
from pintu.publishing.records import Place, Record

Field = tuple[str, ...]

SAFETY: Final = frozenset({"anonymous", "confidential"})
"""Columns that are never left out: that would publish openly what was told in confidence."""

_PLAIN: Final = (
    *("text", "title", "occurred_at", "classification", "oversight", "category", "agency"),
    *("anonymous", "confidential", "attachments", "follows", "external_id", "extra"),
)
_NESTED: Final = {
    "location": ["region", "district", "village", "address", "latitude", "longitude"],
    "reporter": ["name", "phone", "email", "national_id"],
}
ABOUT: Final = ("id", "channel", "time")
_FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "ya", "y", "1"), True),
    **dict.fromkeys(("false", "no", "tidak", "n", "0"), False),
}


def _fields() -> dict[str, Field]:
    known: dict[str, Field] = {name: (name,) for name in (*_PLAIN, *ABOUT)}
    for parent, children in _NESTED.items():
        for child in children:
            for name in (child, f"{parent}.{child}", f"{parent}_{child}"):
                known[name] = (parent, child)
    return known


FIELDS: Final[Mapping[str, Field]] = _fields()


@dataclass(frozen=True, slots=True)
class Columns:
    """For each column of the file the field it fills; ``()`` for one that is left out."""

    paths: tuple[Field, ...]
    zone: tzinfo
    """Of a moment without an offset."""
    passed_on: tuple[str, ...] = field(default=())
    """Columns that the contract does not know: they go to ``extra`` under their own names."""

    def record(self, place: Place, cells: Sequence[str], content: bytes) -> Record:
        """The complaint of one row, which has as many cells as there are columns."""
        data: dict[str, Any] = {}
        about: dict[str, str] = {}
        for path, cell in zip(self.paths, cells, strict=True):
            value = cell if path == ("text",) else cell.strip()
            if not path or not value:
                continue
            if path[0] in ABOUT:
                about[path[0]] = value
            elif path == ("extra",):
                data.setdefault("extra", {}).update(_object(value))
            elif len(path) == 1:
                data[path[0]] = _value(path[0], value, self.zone)
            else:
                data.setdefault(path[0], {})[path[1]] = _value(path[1], value, self.zone)
        moment = about.get("time")
        return Record(
            place,
            data,
            content,
            id=about.get("id"),
            channel=about.get("channel"),
            time=_moment(moment, self.zone) if moment else None,
        )


def columns_of(
    header: Sequence[str],
    *,
    zone: tzinfo,
    only: Collection[str] = (),
    ignore: Collection[str] = (),
) -> Columns:
    """Read the header; names count without regard to case, blanks and hyphens are underscores.

    Args:
        zone: of a moment without an offset.
        only: columns to use, all where it is empty; ``id``, ``channel`` and the two flags
            of confidence are used in any case.
        ignore: columns to leave out.

    Raises:
        BadFile: no column ``text``, a column twice, or an option names one that is not there.
    """
    names = [_plain(name) for name in header]
    wanted = _named(only, names, "--only")
    unwanted = _named(ignore, names, "--ignore")
    paths: list[Field] = []
    for name in names:
        left_out = name in unwanted or (
            wanted and name not in wanted and name not in SAFETY | {"id", "channel"}
        )
        paths.append(() if left_out or not name else FIELDS.get(name) or ("extra", name))
    for path, times in Counter(paths).items():
        if path and times > 1:
            raise BadFile(f"two columns are {'.'.join(path)}: leave one out with --ignore")
    if ("text",) not in paths:
        raise BadFile(f"no column text; the first line has {', '.join(names)[:200]}")
    passed_on = (name for name, path in zip(names, paths, strict=True) if path == ("extra", name))
    return Columns(tuple(paths), zone, tuple(passed_on))


def _named(options: Collection[str], names: Sequence[str], option: str) -> frozenset[str]:
    found = frozenset(map(_plain, options))
    if unknown := sorted(found - set(names)):
        raise BadFile(
            f"{option}: no column {', '.join(unknown)[:200]}; there are {', '.join(names)[:200]}"
        )
    return found


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").split())


def _value(name: str, cell: str, zone: tzinfo) -> Any:
    """A cell as JSON has it. What cannot be read stays text: the router names and leaves it out,
    and takes a flag of confidence that it does not understand as true."""
    if name in SAFETY or name == "oversight":
        return _FLAGS.get(cell.lower(), cell)
    if name in ("latitude", "longitude"):
        try:
            return float(cell)
        except ValueError:
            return cell
    if name == "occurred_at":
        return _moment(cell, zone)
    if name == "attachments":
        return [{"url": url} for url in cell.split()]
    return cell


def _moment(cell: str, zone: tzinfo) -> str:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _object(cell: str) -> dict[str, object]:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = cell
    return value if isinstance(value, dict) else {"extra": value}

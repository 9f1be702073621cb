"""JSON as records: an object a line, an array of objects, or objects one after the other."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from config.csv_file import Line
from config.language import worded
from pintu.publishing.json_fields import JsonFields
from pintu.publishing.records import Place, Record, Skipped
from schemas.limits import PUBLISHED_LINE_BYTES
from schemas.properties import Properties
from schemas.unpacking import Unpacked, UnusableBody, unpack

_OBJECT: Final = Properties(content_type="application/json")
_CHANNELS: Final = "/channels/"
_NO_NUMBER: Final = "no number"


def json_records(
    lines: Iterable[Line], fields: JsonFields | None = None
) -> Iterator[Record | Skipped]:
    """One for each line, or item of an array, that is not blank.

    Args:
        lines: each of them one value of JSON.
        fields: what the fields of a data object mean, and which are used.
    """
    fields = fields or JsonFields()
    for line in lines:
        raw = line.raw.strip()
        if not raw:
            continue
        place = Place(line.number, line.number, line.end)
        if len(line.raw) >= PUBLISHED_LINE_BYTES:
            yield Skipped(
                place,
                "too-large",
                worded(
                    "more than {published_line_bytes} bytes",
                    published_line_bytes=PUBLISHED_LINE_BYTES,
                ),
            )
            continue
        try:
            yield _record(place, raw, fields)
        except UnusableBody as why:
            yield Skipped(place, why.reason, why.detail)


def _record(place: Place, raw: bytes, fields: JsonFields) -> Record:
    said = _unpacked(raw)
    if (said.id, said.source, said.type) != (None, None, None):
        # A whole event: its author's, passed on as it is.
        named = (said.source or "").startswith(_CHANNELS)
        channel = (said.source or "").removeprefix(_CHANNELS) if named else None
        return Record(place, said.data, raw, id=said.id, channel=channel, envelope=raw)
    twice = _named_twice(raw)
    warnings = (
        (worded("{twice}: named twice; the last one counts", twice=", ".join(twice)[:200]),)
        if twice
        else ()
    )
    return fields.record(place, said.data, warnings)


def _unpacked(raw: bytes) -> Unpacked:
    """Raises UnusableBody. NaN and Infinity, which many programs write though JSON has none, are
    texts in a data object: no number, and named as such where one is wanted."""
    try:
        return unpack(raw, _OBJECT)
    except UnusableBody:
        if not (b"NaN" in raw or b"Infinity" in raw) or b'"specversion"' in raw:
            raise
        try:
            value = json.loads(raw, parse_constant=lambda name: _NO_NUMBER)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise
        return unpack(json.dumps(value).encode(), _OBJECT)


def _named_twice(raw: bytes) -> list[str]:
    """Names that an object has more than once: which of the two is meant, nobody knows."""
    twice: list[str] = []

    def seen(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.extend(sorted({name for name in names if names.count(name) > 1}))

    try:
        json.loads(raw, object_pairs_hook=seen)
    except (ValueError, RecursionError):
        return []
    return twice

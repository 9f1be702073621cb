"""The lines of a JSON lines file as records: the contract's data object, or a CloudEvent."""

from collections.abc import Collection, Iterator
from typing import Final

from config.csv_file import Line
from pintu.publishing.columns import SAFETY
from pintu.publishing.records import Place, Record, Skipped
from schemas.limits import PUBLISHED_LINE_BYTES
from schemas.properties import Properties
from schemas.unpacking import UnusableBody, unpack

_OBJECT: Final = Properties(content_type="application/json")
_ABOUT: Final = frozenset({"id", "channel"})
_KEPT: Final = SAFETY | {"text"}
_CHANNELS: Final = "/channels/"


def json_records(
    lines: Iterator[Line], only: Collection[str] = (), ignore: Collection[str] = ()
) -> Iterator[Record | Skipped]:
    """One for each line that is not blank.

    Args:
        only: fields of a data object to use, all where it is empty; the text, the flags of
            confidence, ``id`` and ``channel`` are used in any case.
        ignore: fields of a data object to leave out.
    """
    kept = {*only, *_KEPT} if only else None
    for line in lines:
        raw = line.raw.strip()
        if not raw:
            continue
        place = Place(line.number, line.number, line.end)
        if len(line.raw) >= PUBLISHED_LINE_BYTES:
            yield Skipped(place, "too-large", f"more than {PUBLISHED_LINE_BYTES} bytes")
            continue
        try:
            yield _record(place, raw, kept, frozenset(ignore))
        except UnusableBody as why:
            yield Skipped(place, why.reason, why.detail)


def _record(
    place: Place, raw: bytes, kept: Collection[str] | None, ignored: Collection[str]
) -> Record:
    said = unpack(raw, _OBJECT)
    if (said.id, said.source, said.type) != (None, None, None):
        # A whole event: its author's, passed on as it is.
        named = (said.source or "").startswith(_CHANNELS)
        channel = (said.source or "").removeprefix(_CHANNELS) if named else None
        return Record(place, said.data, raw, id=said.id, channel=channel, envelope=raw)
    data = {
        name: value
        for name, value in said.data.items()
        if name not in _ABOUT and name not in ignored and (kept is None or name in kept)
    }
    named_id, named_channel = said.data.get("id"), said.data.get("channel")
    return Record(place, data, raw, id=named_id, channel=named_channel)

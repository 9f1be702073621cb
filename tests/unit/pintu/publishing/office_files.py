"""Files of offices as pintu reads them, with the shipped configuration's topics."""

import io
import json
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pintu.cli.publish_options import topics_of
from pintu.publishing.columns import Choice
from pintu.publishing.complaints import Item, Ready, complaints
from pintu.publishing.opening import SUFFIXES, UNITS, Format, Reading, opened_records
from pintu.publishing.records import Skipped

FILES = Path(__file__).parent / "files"
ZONE = ZoneInfo("Asia/Jakarta")


@dataclass
class Read:
    """What became of a file."""

    items: list[Item]
    said: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(item.message.body) for item in self.ready]

    @property
    def data(self) -> list[dict[str, Any]]:
        return [event["data"] for event in self.events]

    @property
    def texts(self) -> list[str]:
        return [data["text"] for data in self.data]

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.events]

    @property
    def ready(self) -> list[Ready]:
        return [item for item in self.items if isinstance(item, Ready)]

    @property
    def skipped(self) -> list[tuple[int, str]]:
        return [(i.place.line, i.reason) for i in self.items if isinstance(i, Skipped)]

    @property
    def warned(self) -> dict[int, list[str]]:
        """Fields that a warning names, or its first words, by line."""
        return {
            item.place.line: [warning.split(":")[0] for warning in item.warnings]
            for item in self.ready
            if item.warnings
        }


def read(
    content: str | bytes | Path,
    kind: Format | None = None,
    *,
    choice: Choice | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    **options: Any,
) -> Read:
    """Read a file of the folder, or its content (CSV if nothing else is said)."""
    if isinstance(content, Path):
        kind = kind or SUFFIXES[content.suffix]
        content = content.read_bytes()
    raw = content.encode() if isinstance(content, str) else content
    kind = kind or Format.CSV
    said: list[str] = []
    reading = Reading(
        kind=kind,
        zone=ZONE,
        choice=choice or Choice(),
        topics=partial(topics_of, None),
        say=said.append,
        encoding=encoding,
        sheet=sheet,
    )
    opened = opened_records(io.BytesIO(raw), len(raw), reading)
    unit = UNITS.get(kind, "line")
    defaults: dict[str, Any] = {"batch": None, "channel": "api", "unit": unit}
    return Read(list(complaints(opened.records, **(defaults | options))), said)

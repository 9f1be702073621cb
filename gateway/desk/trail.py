"""Messages of the audit trail as they are listed and searched: codes and ids; what people wrote
only where somebody asks for all of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from broker.messaging import names
from broker.messaging.messages import Incoming
from gateway.text.printable import printable
from schemas.identifiers import normalise_tracking, tracking
from schemas.updates import BadUpdate, Update, read_update

COLUMNS = ("offset", "time", "kind", "key", "tracking", "by", "id")


@dataclass(frozen=True, slots=True)
class Row:
    """One message. ``kind``: ``event`` or ``update``; ``time``: what it says of itself, None where
    it says nothing; ``by``: who said it; ``body``: as JSON, None where it is none."""

    offset: int
    kind: str
    key: str
    id: str | None
    time: datetime | None
    complaint: UUID | None
    tracking: str | None
    by: str | None
    body: Any

    @property
    def words(self) -> list[str]:
        """Of the routing key: verb, agency and channel; of an update who, name and verb."""
        return self.key.split(".")

    @property
    def verb(self) -> str:
        return self.words[0 if self.kind == "event" else -1]

    def cells(self, zone: tzinfo) -> tuple[str, ...]:
        """By ``COLUMNS``, printable."""
        at = "-" if self.time is None else self.time.astimezone(zone).isoformat(" ", "seconds")
        cells = (self.offset, at, self.kind, self.key, self.tracking, self.by, self.id)
        return tuple("-" if cell is None else printable(str(cell)) for cell in cells)

    def plain(self) -> dict[str, object]:
        """For programs, with the whole message."""
        return {
            "offset": self.offset,
            "kind": self.kind,
            "key": self.key,
            "id": self.id,
            "time": None if self.time is None else self.time.isoformat(),
            "complaint_id": None if self.complaint is None else str(self.complaint),
            "tracking": self.tracking,
            "by": self.by,
            "message": self.body,
        }


Wanted = Callable[[Row], bool]


def row_of(offset: int, message: Incoming) -> Row:
    """Whatever a stranger wrote, it is a row."""
    body = _json(message.body)
    if message.exchange == names.EVENTS:
        return _event(offset, message, body)
    found = read_update(message.body, message.properties, message.routing_key, earlier=True)
    complaint = found.complaint_id
    return Row(
        offset,
        "update",
        message.routing_key,
        found.id,
        _time_of(found),
        complaint,
        found.tracking if complaint is None else tracking(complaint),
        f"{found.who}.{found.name}" if found.who else None,
        body,
    )


def about(text: str) -> Wanted | None:
    """Those about a complaint, by id or tracking code, or with that id of a message; None where
    the text is empty."""
    text = text.strip()
    if not text:
        return None
    try:
        code = tracking(UUID(text))
    except ValueError:
        code = normalise_tracking(text) or ""
    return lambda row: row.id == text or (bool(code) and row.tracking == code)


def concerning(agency: str) -> Wanted:
    """Events for an agency, and what it says."""
    return lambda row: (
        row.words[1:2] == [agency] and (row.kind == "event" or row.words[0] == "agency")
    )


def by_channel(channel: str) -> Wanted:
    """Events to a channel, and what it says."""
    return lambda row: (
        (row.kind == "event" and row.words[2:3] == [channel])
        or row.words[:2]
        == [
            "channel",
            channel,
        ]
    )


def _event(offset: int, message: Incoming, body: Any) -> Row:
    event = body if isinstance(body, dict) else {}
    data = event.get("data")
    data = data if isinstance(data, dict) else {}
    return Row(
        offset,
        "event",
        message.routing_key,
        _text(event.get("id")) or message.properties.message_id,
        _moment(event.get("time")),
        _uuid(data.get("complaint_id")),
        _text(data.get("tracking")),
        _text(data.get("by")) or _text(event.get("source")),
        body,
    )


def _time_of(found: Update | BadUpdate) -> datetime | None:
    return found.time if isinstance(found, Update) else None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment if moment is None or moment.tzinfo else None
    except ValueError:
        return None


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

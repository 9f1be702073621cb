"""From a record to the message that goes to the intake: ``complaint.submitted.v1``."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.messaging import names
from broker.messaging.messages import Outgoing
from pintu.publishing.records import Place, Record, Skipped
from schemas import limits
from schemas.complaint import SUBMITTED
from schemas.envelope import CONTENT_TYPE, dumps
from schemas.properties import Properties
from schemas.submission import NeedsId, Unusable, read_submission

_MADE_OF: Final = "/pintu/publish"


@dataclass(frozen=True, slots=True)
class Ready:
    """A complaint to publish. ``warnings`` name the fields that the router will leave out."""

    place: Place
    message: Outgoing
    warnings: tuple[str, ...]


Item = Ready | Skipped


def complaints(
    records: Iterable[Record | Skipped], *, batch: str, channel: str, first: int = 1
) -> Iterator[Item]:
    """What each record becomes. A line that the router could only park is not published.

    Args:
        batch: tells this file from others; ids of lines without one are derived from it.
        channel: of lines that name none.
        first: the line to begin with; what stands before it is passed over.
    """
    named: dict[int, int] = {}
    for record in records:
        if record.place.line < first:
            continue
        yield record if isinstance(record, Skipped) else _item(record, batch, channel, named)


def _item(record: Record, batch: str, channel: str, named: dict[int, int]) -> Item:
    place = record.place
    own = record.id
    if isinstance(own, int) and not isinstance(own, bool):
        own = str(own)
    if own is not None and not isinstance(own, str):
        return Skipped(place, "bad-id", "id: neither text nor a number")
    event_id = own if own and own.strip() else _derived(record, batch)
    code = _channel(record.channel, channel)
    if code is None:
        return Skipped(place, "bad-channel", "channel: no code can be made of it")
    try:
        body = record.envelope or _envelope(record, code, event_id)
    except ValueError:
        return Skipped(place, "broken-json", "a number that JSON cannot carry")
    message = Outgoing(
        exchange=names.INTAKE,
        routing_key=code,
        body=body,
        message_id=_short(event_id),
        type=SUBMITTED,
        content_type=CONTENT_TYPE,
    )
    # The same reader as the router's: what it takes is published, what it would park is not.
    properties = Properties(content_type=CONTENT_TYPE, message_id=message.message_id)
    read = read_submission(body, properties, channel=code)
    if isinstance(read, Unusable):
        return Skipped(place, read.reason, read.detail)
    if isinstance(read, NeedsId):  # it has one: see above
        return Skipped(place, "bad-id", "id: cannot be read")
    if event_id is own:
        earlier = named.setdefault(read.complaint_id.int, place.line)
        if earlier != place.line:
            # The router would take it for a repeat, whatever it says.
            return Skipped(place, "repeated-id", f"the same channel and id as line {earlier}")
    return Ready(place, message, read.warnings)


def _derived(record: Record, batch: str) -> str:
    """The same for the same line of the same file, whenever it is published."""
    digest = hashlib.sha256(record.content).hexdigest()
    return str(uuid5(NAMESPACE_URL, f"{_MADE_OF}#{batch}#{record.place.line}#{digest}"))


def _channel(named: object, default: str) -> str | None:
    if named is None or named == "":
        return default
    if not isinstance(named, str):
        return None
    code, is_code = names.channel_of(named.strip())
    return None if code == names.OTHER_CHANNEL and not is_code else code


def _envelope(record: Record, channel: str, event_id: str) -> bytes:
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/channels/{channel}",
        "type": SUBMITTED,
        "datacontenttype": "application/json",
        "data": record.data,
    }
    if record.time is not None:
        event["time"] = record.time
    return dumps(event)


def _short(event_id: str) -> str:
    if len(event_id.encode()) <= limits.SHORT_STRING:
        return event_id
    return str(uuid5(NAMESPACE_URL, event_id))

"""From a record to the message that goes to the intake: ``complaint.submitted.v1``."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.messaging import names
from broker.messaging.messages import Outgoing
from config.language import gettext, worded
from pintu.publishing.records import Place, Record, Skipped
from pintu.publishing.seen import Seen
from pintu.publishing.units import units
from schemas import limits
from schemas.complaint import SUBMITTED
from schemas.envelope import CONTENT_TYPE, dumps
from schemas.properties import Properties
from schemas.submission import NeedsId, Unusable, read_submission

_MADE_OF: Final = "/pintu/publish"


@dataclass(frozen=True, slots=True)
class Ready:
    """A complaint to publish. ``warnings`` name what was not understood and the fields that the
    router will leave out; ``notes`` are worth saying once."""

    place: Place
    message: Outgoing
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()


Item = Ready | Skipped


def complaints(
    records: Iterable[Record | Skipped],
    *,
    batch: str | None,
    channel: str,
    asked: bool = False,
    first: int = 1,
    unit: str = "line",
) -> Iterator[Item]:
    """What each record becomes. A line that the router could only park is not published.

    Args:
        batch: tells this file from others with the same words in it; None: what says the same is
            the same complaint, whatever file it stands in.
        channel: of lines that name none.
        asked: whether somebody asked for that channel; else the door that an office's file names
            goes before it.
        first: the line to begin with; what stands before it is passed over.
        unit: what the numbers of lines count.
    """
    making = _Making(batch, channel, asked, unit)
    for record in records:
        item = record if isinstance(record, Skipped) else making.item(record)
        # Those before it were read all the same: they may say the same, or have the same id.
        if record.place.line >= first:
            yield item


class _Making:
    def __init__(self, batch: str | None, channel: str, asked: bool, unit: str) -> None:
        self._batch = batch
        self._default = channel
        self._asked = asked
        self._unit = unit
        self._times = Seen()
        self._lines = Seen()

    def item(self, record: Record) -> Item:
        place = record.place
        own = record.id
        if isinstance(own, int) and not isinstance(own, bool):
            own = str(own)
        if own is not None and not isinstance(own, str):
            return Skipped(place, "bad-id", gettext("id: neither text nor a number"))
        event_id = own if own and own.strip() else self._derived(record)
        code = self._channel(record)
        if code is None:
            return Skipped(place, "bad-channel", gettext("channel: no code can be made of it"))
        try:
            body = record.envelope or _envelope(record, code, event_id)
        except ValueError:
            return Skipped(place, "broken-json", gettext("a number that JSON cannot carry"))
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
            return Skipped(place, "bad-id", gettext("id: cannot be read"))
        if event_id is own:
            key = read.complaint_id.int
            if earlier := self._lines.get(key):
                # The router would take it for a repeat, whatever it says.
                where = f"{units(self._unit, 1)} {earlier}"
                return Skipped(
                    place, "repeated-id", worded("the same channel and id as {where}", where=where)
                )
            self._lines.put(key, place.line)
        return Ready(place, message, (*record.warnings, *read.warnings), record.notes)

    def _derived(self, record: Record) -> str:
        """The same for what says the same, the n-th time in a file, whenever it is published."""
        digest = hashlib.sha256(record.content)
        key = int.from_bytes(digest.digest()[:8])
        times = self._times.get(key) + 1
        self._times.put(key, times)
        name = "" if self._batch is None else f"#{self._batch}"
        return str(uuid5(NAMESPACE_URL, f"{_MADE_OF}{name}#{times}#{digest.hexdigest()}"))

    def _channel(self, record: Record) -> str | None:
        named, default = record.channel, self._default
        if named is None or named == "":
            if record.source and not self._asked:
                return names.nearest_code(record.source) or default
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

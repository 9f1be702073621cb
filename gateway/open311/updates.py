"""What happened in the channel's cases, as FixMyStreet asks for it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from broker.domain import sentences
from broker.domain.case import Entry
from broker.domain.clocks import WorkingCalendar
from broker.domain.routing.directory import AgencyDirectory
from broker.ports import CaseStore, Happened
from gateway.open311.forms import Fields
from gateway.open311.listing import page_of
from gateway.open311.models import RequestUpdate
from gateway.open311.moments import span, written
from gateway.open311.requests import media_of
from gateway.open311.statuses import status_after
from schemas import verbs

_FEWEST: Final = 2_000
"""Lines of histories that are read at once: of some nobody outside is told."""
_TOLD: Final = frozenset(
    (
        *(verbs.ROUTED, *verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES),
        verbs.CLOSED,
    )
)


async def updates_listed(
    store: CaseStore,
    directory: AgencyDirectory,
    calendar: WorkingCalendar,
    channel: str,
    fields: Fields,
    now: datetime,
) -> list[RequestUpdate]:
    """The page that is asked for, the oldest first, by the moment at which each was recorded: so
    whoever asks from the last moment on misses none. Raises Refusal."""
    start, end = span(fields, now)
    page = page_of(fields)
    told, last, size = list[RequestUpdate](), set[tuple[UUID, int]](), max(_FEWEST, 2 * page.ends)
    while len(told) < page.ends:
        lines = await store.happened(channel, start, end, size)
        new = [line for line in lines if (line.complaint_id, line.n) not in last]
        told += _told(new, directory, calendar)
        if len(lines) < size:
            break
        # On from the last moment; what has that very moment comes again, and is known by then.
        last = {(line.complaint_id, line.n) for line in lines}
        size = size if new else 2 * size
        start = lines[-1].entry.recorded_at
    return told[page.begins : page.ends]


def update_id(tracking: str, n: int) -> str:
    """Of the n-th line of a case's history: nothing is ever changed in it."""
    return f"{tracking}-{n}"


def _told(
    lines: Iterable[Happened], directory: AgencyDirectory, calendar: WorkingCalendar
) -> Iterator[RequestUpdate]:
    for line in lines:
        entry = line.entry
        description = _description(line, directory)
        changed = entry.state_from not in (None, entry.state_to)
        if entry.what not in _TOLD or not (changed or description):
            continue
        yield RequestUpdate(
            update_id=update_id(line.tracking, line.n),
            service_request_id=line.tracking,
            status=status_after(entry),
            updated_datetime=written(entry.recorded_at, calendar),
            description=description,
            media_url=None if _by_reporter(entry) else media_of(_attachments(line)),
            external_status_code=entry.what,
        )


def _description(line: Happened, directory: AgencyDirectory) -> str:
    """What an office said to everybody, and where the case went; no word of the reporter's, who
    said it at the channel."""
    entry, words = line.entry, list[str | None]()
    if not _by_reporter(entry):
        said = line.said
        words += [said.note, said.reason] if said else [_noted(entry, "note")]
        if not any(words):
            words.append(_noted(entry, "reason"))
    if entry.what == verbs.CLOSED:
        words.append(sentences.NO_REPLY)
    if entry.agency_to and entry.agency_to != entry.agency_from:
        words.append(sentences.FORWARDED.format(agency=directory.agency_name(entry.agency_to)))
    return "\n\n".join(word for word in words if word)


def _noted(entry: Entry, name: str) -> str | None:
    value = entry.detail.get(name)
    return value if isinstance(value, str) else None


def _attachments(line: Happened) -> object:
    return line.said.attachments if line.said else ()


def _by_reporter(entry: Entry) -> bool:
    return entry.who.startswith("channel.")

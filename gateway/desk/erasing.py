"""Removes a person from what is held, and says where copies remain, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case import Case
from broker.domain.case.forgetting import forgotten, forgotten_line
from broker.errors import BrokerUnavailable, NotInstalled, StoreUnavailable, Unroutable
from broker.messaging import names
from config.language import gettext, worded
from consumers.cases.inputs import waits_under
from consumers.runtime.outside import Outside
from gateway.desk.session import DeskSession

CLOSING: Final = "Data pelapor dihapus atas permintaan."
"""What the reporter of an open case is told, which is closed first."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Where one may be, in how many messages of everybody (None: not known), and until when."""

    where: str
    messages: int | None
    until: str


@dataclass(frozen=True, slots=True)
class Erased:
    """``vacuum``: why the freed pages could not be written anew just now; None if they were.
    ``asked``: why RabbitMQ could not be asked for what lies in its queues, and told for its audit
    trail; None if it was."""

    vacuum: str | None
    copies: tuple[Copy, ...]
    asked: str | None


async def erase(office: DeskSession, case: Case, by: str, reason: str | None) -> Erased | None:
    """Remove it from the store; None for a case that is open, or gone meanwhile.

    Raises:
        StoreUnavailable: nothing was removed, or all but what ``vacuum`` does.
    """
    now = office.now()
    line = forgotten_line(case, by=by, reason=reason, at=now)
    waiting = (waits_under(case.tracking),)
    if not await office.store.erase(case.complaint_id, line, waiting, now):
        return None
    vacuum = await office.store.vacuum()
    counts: dict[str, int] = {}
    asked = None
    try:
        async with (
            office.reach() as outside,
            outside.client("pintu case forget") as client,
            outside.broker("pintu case forget").publisher(names.EVENTS) as publisher,
        ):
            asked = await _withdrawn(outside, case, now)
            # A replay of the trail removes the person again.
            await publisher.publish([forgotten(case, by=by, reason=reason, at=now)])
            for queue in _queues(case):
                try:
                    counts[queue], _ = await client.waiting(queue)
                except Unroutable:
                    counts[queue] = 0
    except (BrokerUnavailable, NotInstalled, Unroutable) as why:
        asked = str(why)
    return Erased(vacuum, tuple(_copies(case, office, counts, asked is None)), asked)


async def _withdrawn(outside: Outside, case: Case, now: datetime) -> str | None:
    """From what routers hold complaints against: they hear of it from the journal. Why it could not
    be; None where it was. It was withdrawn once already, when the case was closed."""
    try:
        journal = await outside.open_journal()
        try:
            await journal.fingerprints.withdraw([case.complaint_id], now)
        finally:
            await journal.close()
    except StoreUnavailable as why:
        return str(why)
    return None


def _queues(case: Case) -> tuple[str, ...]:
    agencies = {case.agency, *case.previous, *(other.agency for other in case.supporting)}
    return (
        *sorted(names.agency_queue(code) for code in agencies if code),
        names.channel_queue(case.channel),
        names.TRIAGE_QUEUE,
        names.PARKED_QUEUE,
    )


def _copies(case: Case, office: DeskSession, counts: dict[str, int], asked: bool) -> Iterator[Copy]:
    kept = office.rules.retention
    for queue in _queues(case):
        if asked and not counts.get(queue):
            continue
        until = gettext("read by that agency")
        if queue == names.PARKED_QUEUE:
            until = gettext("replayed or discarded: pintu parked list")
            if kept.parked is not None:
                until = worded("{until}; or {days} days old", until=until, days=kept.parked.days)
        elif not queue.startswith("agency."):
            until = worded("read, or {days} days old", days=kept.copies.days)
        yield Copy(queue, counts.get(queue), until)
    end = case.closed.at if case.closed else office.now()
    last = office.clocks.calendar.local_day(end + kept.audit_age)
    size = f"{kept.audit_bytes / 1e9:g} GB"
    yield Copy(
        names.AUDIT_STREAM,
        None,
        worded("{last:%Y-%m-%d}, or {size} of later events", last=last, size=size),
    )
    yield Copy(
        gettext("backups"), None, gettext("you delete them; after a restore: pintu audit replay")
    )
    yield Copy(
        gettext("systems of agencies and channels"), None, gettext("they delete it: tell them")
    )

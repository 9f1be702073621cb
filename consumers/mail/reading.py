"""From an event to the mails that are made of it: who hears of it, when, and what is said.

Nothing that a person wrote goes into a mail that is kept: codes and moments, no more. What a
template needs beyond them is looked up in the configuration and in the case when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from broker.contacts import KIND_OF, Contact, Contacts
from broker.domain.clocks import WorkingCalendar
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.ports import Mail
from schemas.envelope import dumps, event_type, loads
from schemas.limits import MAX_EVENT

_CODES: Final = (
    *("clock", "rung", "to", "state", "how", "role", "by", "respond_by", "resolve_by"),
    *("due_at", "closed_at"),
)
"""Fields of events that hold a code or a moment, and are carried on."""
_TOLD_IN_TWO: Final = ("merged", "separated")
_LONGEST: Final = 100


class Unreadable(ValueError):
    """No event of ours; the message quotes nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a mail needs of an event. ``to``: the role that an escalation names."""

    id: str
    verb: str
    complaint_id: str
    tracking: str
    agency: str | None
    to: str | None
    facts: dict[str, str]


def read_event(message: Incoming) -> Event | None:
    """The event of a message; None where no mail is ever made of its kind.

    Raises:
        Unreadable: it is none, or says less than an event of ours does.
    """
    verb, _, rest = message.routing_key.partition(".")
    if verb not in KIND_OF:
        return None
    if verb in _TOLD_IN_TWO and rest.partition(".")[0] == names.NOBODY:
        return None  # its channel hears it by itself; the agency's says more
    if len(message.body) > MAX_EVENT:
        raise Unreadable("longer than any event of ours")
    try:
        event = loads(message.body)
    except ValueError:
        raise Unreadable("no JSON") from None
    data = event.get("data") if isinstance(event, dict) else None
    if not isinstance(data, dict) or event.get("type") != event_type(verb):
        raise Unreadable(f"no {event_type(verb)}")
    id, complaint, tracking = event.get("id"), data.get("complaint_id"), data.get("tracking")
    if verb == "rejected" and complaint is None:
        return None  # of an update that named no case: there is nothing to open
    agency = data.get("agency", _agency_of(message.routing_key))
    if not (_short(id) and _uuid(complaint) and _short(tracking)):
        raise Unreadable("without an id, a complaint_id or a tracking code")
    if agency is not None and not (isinstance(agency, str) and names.is_code(agency)):
        raise Unreadable("its agency is no code")
    to = data.get("to")
    facts = {name: str(data[name]) for name in _CODES if _short(data.get(name))}
    facts |= _decided(data)
    return Event(str(id), verb, str(complaint), str(tracking), agency, to, facts)


def mails_of(
    event: Event, contacts: Contacts, calendar: WorkingCalendar, now: datetime
) -> list[Mail]:
    """One for each contact that is told; the same event gives the same ones whenever it comes."""
    return [
        Mail(
            id=str(uuid5(NAMESPACE_URL, _cause(event, contact))),
            kind=(kind := KIND_OF[event.verb]),
            verb=event.verb,
            role=contact.role,
            agency=contact.agency,
            of=event.agency,
            address=contact.address,
            complaint_id=event.complaint_id,
            tracking=event.tracking,
            facts=dumps(event.facts).decode(),
            digest=(waits := contact.digest is not None and kind != "escalations"),
            made_at=now,
            due_at=next_digest(contact.digest, calendar, now) if waits and contact.digest else now,
        )
        for contact in contacts.told(event.verb, event.agency, event.to)
    ]


def next_digest(at: time, calendar: WorkingCalendar, now: datetime) -> datetime:
    """The next moment after now at which it is that time of day on a working day."""
    day = calendar.local_day(now)
    while True:
        moment = datetime.combine(day, at, calendar.zone)
        if moment > now and calendar.is_working_day(day):
            return moment
        day += timedelta(days=1)


def _cause(event: Event, contact: Contact) -> str:
    return f"/pintu/mail#{event.id}|{contact.role}|{contact.agency or ''}|{contact.address.lower()}"


def _agency_of(routing_key: str) -> str | None:
    word = routing_key.split(".")[1] if routing_key.count(".") else ""
    return word if names.is_code(word) and word != names.TRIAGE else None


def _decided(data: Mapping[str, object]) -> dict[str, str]:
    """Topic and region of a decision: codes of the rules."""
    decision = data.get("decision")
    found = decision if isinstance(decision, dict) else {}
    return {name: found[name] for name in ("topic", "region") if _short(found.get(name))}


def _short(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


def _uuid(value: object) -> bool:
    try:
        return str(UUID(str(value))) == value
    except ValueError:
        return False

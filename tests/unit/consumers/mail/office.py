"""An event, the contacts of a small region, and what mails are made with; all of it made up."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from broker.contacts import Contact, Contacts, Kind
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.messaging.messages import Incoming
from config.loading.configuration import load_configuration
from consumers.mail.items import World
from schemas.properties import Properties

TOWN: Final = Path(__file__).parents[3] / "acceptance" / "town"
RULES, CLOCKS = load_configuration(TOWN)
NOW: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, 09:00 in Jakarta."""
COMPLAINT: Final = "0f8fad5b-d9cb-569f-a165-70867728950e"
TRACKING: Final = "7K3M-9QRT-2XWA"
EVERYTHING: Final[frozenset[Kind]] = frozenset(("complaints", "news", "escalations"))
DLH: Final = Contact("agency", "dlh", "loket@dlh.test", "Loket DLH", EVERYTHING)
HEAD: Final = Contact("head", "dlh", "kepala@dlh.test", "", frozenset(("escalations",)))
SECRET: Final = b"s" * 32


def contacts(*all_of_them: Contact, **more: Any) -> Contacts:
    return Contacts(tuple(all_of_them), **more)


def rules(found: Contacts) -> Rules:
    return replace(RULES, contacts=found)


def world(found: Contacts) -> World:
    return World(
        rules(found), CLOCKS.calendar.zone, "https://lapor.test", SECRET, timedelta(days=14)
    )


def clocks() -> SlaCalendar:
    return CLOCKS


def an_event(verb: str = "routed", agency: str | None = "dlh", **data: Any) -> Incoming:
    """As it lies in a queue."""
    body = {
        "specversion": "1.0",
        "id": data.pop("id", str(uuid4())),
        "source": "/pintu/router",
        "type": f"complaint.{verb}.v1",
        "data": {
            "complaint_id": COMPLAINT,
            "tracking": TRACKING,
            "agency": agency,
            "channel": "web",
            **data,
        },
    }
    key = f"{verb}.{agency or 'triage'}.web"
    return Incoming(json.dumps(body).encode(), "complaints.events", key, Properties(), False, 1)


def escalated(rung: str, to: str, agency: str | None = "dlh", clock: str = "response") -> Incoming:
    return an_event("escalated", agency, rung=rung, to=to, clock=clock, due_at=NOW.isoformat())


def digest_at(contact: Contact, hour: int) -> Contact:
    return replace(contact, digest=time(hour))

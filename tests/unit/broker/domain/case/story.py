"""A complaint's life told step by step: router and reader are real, the store is a record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from broker.domain.case import (
    Applied,
    Case,
    Context,
    Entry,
    Outcome,
    apply,
    fire,
    from_record,
    read,
    to_record,
)
from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Routed, handle_intake
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing, trace_of
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.envelope import CONTENT_TYPE
from schemas.properties import Properties
from schemas.updates import BadUpdate
from tests.support.regions import SMALL_REGION

RULES = load_rules(SMALL_REGION)
CLOCKS = load_clocks()
MONDAY = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
"""09:00 in Jakarta."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LIGHT = "lampu jalan padam"
"""Dishub, with PLN (outside the region) in support."""
ROAD = "jalan rusak parah"
"""DPUPR."""
BRIBE = "pungli di kantor"
"""Inspektorat, and the rules confirm oversight."""
NOTHING = "halo"
"""Triage."""


@dataclass(frozen=True)
class Said:
    """A published event, taken apart."""

    key: str
    id: str
    type: str
    source: str
    data: dict[str, Any]
    out: Outgoing


def said(out: Outgoing) -> Said:
    event = json.loads(out.body)
    assert event["id"] == out.message_id
    assert event["type"] == out.type
    assert event["subject"] == event["data"]["complaint_id"]
    return Said(out.routing_key, out.message_id, event["type"], event["source"], event["data"], out)


def an_update(
    complaint: UUID, key: str, *, id: str, time: datetime | None, **data: Any
) -> Incoming:
    verb = key.rsplit(".", 1)[-1]
    if verb == "resolved":
        data.setdefault("note", "Sudah ditangani.")
    event = {
        "specversion": "1.0",
        "id": id,
        "source": "/somebody",
        "type": f"complaint.{verb}.v1",
        "subject": str(complaint),
        "data": data,
    }
    if time is not None:
        event["time"] = time.isoformat()
    properties = Properties(content_type=CONTENT_TYPE, message_id=id)
    return Incoming(json.dumps(event).encode(), names.UPDATES, key, properties, False, 1)


def an_echo(out: Outgoing) -> Incoming:
    """An event of ours as the queue of the cases delivers it."""
    properties = Properties(content_type=CONTENT_TYPE, message_id=out.message_id)
    return Incoming(out.body, out.exchange, out.routing_key, properties, False, 1)


def routed_by_router(
    text: str,
    now: datetime,
    *,
    id: str = "c-1",
    rules: Rules = RULES,
    clocks: SlaCalendar = CLOCKS,
    **data: Any,
) -> Sequence[Outgoing]:
    """What the router publishes for a complaint from the web."""
    body = json.dumps({"text": text, **data}).encode()
    properties = Properties(content_type="application/json", message_id=id)
    message = Incoming(body, names.INTAKE, "web", properties, False, 1)
    outcome = handle_intake(message, rules, clocks, now=now, new_id=lambda: "fresh")
    assert isinstance(outcome, Routed)
    return outcome.publish


@dataclass
class Story:
    """The case of one complaint; each step is an hour after the last unless it says otherwise."""

    now: datetime = MONDAY
    rules: Rules = RULES
    clocks: SlaCalendar = CLOCKS
    watermark: datetime | None = None
    """The last moment at which everything had been read; by default the step before."""
    case: Case | None = None
    events: list[Said] = field(default_factory=list)
    history: list[Entry] = field(default_factory=list)
    last: Outcome | None = None
    causes: set[str] = field(default_factory=set)
    conversation: list[Any] = field(default_factory=list)
    """What was said, as the store keeps it while the case is open."""
    ids: Any = field(default_factory=lambda: count(1))

    def begins(self, text: str = LIGHT, **data: Any) -> "Story":
        """Routed by the router and read by the cases."""
        for out in routed_by_router(text, self.now, rules=self.rules, clocks=self.clocks, **data):
            self.reads(an_echo(out))
        return self

    def context(self, **changes: Any) -> Context:
        watermark = self.watermark if self.watermark is not None else self.now
        return replace(
            Context(self.now, min(watermark, self.now), self.rules, self.clocks), **changes
        )

    def reads(self, message: Incoming, **context: Any) -> Outcome:
        what = read(message)
        assert not isinstance(what, BadUpdate), what
        kept = self.case and json.loads(json.dumps(to_record(self.case)))
        case = from_record(kept, self.causes, len(self.history)) if kept else None
        if case is not None:
            case = replace(case, conversation=tuple(self.conversation))
        trace = trace_of(message.properties)
        return self._take(apply(case, what, self.context(**context), trace))

    def says(
        self, key: str, *, id: str | None = None, after: timedelta = HOUR, **data: Any
    ) -> Outcome:
        """An update, an hour later."""
        self.now += after
        context = data.pop("context", {})
        time = data.pop("time", self.now)
        message = an_update(self.complaint, key, id=id or f"u-{next(self.ids)}", time=time, **data)
        return self.reads(message, **context)

    def waits(self, until: datetime | timedelta) -> list[Said]:
        """Time passes, the escalations wake once; gives what they publish."""
        self.now = self.now + until if isinstance(until, timedelta) else until
        before = len(self.events)
        assert self.case is not None
        watermark = min(self.watermark, self.now) if self.watermark else self.now
        outcome = fire(
            self.case,
            self.clocks,
            now=self.now,
            watermark=watermark,
            name_of=self.rules.agency_name,
        )
        if outcome is not None:
            self._take(outcome)
        return self.events[before:]

    def _take(self, outcome: Outcome) -> Outcome:
        self.last = outcome
        if isinstance(outcome, Applied):
            self.case = outcome.case
            self.history += outcome.history
            self.events += map(said, outcome.publish)
            self.causes.update(outcome.causes)
            self.conversation += outcome.said
            if not outcome.case.open:
                self.conversation.clear()
        return outcome

    @property
    def it(self) -> Case:
        assert self.case is not None
        return self.case

    @property
    def complaint(self) -> UUID:
        return self.case.complaint_id if self.case else uuid5(UUID(int=0), "nobody")

    def keys(self, since: int = 0) -> list[str]:
        return [event.key for event in self.events[since:]]

    def one(self, key: str) -> Said:
        """The one event under that key."""
        [event] = [event for event in self.events if event.key == key]
        return event


def at(text: str) -> datetime:
    """A moment in Jakarta: `2026-02-09 16:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def escalated(events: Sequence[Said]) -> list[Said]:
    """Those that tell of a rung."""
    return [event for event in events if event.type == "complaint.escalated.v1"]


def rungs(events: Sequence[Said]) -> list[tuple[str, str, str, str]]:
    """Agency, clock, rung and role of each escalation."""
    return [
        (e.key.split(".")[1], e.data["clock"], e.data["rung"], e.data["to"])
        for e in events
        if e.type == "complaint.escalated.v1"
    ]


def without(day: date) -> SlaCalendar:
    """The clocks before that day was declared a day off."""
    calendar = CLOCKS.calendar
    holidays = {d: why for d, why in calendar.holidays.items() if d != day}
    return replace(
        CLOCKS,
        calendar=type(calendar)(zone=calendar.zone, holidays=holidays, covered=calendar.covered),
    )

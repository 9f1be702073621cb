"""Clocks that run out: rungs fire, holds end by themselves, answered cases close.

Everything up to the moment that the cases have reached in reading, oldest first, however late.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case
from broker.domain.case.deadlines import Due, soonest
from broker.domain.case.events import EventWriter, NameOf, unnamed
from broker.domain.case.history import History
from broker.domain.case.outcome import Applied, Entry
from broker.domain.case.replacing import replace
from broker.domain.clocks import BREACH, CLOSING, RESOLUTION, Holder, Rung, SlaCalendar, role_of
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.envelope import ESCALATIONS

_COORDINATOR: Final = Rung("coordinator", 0, "coordinator")
"""Who hears that a hold ended by itself."""


def fire(
    case: Case,
    clocks: SlaCalendar,
    *,
    now: datetime,
    watermark: datetime,
    source: str = ESCALATIONS,
    name_of: NameOf = unnamed,
) -> Applied | None:
    """Fire all that is due up to ``watermark``, in order; None where nothing is.

    Rungs skipped over by an outage are all fired, with their true lateness.
    ``now``: the present, for ``fired_at``. What is published bears the same ids in every try,
    whoever has the case by then. ``name_of``: names of agencies, for the channel.
    """
    watermark = min(watermark, now)
    if case.next_due is None or case.next_due > watermark:
        return None
    amended = amend(case, clocks, now=now)
    after = amended.case if amended else case
    history = list(amended.history) if amended else []
    publish: list[Outgoing] = []
    # One at a time: what the first does to the clocks may change the rest.
    while (due := soonest(after, clocks)) is not None and due.at <= watermark:
        step = Firing(after, due, clocks, now, source, name_of)
        after, events, lines = step.end() if due.rung is None else step.rung(due.rung)
        history += lines
        publish += events
    after = replace(after, next_due=due.at if due else None)
    return Applied(after, tuple(history), tuple(publish))


def amend(case: Case, clocks: SlaCalendar, *, now: datetime) -> Applied | None:
    """Deadlines of an open case moved to another calendar; None where it is on that one.

    Every open clock follows, one that stands still too, with a line of history for each that moved.
    """
    if not case.open or case.calendar == clocks.calendar.version:
        return None
    after = transitions.with_deadlines(case, case, clocks)
    moved = [
        Entry(
            at=now,
            recorded_at=now,
            who="calendar",
            what="deadline",
            state_from=case.state,
            state_to=after.state,
            agency_from=case.agency,
            agency_to=after.agency,
            detail={
                "clock": new.name,
                "start": new.start,
                "agency": new.agency,
                "from": old.due_at.isoformat(),
                "to": new.due_at.isoformat(),
                "calendar": clocks.calendar.version,
            },
        )
        for old, new in zip(case.clocks, after.clocks, strict=True)
        if old.due_at != new.due_at
    ]
    return Applied(after, tuple(moved))


_Step = tuple[Case, tuple[Outgoing, ...], tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class Firing:
    """One thing that is due, and the case as it is by then."""

    case: Case
    due: Due
    clocks: SlaCalendar
    now: datetime
    source: str
    name_of: NameOf

    def rung(self, rung: Rung) -> _Step:
        clock = self.due.clock
        fired = tuple(c.fire(rung.name) if c.key == clock.key else c for c in self.case.clocks)
        after = replace(self.case, clocks=fired)
        told: tuple[Outgoing, ...] = (self._escalated(after, rung),)
        if clock.kind is RESOLUTION and rung.name == BREACH:
            told += (self._overdue(after),)
        return after, told, self._line(after, verbs.ESCALATED, rung)

    def end(self) -> _Step:
        return self._closed() if self.due.clock.kind is CLOSING else self._waited()

    def _closed(self) -> _Step:
        at, by = self.due.at, f"clock.{self.due.clock.name}"
        after = transitions.closed(self.case, at, by, "closing", sentences.NO_REPLY)
        after = transitions.with_deadlines(self.case, after, self.clocks)
        return after, self._events().closed(after), self._line(after, verbs.CLOSED)

    def _waited(self) -> _Step:
        """The hold ends by itself: the agency and the coordinator hear it, and the channel."""
        at, by = self.due.at, f"clock.{self.due.clock.name}"
        after = transitions.with_deadlines(
            self.case, transitions.hold_ended(self.case, at), self.clocks
        )
        events = self._events()
        resumed = events.mirrored(
            after, verbs.RESUMED, by=by, at=at, said={"reason": sentences.WAITED}
        )
        told = self._escalated(after, _COORDINATOR)
        return after, (resumed, told), self._line(after, verbs.RESUMED)

    def _events(self, rung: str | None = None) -> EventWriter:
        """The cause is the clock, its n-th start and the rung."""
        clock = self.due.clock
        cause = f"{clock.name}|{clock.start}" + (f"|{rung}" if rung else "")
        return EventWriter(cause, self.now, self.source, self.case.trace, self.name_of)

    def _escalated(self, case: Case, rung: Rung) -> Outgoing:
        clock, at = self.due.clock, self.due.at
        agency = clock.agency_of(case.agency)
        data = {
            "clock": clock.name,
            "start": clock.start,
            "rung": rung.name,
            "to": role_of(rung, self._holder(case, agency)),
            "due_at": clock.due_at,
            "fired_at": self.now,
            "late_seconds": round(max((self.now - at).total_seconds(), 0.0), 3),
            "policy": dict(zip(("id", "version"), case.policy, strict=True)),
            "state": case.state,
        }
        return self._events(rung.name).say(
            case, verbs.ESCALATED, agency, data, id_agency=clock.agency
        )

    def _overdue(self, case: Case) -> Outgoing:
        """For the channel alone, once, without a text: the reporter may take it onward."""
        clock = self.due.clock
        agency = clock.agency_of(case.agency)
        data = {
            "agency_name": self.name_of(agency) if agency else None,
            "due_at": clock.due_at,
        }
        return self._events(BREACH).say(case, verbs.OVERDUE, agency, data, id_agency=clock.agency)

    def _holder(self, case: Case, agency: str | None) -> Holder:
        if agency is None:
            return "triage"
        other = case.supports(agency)
        external = other.external if other else case.external
        return "external" if external else "agency"

    def _line(self, after: Case, what: str, rung: Rung | None = None) -> tuple[Entry, ...]:
        clock = self.due.clock
        detail = {
            "clock": clock.name,
            "start": clock.start,
            "agency": clock.agency,
            "rung": rung.name if rung else None,
            "due_at": clock.due_at.isoformat(),
        }
        history = History(self.now, f"clock.{clock.name}", self.case)
        return history.line(after, what, self.due.at, detail)

"""Clocks that run out: rungs fire, holds end by themselves, answered cases close.

Everything up to the moment that the cases have reached in reading, oldest first, however late.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.domain.case import changes
from broker.domain.case.clock import CaseClock
from broker.domain.case.events import Voice
from broker.domain.case.history import History
from broker.domain.case.model import Case, policy_of
from broker.domain.case.outcome import Applied, Entry
from broker.domain.clocks import Clocks, Holder, Rung, role_of, rung_times
from broker.domain.outcome import Outgoing
from schemas import verbs
from schemas.envelope import ESCALATIONS

NO_REPLY: Final = "Tidak ada tanggapan pelapor setelah jawaban akhir."
WAITED: Final = "Pelapor tidak menjawab; tenggat berjalan lagi."

_COORDINATOR: Final = Rung("coordinator", 0, "coordinator")
"""Who hears that a hold ended by itself."""


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due at ``at``: a rung of a clock, or (``rung`` None) the end of the clock."""

    clock: CaseClock
    rung: Rung | None
    at: datetime


def upcoming(case: Case, clocks: Clocks) -> tuple[Due, ...]:
    """All that is to come, in order of time, as things stand now."""
    return tuple(sorted(_upcoming(case, clocks), key=lambda due: due.at))


def next_due(case: Case, clocks: Clocks) -> datetime | None:
    """When the case is to be looked at next, if nothing happens to it before; None for never."""
    return min((due.at for due in _upcoming(case, clocks)), default=None)


def due_items(case: Case, clocks: Clocks, reached: datetime) -> tuple[Due, ...]:
    """What of it falls due up to that moment. Firing the first may change the rest."""
    return tuple(due for due in upcoming(case, clocks) if due.at <= reached)


def fire(
    case: Case, clocks: Clocks, *, now: datetime, reached: datetime, source: str = ESCALATIONS
) -> Applied | None:
    """Fire all that is due up to ``reached``, in order; None where nothing is.

    ``now``: the present, for ``fired_at``. What is published bears the same ids in every try,
    whoever has the case by then.
    """
    after, history, publish = case, list[Entry](), list[Outgoing]()
    while due := due_items(after, clocks, min(reached, now)):
        before = after
        step = _Firing(before, due[0], clocks, now, source)
        after, events, lines = step.end() if due[0].rung is None else step.rung(due[0].rung)
        history += lines
        publish += events
    if after is case:
        return None
    return Applied(after, tuple(history), tuple(publish))


def _upcoming(case: Case, clocks: Clocks) -> Iterator[Due]:
    if not case.open:
        return
    policy = policy_of(case, clocks)
    for clock in case.clocks:
        if clock.name in ("waiting", "closing"):
            if clock.open:
                yield Due(clock, None, clock.due_at)
            continue
        # What came while it ran is still owed after it stopped or began to stand still: who
        # answered too late was late, however far behind we are.
        until = clock.stopped_at or clock.held_at
        started, due_at = clock.started_at, clock.due_at
        for time in rung_times(started, due_at, policy, clock.name, clocks.calendar):
            if time.rung.name not in clock.fired and (until is None or time.at < until):
                yield Due(clock, time.rung, time.at)


_Step = tuple[Case, tuple[Outgoing, ...], tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class _Firing:
    """One thing that is due, and the case as it is by then."""

    case: Case
    due: Due
    clocks: Clocks
    now: datetime
    source: str

    def rung(self, rung: Rung) -> _Step:
        clock = self.due.clock
        fired = tuple(c.fire(rung.name) if c.key == clock.key else c for c in self.case.clocks)
        after = replace(self.case, clocks=fired)
        return after, (self._escalated(after, rung),), self._line(after, verbs.ESCALATED, rung)

    def end(self) -> _Step:
        return self._closed() if self.due.clock.name == "closing" else self._waited()

    def _closed(self) -> _Step:
        at, by = self.due.at, f"clock.{self.due.clock.name}"
        after = changes.closed(self.case, at, by, "closing", NO_REPLY)
        after = changes.settled(self.case, after, self.clocks)
        return after, self._voice().closed(after), self._line(after, verbs.CLOSED)

    def _waited(self) -> _Step:
        """The hold ends by itself: the agency and the coordinator hear it, and the channel."""
        at, by = self.due.at, f"clock.{self.due.clock.name}"
        after = changes.settled(self.case, changes.hold_ended(self.case, at), self.clocks)
        voice = self._voice()
        resumed = voice.mirrored(after, verbs.RESUMED, by=by, at=at, said={"reason": WAITED})
        told = self._escalated(after, _COORDINATOR)
        return after, (resumed, told), self._line(after, verbs.RESUMED)

    def _voice(self, rung: str | None = None) -> Voice:
        """The cause is the clock, its n-th start and the rung."""
        clock = self.due.clock
        cause = f"{clock.name}|{clock.start}" + (f"|{rung}" if rung else "")
        return Voice(cause, self.now, self.source)

    def _escalated(self, case: Case, rung: Rung) -> Outgoing:
        clock, at = self.due.clock, self.due.at
        # The resolution clock is that of whoever has the case, the others are their agency's.
        agency = case.agency if clock.name == "resolution" else clock.agency
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
        return self._voice(rung.name).say(
            case, verbs.ESCALATED, agency, data, id_agency=clock.agency
        )

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

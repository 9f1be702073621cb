"""One clock of a case: when it started, when it stood still, when it stopped. A value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.domain.case.replacing import replace
from broker.domain.clocks import KINDS, ClockKind, ClockName, Debtor, Hold


@dataclass(frozen=True, slots=True)
class CaseClock:
    """The ``start``-th start of the clock ``name`` in its case, counted from one.

    ``agency``: whose it is; of ``resolution`` the one that had the case at the start, of
    ``verification`` none. ``holds``: spans in which it stood still; ``held_at``: since when it
    stands still now; ``stopped_at``: None while it is open; ``fired``: names of rungs.

    Every moment is put no earlier than the last one of this clock: one sender's clock that is
    behind another's bends no span, and nobody's update moves the clock of somebody else.
    """

    name: ClockName
    start: int
    agency: str | None
    started_at: datetime
    due_at: datetime
    holds: tuple[Hold, ...] = ()
    held_at: datetime | None = None
    stopped_at: datetime | None = None
    fired: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[ClockName, int]:
        return self.name, self.start

    @property
    def kind(self) -> ClockKind:
        return KINDS[self.name]

    def agency_of(self, lead: str | None) -> str | None:
        """Whose matter it is while ``lead`` has the case; None is the desk's."""
        return lead if self.kind.debtor is Debtor.LEAD else self.agency

    @property
    def open(self) -> bool:
        """Neither stopped nor ended; it may stand still."""
        return self.stopped_at is None

    @property
    def running(self) -> bool:
        return self.stopped_at is None and self.held_at is None

    def hold(self, at: datetime) -> CaseClock:
        return replace(self, held_at=self._not_before(at)) if self.running else self

    def resume(self, at: datetime) -> CaseClock:
        if self.held_at is None:
            return self
        hold = Hold(self.held_at, self._not_before(at))
        return replace(self, holds=(*self.holds, hold), held_at=None)

    def stop(self, at: datetime) -> CaseClock:
        if not self.open:
            return self
        return replace(self.resume(at), stopped_at=self._not_before(at))

    def go_on(self, at: datetime) -> CaseClock:
        """After a stop: the time between counts as a hold."""
        if self.stopped_at is None:
            return self
        hold = Hold(self.stopped_at, max(at, self.stopped_at))
        return replace(self, holds=(*self.holds, hold), stopped_at=None)

    def fire(self, rung: str) -> CaseClock:
        return replace(self, fired=(*self.fired, rung))

    def _not_before(self, at: datetime) -> datetime:
        last = self.held_at or (self.holds[-1].end if self.holds else self.started_at)
        return max(at, last)

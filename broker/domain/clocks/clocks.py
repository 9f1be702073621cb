"""Deadlines of a complaint: calendar and policies together, and what a hold does to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial

from broker.domain.clocks.calendar import WorkingCalendar
from broker.domain.clocks.kinds import ClockName
from broker.domain.clocks.policies import Policy, policy_for
from schemas.complaint import Classification

_REMEMBERED = 128
"""Deadlines kept in memory: those of one batch, whose messages share their moment."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A span in which a clock stood still, of aware moments; raises ValueError if it runs back."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a hold ends before it starts")


def closes_held(calendar: WorkingCalendar, start: datetime, holds: Iterable[Hold]) -> int:
    """Closes of business that passed during holds of a clock that started at `start`.

    What holds share counts once, and what lies before the start does not count.
    """
    closes, reached = 0, start
    for hold in sorted(holds, key=lambda h: h.start):
        if hold.end > reached:
            closes += calendar.closes_passed(max(hold.start, reached), hold.end)
            reached = hold.end
    return closes


def due_at(
    calendar: WorkingCalendar, start: datetime, days: int, holds: Iterable[Hold] = ()
) -> datetime:
    """The deadline of a clock: `days` working days, moved on by what its holds took.

    Computed from the start each time, so the same call after an amendment of the calendar gives
    the deadline that now holds.
    """
    return calendar.deadline(start, days + closes_held(calendar, start, holds))


@dataclass(frozen=True, slots=True)
class SlaCalendar:
    """All that deadlines depend on: the calendar, and the policies in order of `valid_from`.

    `warnings`: what is odd about the configuration that they came from.
    Every method takes an aware moment and gives an aware one in the calendar's zone. Without a
    `policy`, the one in force on the local day of the start; a case that goes on hands in its own.
    """

    calendar: WorkingCalendar
    policies: tuple[Policy, ...]
    warnings: tuple[str, ...] = ()
    superseded: tuple[Policy, ...] = ()
    """Earlier versions, in force on no day: a case that began under one goes on under it."""
    _fresh: Callable[[ClockName, datetime, int, Classification, bool], datetime] = field(
        init=False, repr=False, compare=False
    )
    _days: Callable[[datetime, int], date] = field(init=False, repr=False, compare=False)
    _closes: Callable[[date, int], datetime] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        remembered = lru_cache(_REMEMBERED)(partial(_fresh_due, self.calendar, self.policies))
        object.__setattr__(self, "_fresh", remembered)
        days = lru_cache(_REMEMBERED)(partial(_local_day, self.calendar))
        object.__setattr__(self, "_days", days)
        closes = lru_cache(_REMEMBERED)(partial(_close_after, self.calendar))
        object.__setattr__(self, "_closes", closes)

    def local_day(self, moment: datetime) -> date:
        """The day it is at that moment in the calendar's zone."""
        return self._days(moment, moment.fold)

    def close_after(self, moment: datetime, days: int) -> datetime:
        """The close of business so many working days after the local day of a moment; before it
        for a negative number."""
        return self._closes(self.local_day(moment), days)

    def policy_at(self, start: datetime) -> Policy:
        """The policy for a case that starts then."""
        return policy_for(self.policies, self.local_day(start))

    def policy_named(self, policy_id: str, version: str) -> Policy:
        """The policy of that id and version; raises KeyError where the configuration lost it."""
        for policy in (*self.policies, *self.superseded):
            if (policy.id, policy.version) == (policy_id, version):
                return policy
        raise KeyError(f"{policy_id} {version}")

    def due(
        self,
        clock: ClockName,
        start: datetime,
        *,
        classification: Classification = "complaint",
        oversight: bool = False,
        holds: Iterable[Hold] = (),
        policy: Policy | None = None,
    ) -> datetime:
        """The deadline of any clock that started at `start`."""
        if policy is None and not holds:
            # Moments that differ in nothing but `fold` are equal, yet not the same.
            return self._fresh(clock, start, start.fold, classification, oversight)
        policy = policy or self.policy_at(start)
        days = policy.days.of(clock, classification, oversight)
        if not holds and days >= 1:
            return self.close_after(start, days)
        return due_at(self.calendar, self.calendar.local(start), days, holds)

    def respond_by(self, routed_at: datetime, policy: Policy | None = None) -> datetime:
        return self.due("response", routed_at, policy=policy)

    def resolve_by(
        self,
        routed_at: datetime,
        classification: Classification,
        oversight: bool,
        policy: Policy | None = None,
    ) -> datetime:
        """`routed_at`: first routed to an agency; `oversight`: confirmed by rules or desk."""
        return self.due(
            "resolution",
            routed_at,
            classification=classification,
            oversight=oversight,
            policy=policy,
        )


def _local_day(calendar: WorkingCalendar, moment: datetime, _fold: int) -> date:
    return calendar.local_day(moment)


def _close_after(calendar: WorkingCalendar, day: date, days: int) -> datetime:
    return calendar.close_of(calendar.add_working_days(day, days))


def _fresh_due(
    calendar: WorkingCalendar,
    policies: Sequence[Policy],
    clock: ClockName,
    start: datetime,
    _fold: int,
    classification: Classification,
    oversight: bool,
) -> datetime:
    """The deadline of a clock that was never held, under the policy of the day it started."""
    local = calendar.local(start)
    days = policy_for(policies, local.date()).days
    return calendar.deadline(local, days.of(clock, classification, oversight))

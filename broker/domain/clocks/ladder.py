"""The ladder: who hears of a clock that runs out, and when. Decides; fires nothing itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from broker.domain.clocks.calendar import WorkingCalendar
from broker.domain.clocks.policies import Clock, Policy, Role, Rung

Holder = Literal["agency", "external", "triage"]
"""Who has the complaint: an agency of the region, a body outside it, or the desk."""


@dataclass(frozen=True, slots=True)
class RungTime:
    """A rung of one running clock and the moment at which it is to fire."""

    rung: Rung
    at: datetime


@dataclass(frozen=True, slots=True)
class Fire:
    """The rung is due."""

    rung: Rung
    at: datetime

    def late(self, now: datetime) -> timedelta:
        """How far behind its time it fires."""
        return now - self.at


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `at`, when `rung` falls due."""

    rung: Rung
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The ladder is climbed, or there is none."""


def rungs_of(policy: Policy, clock: Clock) -> tuple[Rung, ...]:
    """The rungs of a clock, in the order of their times.

    `waiting` and `closing` have none: they end by themselves.
    """
    if clock in ("waiting", "closing"):
        return ()
    return policy.climb


def rung_times(
    clock_start: datetime, due_at: datetime, policy: Policy, clock: Clock, calendar: WorkingCalendar
) -> tuple[RungTime, ...]:
    """When each rung fires: the close of business so many working days from the deadline.

    A rung whose time does not lie after the start of its clock is left out.
    """
    day = calendar.local_day(due_at)
    times: list[RungTime] = []
    for rung in rungs_of(policy, clock):
        at = due_at
        if rung.offset:
            at = calendar.close_of(calendar.add_working_days(day, rung.offset))
        if at > clock_start:
            times.append(RungTime(rung, at))
    return tuple(times)


def next_rung(
    times: Iterable[RungTime], fired: Collection[str], now: datetime
) -> Fire | Wait | Done:
    """What to do about a running clock at `now`, `fired` being the names of rungs that have fired.

    The earliest that has not fired comes first, however late, so an outage leaves none out; one
    that fired stays fired, wherever its time has moved since. A clock that stands still (a hold)
    is not to be asked about.
    """
    for time in sorted(times, key=lambda t: t.at):
        if time.rung.name not in fired:
            return (Fire if time.at <= now else Wait)(time.rung, time.at)
    return Done()


def role_of(rung: Rung, holder: Holder) -> Role:
    """The role to be told. For a body outside the region every rung goes to the coordinator.

    In triage there is no agency and no head of one: what would go to them goes to the
    coordinator, whose desk it lies on.
    """
    if holder == "external" or (holder == "triage" and rung.to in ("agency", "head")):
        return "coordinator"
    return rung.to

"""How a clock stands, in words: how many working days are left or late."""

from datetime import datetime

from broker.domain.case import CaseClock
from broker.domain.clocks import WorkingCalendar
from config.language import gettext, worded, worded_many


def days_left(clock: CaseClock, now: datetime, calendar: WorkingCalendar) -> int | None:
    """Working days to the deadline of an open clock, nought on its last day; negative if late.

    While it stands still, as many as will be left when it goes on. None once it has stopped, and
    on the day on which it became late, which is no whole day yet.
    """
    at = clock.held_at or now
    if not clock.open:
        return None
    day, last = calendar.local_day(at), calendar.local_day(clock.due_at)
    if at <= clock.due_at:
        return calendar.working_days_between(day, last)
    return -calendar.working_days_between(last, day) or None


def standing(clock: CaseClock, now: datetime, calendar: WorkingCalendar) -> str:
    """A few words on a clock."""
    if clock.stopped_at is not None:
        return _stopped(clock, clock.stopped_at, calendar)
    left = days_left(clock, now, calendar)
    if clock.held_at is not None:
        return worded("stands still, {left}", left=_left(left))
    if clock.kind.ends_by_itself:
        return worded("ends by itself, {left}", left=_left(left))
    return _left(left)


def _left(left: int | None) -> str:
    if left is None:
        return gettext("late since its last day")
    if left == 0:
        return gettext("due today")
    if left > 0:
        return worded_many("{n} working day left", "{n} working days left", left)
    return worded_many("{n} working day late", "{n} working days late", -left)


def _stopped(clock: CaseClock, at: datetime, calendar: WorkingCalendar) -> str:
    if clock.kind.ends_by_itself:
        return gettext("stopped")
    if at <= clock.due_at:
        return gettext("stopped in time")
    days = calendar.working_days_between(calendar.local_day(clock.due_at), calendar.local_day(at))
    if not days:
        return gettext("stopped late, on its last day")
    return worded_many("stopped {n} working day late", "stopped {n} working days late", days)

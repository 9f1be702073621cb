"""How a deadline stands, in a few words of the language in use."""

from datetime import datetime

from broker.domain.case import Case, CaseClock
from broker.domain.clocks import VERIFICATION, WorkingCalendar
from config.language import gettext, ngettext
from gateway.desk.deadlines import days_left
from gateway.desk.words import CLOCKS, word


def standing_word(clock: CaseClock, now: datetime, calendar: WorkingCalendar) -> str:
    """How many working days are left or late; how it stopped."""
    if clock.stopped_at is not None:
        if clock.kind.ends_by_itself:
            return gettext("stopped")
        in_time = clock.stopped_at <= clock.due_at
        return gettext("stopped in time") if in_time else gettext("stopped late")
    left = _left(days_left(clock, now, calendar))
    if clock.held_at is not None:
        return gettext("stands still, {left}").format(left=left)
    if clock.kind.ends_by_itself:
        return gettext("ends by itself, {left}").format(left=left)
    return left


def due_word(clock: CaseClock, now: datetime, calendar: WorkingCalendar) -> str:
    """The clock, and how it stands."""
    return f"{word(CLOCKS, clock.name)}: {standing_word(clock, now, calendar)}"


def days_waiting(case: Case, now: datetime, calendar: WorkingCalendar) -> int:
    """Working days for which a case has waited for the desk or its agency, as it lies now."""
    clock = case.clock(VERIFICATION.name) if case.agency is None else case.response
    since = clock.started_at if clock is not None else case.placed_at
    return calendar.working_days_between(calendar.local_day(since), calendar.local_day(now))


def days_late(due_at: datetime, now: datetime, calendar: WorkingCalendar) -> int:
    """Working days since a deadline; nought on the day on which it passed."""
    return calendar.working_days_between(calendar.local_day(due_at), calendar.local_day(now))


def late_word(days: int) -> str:
    """For how long somebody is late."""
    if days <= 0:
        return gettext("late since its last day")
    return ngettext("{n} working day late", "{n} working days late", days).format(n=days)


def aged(days: int) -> str:
    """The class of a row by the days that it has waited: three and five are told apart."""
    return "aged-5" if days >= 5 else "aged-3" if days >= 3 else ""


def _left(left: int | None) -> str:
    if left is None:
        return gettext("late since its last day")
    if left == 0:
        return gettext("due today")
    if left < 0:
        return late_word(-left)
    return ngettext("{n} working day left", "{n} working days left", left).format(n=left)

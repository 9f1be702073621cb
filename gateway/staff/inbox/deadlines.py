"""Deadlines in words and colours: how many working days are left, or late."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from broker.domain.case import Case, CaseClock
from broker.domain.case.inbox import Role, owed_at
from broker.domain.clocks import CLOSING, RESOLUTION, RESPONSE, WAITING, WorkingCalendar
from config.language import gettext, marked, ngettext
from gateway.desk.deadlines import days_left

Colour = Literal["late", "soon", "calm", "still", "over"]

SOON: Final = 2
"""Working days that are left, and fewer, are coloured."""
_NAMES: Final = {
    RESPONSE.name: marked("First answer by"),
    RESOLUTION.name: marked("Final answer by"),
    WAITING.name: marked("Waits for the reporter until"),
    CLOSING.name: marked("Closes by itself on"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """``words``: how it stands; the colour says nothing that they do not."""

    name: str
    due_at: datetime
    words: str
    colour: Colour


def deadlines_of(
    case: Case, agency: str, role: Role, now: datetime, calendar: WorkingCalendar
) -> list[Deadline]:
    """Those that concern the agency: of each clock the last start."""
    found = list[Deadline]()
    for name, label in _NAMES.items():
        if role == "supporting" and name != RESPONSE.name:
            continue
        clock = case.clock(name, agency) if name == RESPONSE.name else case.clock(name)
        if clock is None or (clock.kind.ends_by_itself and not clock.open):
            continue
        words, colour = _standing(clock, now, calendar)
        found.append(Deadline(gettext(label), clock.due_at, words, colour))
    return found


def first_deadline(
    case: Case, agency: str, now: datetime, calendar: WorkingCalendar
) -> Deadline | None:
    """What the agency owes first; of a case that waits for its reporter until when it waits."""
    owed = owed_at(case, agency)
    if owed is not None:
        words, colour = due_words(owed, now, calendar)
        return Deadline("", owed, words, colour)
    for clock in (case.clock(WAITING.name), case.clock(CLOSING.name)):
        if clock is not None and clock.open and case.agency == agency:
            return Deadline("", clock.due_at, due_words(clock.due_at, now, calendar)[0], "still")
    return None


def due_words(due: datetime, now: datetime, calendar: WorkingCalendar) -> tuple[str, Colour]:
    """How many working days are left of a deadline that runs."""
    day, last = calendar.local_day(now), calendar.local_day(due)
    if now > due:
        late = calendar.working_days_between(last, day)
        return _late(late), "late"
    left = calendar.working_days_between(day, last)
    if left == 0:
        return gettext("due today"), "soon"
    words = ngettext("{n} working day left", "{n} working days left", left).format(n=left)
    return words, "soon" if left <= SOON else "calm"


def _standing(clock: CaseClock, now: datetime, calendar: WorkingCalendar) -> tuple[str, Colour]:
    if clock.stopped_at is not None:
        if clock.stopped_at <= clock.due_at:
            return gettext("answered in time"), "over"
        return gettext("answered late"), "over"
    if clock.held_at is not None:
        left = days_left(clock, now, calendar)
        if left is None or left < 0:
            return gettext("stands still; was late before"), "still"
        words = ngettext(
            "stands still; {n} working day left", "stands still; {n} working days left", left
        )
        return words.format(n=left), "still"
    words, colour = due_words(clock.due_at, now, calendar)
    return words, "still" if clock.kind.ends_by_itself else colour


def _late(days: int) -> str:
    if days <= 0:
        return gettext("late since today")
    return ngettext("{n} working day late", "{n} working days late", days).format(n=days)

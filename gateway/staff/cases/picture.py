"""The ladder of a clock as a picture: where its moments and holds lie on a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from config.language import gettext
from gateway.desk.due_words import standing_word
from gateway.desk.ladders import Ladder, Mark, What
from gateway.desk.session import DeskSession
from gateway.desk.words import CLOCKS, ROLES, RUNGS, word
from gateway.staff.cases.rows import agency_name

WIDTH: Final = 700
EDGE: Final = 20
_APART: Final = 18
"""So far apart two signs lie at least, so that their numbers can be read."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A moment: its place on the line, its number there and in the table, and what it is. ``x``:
    where it is drawn, which is further to the right where others are near; ``at``: where it is."""

    n: int
    x: int
    true_x: int
    what: What
    at: datetime
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A hold, from ``x`` on so wide."""

    x: int
    width: int
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Picture:
    """``now_x``: None once the clock has stopped; ``due_x``: of its deadline."""

    name: str
    whose: str
    standing: str
    late: bool
    signs: tuple[Sign, ...]
    bars: tuple[Bar, ...]
    due_x: int
    now_x: int | None
    end_x: int
    now: datetime | None


def picture(ladder: Ladder, office: DeskSession) -> Picture:
    """Of one clock, in the language in use."""
    clock, moments = ladder.clock, [mark.at for mark in ladder.marks]
    line = _Line(min(moments), max(*moments, *(hold.end for hold in ladder.holds), min(moments)))
    signs = _signs(ladder.marks, line)
    nth = f" ({clock.start})" if clock.start > 1 else ""
    now = next((line.x(mark.at) for mark in ladder.marks if mark.what == "now"), None)
    last = now if clock.stopped_at is None else line.x(clock.stopped_at)
    return Picture(
        name=word(CLOCKS, clock.name) + nth,
        whose=agency_name(clock.agency, office),
        standing=standing_word(clock, office.now(), office.clocks.calendar),
        late=ladder.late,
        signs=signs,
        bars=tuple(
            Bar(
                line.x(hold.start),
                max(line.x(hold.end) - line.x(hold.start), 2),
                hold.start,
                None if hold.open else hold.end,
            )
            for hold in ladder.holds
        ),
        due_x=line.x(clock.due_at),
        now_x=now,
        end_x=line.x(moments[-1]) if last is None else last,
        now=next((mark.at for mark in ladder.marks if mark.what == "now"), None),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    first: datetime
    last: datetime

    def x(self, at: datetime) -> int:
        """Where a moment lies."""
        whole = max(self.last - self.first, timedelta(seconds=1))
        share = (at - self.first) / whole
        return EDGE + round(min(max(share, 0.0), 1.0) * (WIDTH - 2 * EDGE))


def _signs(marks: Sequence[Mark], line: _Line) -> tuple[Sign, ...]:
    """Numbered in the order of time; now has no number, it is a line of its own."""
    shown, before = list[Sign](), -_APART
    counted = [mark for mark in marks if mark.what != "now"]
    for n, mark in enumerate(counted, 1):
        room = WIDTH - EDGE - (len(counted) - n) * _APART
        x = min(max(line.x(mark.at), before + _APART), max(room, before + _APART))
        before = x
        name, role = _name(mark), word(ROLES, mark.role) if mark.role else ""
        shown.append(Sign(n, x, line.x(mark.at), mark.what, mark.at, name, role))
    return tuple(shown)


def _name(mark: Mark) -> str:
    if mark.rung is not None:
        return word(RUNGS, mark.rung)
    names = {
        "start": gettext("Start"),
        "due": gettext("Deadline"),
        "end": gettext("Ends by itself"),
        "stopped": gettext("Stopped"),
    }
    return names.get(mark.what, mark.what)

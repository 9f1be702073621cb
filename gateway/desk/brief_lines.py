"""Cases as one or two lines on a terminal, whatever its width: the tracking code is never cut."""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from broker.domain.case import Case, Said, State
from broker.domain.clocks import VERIFICATION
from config.language import gettext, worded, worded_many
from gateway.desk.code_words import word
from gateway.desk.deadlines import days_left, standing
from gateway.desk.rows import soonest_owed
from gateway.desk.session import DeskSession
from gateway.text.printable import printable

ONE_LINE: Final = 140
"""Columns from which on facts and text stand on one line."""
_GAP: Final = "  "
_CODE: Final = 14
_INDENT: Final = " " * (_CODE + len(_GAP))
_FACTS: Final = 62
"""Columns of the facts where the text stands beside them."""
_LEAST: Final = 16
"""Columns of text below which it is not worth a place beside something else."""
_SHORTENED: Final = "…"


def case_lines(case: Case, last: Said | None, office: DeskSession, width: int) -> list[Text]:
    """A case as `pintu case list` shows it. ``last``: the newest that was said in it."""
    facts = [word(case.state), _due(case, office), case.agency or word("triage"), case.channel]
    return _lines(case, facts, last, width)


def triage_lines(case: Case, last: Said | None, office: DeskSession, width: int) -> list[Text]:
    """A case that waits for the desk, with the two best candidates."""
    clock = case.clock(VERIFICATION.name)
    left = standing(clock, office.now(), office.clocks.calendar) if clock else "-"
    held = [gettext("asked")] if case.state is State.HELD else []
    best = [
        f"{one.agency} {one.confidence:.0%}"
        for one in case.decision.alternatives
        if one.agency not in case.previous
    ]
    facts = [*held, left, case.channel, *(["? " + ", ".join(best[:2])] if best else [])]
    return _lines(case, facts, last, width)


def one_line(text: str | None) -> str:
    """Text of any form on one line, with what a terminal would act on escaped."""
    return printable(" ".join((text or "").split()))


def shortened(text: str, width: int) -> str:
    """At most so many columns of a terminal; what is cut off shows as an ellipsis."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return _SHORTENED[:width]
    return set_cell_size(text, width - 1).rstrip() + _SHORTENED


def spoken(last: Said | None) -> str:
    """Who spoke last, and the words; empty where nobody has."""
    if last is None:
        return ""
    words = one_line(last.note or last.reason or last.internal_note)
    return f"{called_shortly(last.by)}: {words or word(last.verb)}"


def called_shortly(by: str) -> str:
    """``reporter`` for a channel, which speaks for him; the agency's code; ``desk``."""
    who, _, name = by.partition(".")
    return word("reporter") if who == "channel" else name if who == "agency" else word(who)


def _lines(case: Case, facts: list[str], last: Said | None, width: int) -> list[Text]:
    told, text, said = _GAP.join(facts), _text_of(case), spoken(last)
    style = "yellow" if last is not None and last.by.startswith("channel.") else "dim"
    head = Text(case.tracking, style="bold")
    if width >= ONE_LINE:
        room = width - len(_INDENT) - _FACTS - len(_GAP)
        facts_there = set_cell_size(shortened(told, _FACTS), _FACTS)
        first = head.append(f"{_GAP}{facts_there}{_GAP}{shortened(text, room)}", style="not bold")
        below = Text(_INDENT).append(shortened(said, width - len(_INDENT)), style=style)
        return [first, below] if said else [first]
    room = max(width - len(_INDENT), 0)
    first = head.append(_GAP + shortened(told, room), style="not bold") if room else head
    words = _Shares(text, said).of(room)
    second = Text(_INDENT).append(words.text)
    if words.said:
        second.append(_GAP if words.text else "").append(words.said, style=style)
    return [first] if room < _LEAST else [first, second]


@dataclass(frozen=True, slots=True)
class _Shares:
    """What stands on one line: the complaint, and behind it what was said last."""

    text: str
    said: str

    def of(self, room: int) -> "_Shares":
        """Half of the line for each, and what one does not need for the other."""
        if not self.said:
            return _Shares(shortened(self.text, room), "")
        room -= len(_GAP)
        needed = cell_len(self.said)
        text = shortened(self.text, max(room - needed, room // 2))
        return _Shares(text, shortened(self.said, room - cell_len(text)))


def _text_of(case: Case) -> str:
    complaint = case.complaint
    if complaint is None:
        return gettext("(forgotten)")
    words = one_line(complaint.get("title") or complaint.get("text"))
    return worded("CONFIDENTIAL {words}", words=words) if complaint.get("confidential") else words


def _due(case: Case, office: DeskSession) -> str:
    clock = soonest_owed(case)
    if clock is None:
        return gettext("nothing owed")
    left = days_left(clock, office.now(), office.clocks.calendar)
    held, name = gettext("stands still, ") if clock.held_at else "", word(clock.name)
    if left is None:
        return worded("{held}{name} late today", held=held, name=name)
    if left == 0:
        return worded("{held}{name} due today", held=held, name=name)
    if left > 0:
        days = worded_many("{n} day left", "{n} days left", left)
    else:
        days = worded_many("{n} day late", "{n} days late", -left)
    return f"{held}{name} {days}"

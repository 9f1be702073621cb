"""A case in words: where it stands, what happened, what is next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from broker.domain.case import Case, Due, Entry, State
from broker.domain.clocks import WorkingCalendar
from broker.domain.routing.rules import Rules

_NEXT: Final[Mapping[State, str]] = {
    State.TRIAGE: "the desk names an agency",
    State.ROUTED: "the agency gives a first answer",
    State.ACKNOWLEDGED: "the agency gives a first answer",
    State.RESPONDED: "the agency gives the final answer",
    State.HELD: "the reporter answers the agency",
    State.RESOLVED: "nobody owes anything; the reporter may reply",
    State.CLOSED: "nothing: it is closed",
}
_DETAILS: Final = ("reason", "suggest", "supporting", "rung", "clock", "rule", "to", "calendar")
_LATER: Final = timedelta(minutes=1)


def moment(at: datetime, calendar: WorkingCalendar) -> str:
    """Local time, such as ``Tue 04 Feb 2025 16:00``."""
    return calendar.local(at).strftime("%a %d %b %Y %H:%M")


def called(code: str | None, rules: Rules) -> str:
    """Code and name of an agency; None is the desk."""
    return f"{code} · {rules.agency_name(code)}" if code else "triage · the desk"


def owed(case: Case) -> str:
    """What has to happen next, and by whom."""
    return _NEXT[case.state]


def comes(due: Due, calendar: WorkingCalendar) -> str:
    """What falls due, and when, if nothing happens before."""
    when = moment(due.at, calendar)
    if due.rung is not None:
        return f"{when}  {due.rung.name} of {due.clock.name}, to the {due.rung.to}"
    ends = "the case is closed" if due.clock.name == "closing" else "the hold ends"
    return f"{when}  {ends}, unless the reporter replies"


def happened(entry: Entry, rules: Rules, calendar: WorkingCalendar) -> tuple[str, str, str, str]:
    """Moment, who, what and details of a line of history."""
    what = entry.what
    if entry.state_from not in (None, entry.state_to) and entry.what != entry.state_to:
        what += f" → {entry.state_to}"
    details = []
    if entry.agency_from != entry.agency_to or entry.state_from is None:
        details.append(f"to {called(entry.agency_to, rules)}")
    details += [f"{name}: {entry.detail[name]}" for name in _DETAILS if entry.detail.get(name)]
    if entry.recorded_at - entry.at > _LATER:
        details.append(f"recorded {moment(entry.recorded_at, calendar)}")
    return moment(entry.at, calendar), entry.who, what, ", ".join(details)

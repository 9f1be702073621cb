"""A case in words: where it stands, what happened, what is next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from broker.domain.case import Case, Due, Entry, State
from broker.domain.clocks import CLOSING, Holder, WorkingCalendar, role_of
from broker.domain.routing.directory import AgencyDirectory

_NEXT: Final[Mapping[State, str]] = {
    State.TRIAGE: "the desk names an agency",
    State.ROUTED: "the agency gives a first answer",
    State.ACKNOWLEDGED: "the agency gives a first answer",
    State.RESPONDED: "the agency gives the final answer",
    State.HELD: "the reporter answers the agency",
    State.RESOLVED: "nobody owes anything; the reporter may reply",
    State.CLOSED: "nothing: it is closed",
}
_DETAILS: Final = (
    *("why", "reason", "note", "suggest"),
    *("supporting", "rule", "follows", "followed_by"),
)
_LATER: Final = timedelta(minutes=1)


def moment(at: datetime, calendar: WorkingCalendar) -> str:
    """Local time, such as ``Tue 04 Feb 2025 16:00``."""
    return calendar.local(at).strftime("%a %d %b %Y %H:%M")


def called(code: str | None, directory: AgencyDirectory) -> str:
    """Code and name of an agency; None is the desk."""
    return f"{code} · {directory.agency_name(code)}" if code else "triage · the desk"


def owed(case: Case) -> str:
    """What has to happen next, and by whom."""
    if case.state is State.HELD and case.agency is None:
        return "the reporter answers the desk"
    return _NEXT[case.state]


def comes(due: Due, case: Case, calendar: WorkingCalendar) -> str:
    """What falls due, and when, if nothing happens before."""
    when = moment(due.at, calendar)
    if due.rung is not None:
        role = role_of(due.rung, _holder(due, case))
        return f"{when}  {due.rung.name} of {due.clock.name}, to the {role}"
    ends = "the case is closed" if due.clock.kind is CLOSING else "the hold ends"
    return f"{when}  {ends}, unless the reporter replies"


def _holder(due: Due, case: Case) -> Holder:
    agency = due.clock.agency_of(case.agency)
    if agency is None:
        return "triage"
    other = case.supports(agency)
    return "external" if (other.external if other else case.external) else "agency"


def happened(
    entry: Entry, directory: AgencyDirectory, calendar: WorkingCalendar
) -> tuple[str, str, str, str]:
    """Moment, who, what and details of a line of history."""
    what, detail = entry.what, entry.detail
    if entry.state_from not in (None, entry.state_to) and entry.what != entry.state_to:
        what += f" → {entry.state_to}"
    details = []
    if "clock" in detail:
        whose = f" ({detail['agency']})" if detail.get("agency") else ""
        details.append(" of ".join(filter(None, (detail.get("rung"), detail["clock"]))) + whose)
    if entry.what == "deadline":
        old, new = (datetime.fromisoformat(detail[end]) for end in ("from", "to"))
        details.append(f"{moment(old, calendar)} → {moment(new, calendar)}")
    if entry.agency_from != entry.agency_to or entry.state_from is None:
        details.append(f"to {called(entry.agency_to, directory)}")
    details += [f"{name}: {detail[name]}" for name in _DETAILS if detail.get(name)]
    if entry.recorded_at - entry.at > _LATER:
        details.append(f"recorded {moment(entry.recorded_at, calendar)}")
    return moment(entry.at, calendar), who_in(entry), what, ", ".join(details)


def who_in(entry: Entry) -> str:
    """Who it was: ``desk.rina``, ``agency.dlh``, ``agency.dlh (budi)``."""
    person = entry.detail.get("person")
    return f"{entry.who} ({person})" if person else entry.who

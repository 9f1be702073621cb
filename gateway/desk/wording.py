"""A case in words: where it stands, what happened, what is next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from broker.domain.case import Case, Due, Entry, State
from broker.domain.clocks import CLOSING, Holder, WorkingCalendar, role_of
from broker.domain.routing.directory import AgencyDirectory
from config.language import gettext, language, marked, worded
from gateway.desk.code_words import word

_NEXT: Final[Mapping[State, str]] = {
    State.TRIAGE: marked("the desk names an agency"),
    State.ROUTED: marked("the agency gives a first answer"),
    State.ACKNOWLEDGED: marked("the agency gives a first answer"),
    State.RESPONDED: marked("the agency gives the final answer"),
    State.HELD: marked("the reporter answers the agency"),
    State.RESOLVED: marked("nobody owes anything; the reporter may reply"),
    State.CLOSED: marked("nothing: it is closed"),
}
_DETAILS: Final = (
    *("why", "reason", "note", "suggest"),
    *("supporting", "rule", "follows", "followed_by", "into", "follower", "parted"),
)
_LATER: Final = timedelta(minutes=1)


def moment(at: datetime, calendar: WorkingCalendar) -> str:
    """Local time, such as ``Tue 04 Feb 2025 16:00`` or ``Sel 04 Feb 2025 16.00``."""
    local = calendar.local(at)
    if language() == "en":
        return local.strftime("%a %d %b %Y %H:%M")
    return _by_babel(local, "EEE dd MMM y HH.mm")


def day_and_month(local: datetime) -> str:
    """``04 Feb``: of a moment in local time."""
    return local.strftime("%d %b") if language() == "en" else _by_babel(local, "dd MMM")


def _by_babel(local: datetime, form: str) -> str:
    from babel.dates import format_datetime  # noqa: PLC0415 -- other commands start without it

    return format_datetime(local, form, local.tzinfo, language())


def called(code: str | None, directory: AgencyDirectory) -> str:
    """Code and name of an agency; None is the desk."""
    return f"{code} · {directory.agency_name(code)}" if code else gettext("triage · the desk")


def owed(case: Case) -> str:
    """What has to happen next, and by whom."""
    if case.state is State.HELD and case.agency is None:
        return gettext("the reporter answers the desk")
    return gettext(_NEXT[case.state])


def comes(due: Due, case: Case, calendar: WorkingCalendar) -> str:
    """What falls due, and when, if nothing happens before."""
    when = moment(due.at, calendar)
    if due.rung is not None:
        role = role_of(due.rung, _holder(due, case))
        return worded(
            "{when}  {rung} of {clock}, to the {role}",
            when=when,
            rung=due.rung.name,
            clock=word(due.clock.name),
            role=word(role),
        )
    ends = gettext("the case is closed") if due.clock.kind is CLOSING else gettext("the hold ends")
    return worded("{when}  {ends}, unless the reporter replies", when=when, ends=ends)


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
    what, detail = word(entry.what), entry.detail
    if entry.state_from not in (None, entry.state_to) and entry.what != entry.state_to:
        what += f" → {word(entry.state_to)}"
    details = []
    if "clock" in detail:
        whose = f" ({detail['agency']})" if detail.get("agency") else ""
        clock, rung = word(detail["clock"]), detail.get("rung")
        named = worded("{rung} of {clock}", rung=rung, clock=clock) if rung else clock
        details.append(named + whose)
    if entry.what == "deadline":
        old, new = (datetime.fromisoformat(detail[end]) for end in ("from", "to"))
        details.append(f"{moment(old, calendar)} → {moment(new, calendar)}")
    if entry.agency_from != entry.agency_to or entry.state_from is None:
        details.append(worded("to {agency}", agency=called(entry.agency_to, directory)))
    details += [f"{word(name)}: {detail[name]}" for name in _DETAILS if detail.get(name)]
    if entry.recorded_at - entry.at > _LATER:
        details.append(worded("recorded {at}", at=moment(entry.recorded_at, calendar)))
    return moment(entry.at, calendar), who_in(entry), what, ", ".join(details)


def who_in(entry: Entry) -> str:
    """Who it was: ``desk.rina``, ``agency.dlh``, ``agency.dlh (budi)``."""
    person, who = entry.detail.get("person"), word(entry.who)
    return f"{who} ({person})" if person else who

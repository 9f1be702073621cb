"""Cases as rows of a list, and as records for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from broker.domain.case import Case, CaseClock, Entry, Said, to_record, upcoming
from broker.domain.case.deadlines import open_deadlines
from broker.domain.clocks import VERIFICATION
from broker.domain.forwarding import query_of
from broker.domain.routing.grounds import grounds
from gateway.desk.conversation import Line, lines_of, record_of
from gateway.desk.deadlines import days_left, standing
from gateway.desk.session import DeskSession
from gateway.text.printable import printable


def soonest_owed(case: Case) -> CaseClock | None:
    """The clock whose deadline is the first that somebody can be late for."""
    debts = {(name, due_at) for _, name, due_at in open_deadlines(case)}
    clocks = [c for c in case.clocks if c.open and (c.name, c.due_at) in debts]
    return min(clocks, key=lambda clock: clock.due_at, default=None)


def case_row(case: Case, office: DeskSession) -> tuple[str, ...]:
    """Tracking, state, agency, channel, the deadline that comes first (clock, due, how it stands),
    id; moments as ISO 8601 in local time."""
    clock = soonest_owed(case)
    calendar = office.clocks.calendar
    return (
        case.tracking,
        str(case.state),
        case.agency or "-",
        case.channel,
        clock.name if clock else "-",
        calendar.local(clock.due_at).isoformat() if clock else "-",
        standing(clock, office.now(), calendar) if clock else "-",
        str(case.complaint_id),
    )


def triage_row(case: Case, office: DeskSession) -> tuple[str, ...]:
    """Tracking, since when, until when, how that stands, channel, candidates, why none was sure,
    id."""
    clock = case.clock(VERIFICATION.name)
    calendar = office.clocks.calendar
    return (
        case.tracking,
        calendar.local(clock.started_at if clock else case.opened_at).isoformat("T", "seconds"),
        calendar.local(clock.due_at).isoformat() if clock else "-",
        standing(clock, office.now(), calendar) if clock else "-",
        case.channel,
        "; ".join(map(str, candidates(case, office))) or "-",
        printable(case.decision.because or "-"),
        str(case.complaint_id),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that the rules thought of. ``because``: what speaks for it, if the text shows."""

    agency: str
    name: str
    confidence: float
    because: str | None

    def __str__(self) -> str:
        reason = f" ({printable(self.because)})" if self.because else ""
        return f"{self.agency} {self.confidence:.0%}{reason}"


def candidates(case: Case, office: DeskSession) -> list[Candidate]:
    """Best first, without those that handed it back."""
    found = case.decision.alternatives
    text = case.complaint
    why = grounds(query_of(text), office.rules, office.today()) if found and text else {}
    return [
        Candidate(
            one.agency,
            office.agencies.agency_name(one.agency),
            one.confidence,
            why.get(one.agency),
        )
        for one in found
        if one.agency not in case.previous
    ]


def whole(
    case: Case,
    history: Sequence[Entry],
    office: DeskSession,
    conversation: Sequence[Said] = (),
) -> dict[str, Any]:
    """Everything about a case: its record, how its clocks stand, what was said, its history, what
    is ahead."""
    now, calendar = office.now(), office.clocks.calendar
    record = brief(case, office)
    for kept, clock in zip(record["clocks"], case.clocks, strict=True):
        kept["standing"] = standing(clock, now, calendar)
        kept["working_days_left"] = days_left(clock, now, calendar)
    record["ahead"] = [
        {
            "at": due.at.isoformat(),
            "clock": due.clock.name,
            "start": due.clock.start,
            "rung": due.rung.name if due.rung else None,
        }
        for due in upcoming(case, office.clocks)
    ]
    record["conversation"] = [record_of(line) for line in lines_of(conversation, history)]
    record["history"] = [
        {
            "at": entry.at.isoformat(),
            "recorded_at": entry.recorded_at.isoformat(),
            "who": entry.who,
            "what": entry.what,
            "state_from": entry.state_from,
            "state_to": entry.state_to,
            "agency_from": entry.agency_from,
            "agency_to": entry.agency_to,
            "detail": dict(entry.detail),
        }
        for entry in history
    ]
    return record


def brief(case: Case, office: DeskSession) -> dict[str, Any]:
    """A case as a list shows it to programs: its record and the agency's name."""
    record = to_record(case)
    record["agency_name"] = office.agencies.agency_name(case.agency) if case.agency else None
    if case.open and case.agency is None:
        record["candidates"] = [asdict(one) for one in candidates(case, office)]
    clock = soonest_owed(case)
    record["owed"] = (
        {"clock": clock.name, "due_at": clock.due_at.isoformat()} if clock is not None else None
    )
    return record


def listed(case: Case, last: Said | None, office: DeskSession) -> dict[str, object]:
    """The same in a list, with the newest that was said in it."""
    return {**brief(case, office), "last_said": record_of(Line(last)) if last else None}


def without_text(case: Case, last: Said | None, office: DeskSession) -> dict[str, object]:
    """The same, without the complaint; of the newest that was said who spoke, and when."""
    said = {"at": last.at.isoformat(), "by": last.by, "verb": last.verb} if last else None
    return {**brief(case, office), "complaint": None, "last_said": said}

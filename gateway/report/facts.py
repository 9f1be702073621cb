"""What figures need of a case, out of the record that the store keeps of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal

from broker.domain.case import judged
from broker.domain.case.judging import What
from broker.domain.clocks import Hold, WorkingCalendar, closes_held
from broker.ports import Step

Plain = Mapping[str, Any]
"""A record as JSON has it (broker.domain.case.record)."""
Status = Literal["triage", "waiting", "process", "held", "done", "archived"]
STATUSES: Final[tuple[Status, ...]] = (
    *("triage", "waiting", "process", "held", "done", "archived"),
)
"""In the order of the officers' words: belum terverifikasi, belum ditindaklanjuti, proses,
tertunda, selesai, diarsipkan."""
Verdict = Literal["in_time", "late", "overdue"]
_OF_STATE: Final[dict[str, Status]] = {
    "triage": "triage",
    "routed": "waiting",
    "acknowledged": "waiting",
    "responded": "process",
    "resolved": "process",
    "held": "held",
}
_OWED: Final = ("verification", "response", "resolution")
"""Clocks that somebody can be late for."""
_ARCHIVED: Final = ("dismissed", "withdrawn")
VILLAGE: Final = 13
"""Characters of a Kemendagri code of a village, 19.03.01.2001; of a district 8."""
DISTRICT: Final = 8


@dataclass(slots=True)
class Brief:
    """What every case is counted by. ``region``: of the village, or of what is known;
    ``kind``: the classification, or ``oversight``; ``anonymous``: whoever wrote it is not known;
    ``ended``: the local day on which it was closed."""

    complaint: str
    tracking: str
    received: date
    ended: date | None
    status: Status
    agency: str | None
    channel: str
    kind: str
    topic: str | None
    region: str | None
    anonymous: bool


@dataclass(slots=True)
class Fact(Brief):
    """A case of the period.

    ``first``: the agency that the router named at first, None for the desk. ``corrected``: by whom
    an agency that the router named was found wrong (``desk``, ``agency``). ``moves``: how often it
    left an agency for another or for the desk; ``returned``: by whom it was handed back.
    ``verified``, ``answered``, ``solved``: working days, each (with holds, without).
    ``clocks``: of each that is owed, its verdict; ``overdue``: whether who has it is late now.
    ``routing``: what it counts as, of the router's decisions (broker.domain.case.judging).
    """

    external: bool = False
    first: str | None = None
    corrected: Literal["desk", "agency"] | None = None
    moves: int = 0
    returned: tuple[str, ...] = ()
    verified: tuple[int, ...] = ()
    answered: tuple[int, int] | None = None
    solved: int | None = None
    clocks: tuple[tuple[str, Verdict], ...] = ()
    overdue: bool = False
    rungs: tuple[tuple[str, str], ...] = ()
    holds: tuple[str | None, ...] = ()
    end: str | None = None
    resolved: bool = False
    reopened: bool = False
    rating: int | None = None
    routing: tuple[What, ...] = ()


def needs_steps(record: Plain) -> bool:
    """Whether the record alone leaves open what happened, so that the history is to be read.

    It does not where one agency had the case at most, after the desk or without, and everything
    that ended its clocks is known."""
    if record["hops"]:
        return True
    end = record["closed"]
    ended = None if end is None else end["at"]
    archived = end is not None and end["how"] in _ARCHIVED
    responses = verifications = 0
    for clock in record["clocks"]:
        name = clock["name"]
        if name == "response":
            responses += 1
            if archived and clock["stopped_at"] == ended:
                return True
        elif name == "verification":
            verifications += 1
        elif name == "closing" and clock["stopped_at"] not in (None, ended):
            return True
    return responses > 1 or verifications > 1


class FactMaker:
    """Makes facts of records, as of ``now``; what several cases share is worked out once."""

    def __init__(self, calendar: WorkingCalendar, now: datetime) -> None:
        self._calendar = calendar
        self._now = now
        self._between = cache(calendar.working_days_between)
        self._hours: dict[str, date | None] = {}

    def received(self, record: Plain) -> date:
        """The local day on which it came in."""
        return self._day(record["received_at"])

    def ended(self, record: Plain) -> date | None:
        """The local day on which it was closed."""
        end = record["closed"]
        return None if end is None else self._day(end["at"])

    def _day(self, moment: str) -> date:
        """The local day of a moment as it is written. Of most hours all moments lie on one day:
        that is worked out once for each, which takes a tenth of the time."""
        hour = moment[:13] + moment[-6:]
        try:
            day = self._hours[hour]
        except KeyError:
            first, last = (_moment(f"{hour[:13]}:{rest}{hour[13:]}") for rest in _ENDS)
            both = self._calendar.local_day(first), self._calendar.local_day(last)
            day = self._hours[hour] = both[0] if both[0] == both[1] else None
        return self._calendar.local_day(_moment(moment)) if day is None else day

    def brief(self, record: Plain, received: date) -> Brief:
        """What every case is counted by."""
        return Brief(*self._counted_by(record, received))

    def fact(self, record: Plain, received: date, steps: Sequence[Step] | None = None) -> Fact:
        """A case of the period; ``steps``: its history, where ``needs_steps`` asks for it."""
        fact = Fact(*self._counted_by(record, received))
        fact.external = record["external"]
        fact.rating = record["rating"]
        end = record["closed"]
        if end is not None:
            fact.end = end.get("code") or "other" if end["how"] == "dismissed" else end["how"]
        fact.routing = tuple(judged(record, steps))
        follows = record.get("merged_into") is not None
        closing, own = self._time(fact, record["clocks"], follows)
        if steps is None:
            first = record["clocks"][0] if record["clocks"] else None
            fact.first = first["agency"] if first is not None else None
        else:
            _walk(fact, steps)
        if own and fact.agency is not None:
            fact.answered = self._answered(own, fact.agency, steps)
        if closing is not None:
            fact.resolved = True
            if closing["stopped_at"] in (None, end and end["at"]):
                fact.solved = self._solved(record["clocks"])
        return fact

    def _counted_by(self, record: Plain, received: date) -> tuple[Any, ...]:
        end, decision = record["closed"], record["decision"]
        if end is None:
            status, ended = _OF_STATE[record["state"]], None
        else:
            status = "archived" if end["how"] in _ARCHIVED else "done"
            ended = self._day(end["at"])
        return (
            record["complaint_id"],
            record["tracking"],
            received,
            ended,
            status,
            record["agency"],
            record["channel"],
            "oversight" if record["oversight"] else record["classification"],
            decision.get("topic"),
            decision.get("region"),
            record["anonymous"] is not False,
        )

    def _time(
        self, fact: Fact, clocks: Sequence[Plain], follows: bool
    ) -> tuple[Plain | None, list[Plain]]:
        """Verdicts, rungs, holds and the time at the desk. Gives the last closing clock, and the
        response clocks of the agency that has the case. ``follows``: it was merged into another,
        whose clocks stand for it: what is late is late once."""
        closing: Plain | None = None
        own: list[Plain] = []
        verdicts: list[tuple[str, Verdict]] = []
        for clock in clocks:
            name = clock["name"]
            if name == "waiting":
                fact.holds = (*fact.holds, clock["agency"])
            elif name == "closing":
                closing = clock
            if name not in _OWED:
                continue
            if name == "response" and clock["agency"] == fact.agency:
                own.append(clock)
            for rung in clock["fired"]:
                fact.rungs = (*fact.rungs, (name, rung))
            due, stopped, held = _moment(clock["due_at"]), clock["stopped_at"], clock["held_at"]
            if stopped is not None:
                verdicts.append((name, "in_time" if _moment(stopped) <= due else "late"))
                if name == "verification":
                    fact.verified = (*fact.verified, self._days(clock, stopped)[1])
            elif due < self._now and (held is None or (not follows and due < _moment(held))):
                verdicts.append((name, "overdue"))
                if name != "response" or clock["agency"] == fact.agency:
                    fact.overdue = True
        fact.clocks = tuple(verdicts)
        return closing, own

    def _answered(
        self, own: Sequence[Plain], agency: str, steps: Sequence[Step] | None
    ) -> tuple[int, int] | None:
        """Working days to the first answer of the agency that has it now."""
        stops = [clock["stopped_at"] for clock in own if clock["stopped_at"] is not None]
        if steps is None:
            return self._days(own[0], stops[0]) if stops else None
        said = _first_answer(agency, steps)
        if said is None:
            return None
        at = min((stop for stop in map(_moment, stops) if stop >= said), default=said)
        return self._days(
            own[0], at.isoformat(), [hold for clock in own for hold in clock["holds"]]
        )

    def _solved(self, clocks: Sequence[Plain]) -> int | None:
        for clock in clocks:
            if clock["name"] == "resolution" and clock["stopped_at"] is not None:
                return self._days(clock, clock["stopped_at"])[1]
        return None

    def _days(
        self, clock: Plain, end: str, holds: Sequence[Sequence[str]] | None = None
    ) -> tuple[int, int]:
        """Working days from the start of a clock to a moment, as deadlines count them: with the
        time in which it stood still, and without it."""
        days = max(self._between(self._day(clock["started_at"]), self._day(end)), 0)
        stood = clock["holds"] if holds is None else holds
        if not stood:
            return days, days
        start, last = _moment(clock["started_at"]), _moment(end)
        spans = [(_moment(one), _moment(other)) for one, other in stood]
        within = [Hold(one, min(other, last)) for one, other in spans if one < last]
        return days, max(days - closes_held(self._calendar, start, within), 0)


def _walk(fact: Fact, steps: Sequence[Step]) -> None:
    """Who had it, who was wrong, and whether it was opened again."""
    if steps and steps[0].what == "routed":
        fact.first = steps[0].agency_to
    returned: list[str] = []
    for step in steps:
        left = step.agency_from
        if step.what == "returned":
            returned.append(step.supporting or left or "")
        if step.what == "replied" and step.before == "resolved" and step.after != "resolved":
            fact.reopened = True
        by_agency = step.what == "returned" and step.supporting is None
        by_desk = step.what in ("assigned", "merged") and left != step.agency_to
        if left is None or not (by_agency or by_desk):
            continue
        if fact.moves == 0 and fact.first is not None:
            fact.corrected = "agency" if by_agency else "desk"
        fact.moves += 1
    fact.returned = tuple(returned)


def _first_answer(agency: str, steps: Sequence[Step]) -> datetime | None:
    for step in steps:
        speaks = step.supporting or step.agency_from
        if step.what in ("responded", "resolved") and speaks == agency:
            return step.at
    return None


_moment: Final = datetime.fromisoformat
_ENDS: Final = ("00:00", "59:59.999999")
"""The first and the last moment of an hour."""

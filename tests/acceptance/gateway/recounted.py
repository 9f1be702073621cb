"""The figures of the report, counted again from the audit stream by their definitions.

It knows the contract and the table of definitions, and nothing of the program: plain code over the
JSON of events, with a working-day calendar of its own.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import mean, median
from typing import Any

from tests.acceptance.gateway.recounted_clocks import DAYS, RESOLUTION, STATUS, WIB, Clock, between


@dataclass
class Told:
    """A case as the events tell it."""

    tracking: str
    received: datetime
    channel: str
    kind: str
    topic: str | None
    region: str | None
    anonymous: bool
    confidential: bool
    first: str | None
    agency: str | None = None
    state: str = ""
    clocks: list[Clock] = field(default_factory=list)
    moves: int = 0
    corrected: str | None = None
    returned: list[str] = field(default_factory=list)
    waits: list[str | None] = field(default_factory=list)
    rungs: list[tuple[str, str]] = field(default_factory=list)
    resolved: bool = False
    standing: bool = False
    reopened: bool = False
    closed: datetime | None = None
    end: str | None = None
    rating: int | None = None
    answered: bool = False
    shown: str | None = None
    alternative: bool | None = None

    @property
    def right(self) -> bool | None:
        """Whether the router was; None where it left it to the desk, or nobody has judged it."""
        if self.first is None:
            return None
        if self.corrected is not None or self.end == "not-ours":
            return False
        return True if self.answered or self.status == "done" else None

    @property
    def day(self) -> date:
        return self.received.astimezone(WIB).date()

    @property
    def closed_day(self) -> date | None:
        return self.closed and self.closed.astimezone(WIB).date()

    @property
    def status(self) -> str:
        if self.closed is None:
            return STATUS[self.state]
        return "done" if self.end in ("accepted", "closing") else "archived"

    def of(self, *names: str) -> list[Clock]:
        return [clock for clock in self.clocks if clock.name in names]

    def days_of(self, clock: Clock) -> int:
        return DAYS.get(clock.name) or RESOLUTION[self.kind]

    def supported(self, agency: str, at: datetime) -> None:
        """By one more agency, which has a response clock of its own."""
        if any(clock.agency == agency and clock.stop is None for clock in self.of("response")):
            return
        clock = Clock("response", agency, at)
        if self.state == "held":
            clock.hold(at)
        elif self.state == "resolved":
            clock.end(at)
        self.clocks.append(clock)

    def left(self, agency: str | None, at: datetime) -> None:
        for clock in self.of("response" if agency else "verification"):
            if clock.agency == agency:
                clock.end(at)

    def placed(self, agency: str | None, at: datetime) -> None:
        self.left(agency, at)
        self.agency = agency
        self.clocks.append(Clock("response" if agency else "verification", agency, at))
        if agency and not self.of("resolution"):
            self.clocks.append(Clock("resolution", agency, at))

    def answer(self) -> tuple[int, int] | None:
        own = [clock for clock in self.of("response") if clock.agency == self.agency]
        done = [clock for clock in own if clock.answered]
        if not done or done[0].stop is None:
            return None
        days = between(*(m.astimezone(WIB).date() for m in (own[0].start, done[0].stop)))
        held = sum(clock.held_closes() for clock in own[: own.index(done[0]) + 1])
        return days, max(days - held, 0)

    def verdict(self, clock: Clock, now: datetime) -> str | None:
        due = clock.due(self.days_of(clock))
        if clock.stop is not None:
            return "in_time" if clock.stop <= due else "late"
        return "overdue" if due < now and (clock.held is None or due < clock.held) else None


def tell(events: Iterable[dict[str, Any]]) -> dict[str, Told]:
    """The cases of a stream, by complaint_id."""
    first: dict[str, dict[str, Any]] = {}
    cases: dict[str, Told] = {}
    for event in events:
        verb, data = event["type"].split(".")[1], event["data"]
        id = data.get("complaint_id")
        if verb in ("routed", "triaged") and event["source"] == "/pintu/router":
            first.setdefault(id, data)
        elif verb == "opened":
            cases[id] = _opened(first[id], data)
        elif id in cases:
            _go_on(cases[id], verb, event, data)
    return cases


def _opened(routed: dict[str, Any], opened: dict[str, Any]) -> Told:
    complaint, decision = routed["complaint"], routed["decision"]
    kind = complaint.get("classification") or "complaint"
    case = Told(
        routed["tracking"],
        datetime.fromisoformat(routed["received_at"]),
        routed["channel"],
        "oversight" if decision.get("oversight") else kind,
        decision.get("topic"),
        decision.get("region"),
        complaint.get("anonymous") is not False,
        complaint.get("confidential") is True,
        routed["agency"],
    )
    case.shown = _shown(decision)
    case.state = "routed" if routed["agency"] else "triage"
    case.placed(routed["agency"], datetime.fromisoformat(opened.get("at") or routed["routed_at"]))
    return case


def _shown(decision: dict[str, Any]) -> str | None:
    """The first agency that the desk sees."""
    others = decision.get("alternatives") or [{"agency": None}]
    agency: str | None = others[0]["agency"]
    return agency


def _go_on(case: Told, verb: str, event: dict[str, Any], data: dict[str, Any]) -> None:
    if verb in ("routed", "triaged"):  # where it went: said by `moved`; what it is taken for: here
        if data["role"] == "supporting":
            if event["source"] == "/pintu/cases":
                case.supported(data["agency"], datetime.fromisoformat(data["routed_at"]))
            return
        decision = data["decision"]
        case.shown = _shown(decision)
        case.topic, case.region = decision.get("topic"), decision.get("region")
        if decision.get("oversight"):
            case.kind = "oversight"
        return
    if verb == "escalated":
        if data["clock"] != "waiting":
            case.rungs.append((data["clock"], data["rung"]))
        return
    if verb == "closed":
        _close(case, data)
        return
    if "at" not in data:
        return
    at, before = datetime.fromisoformat(data["at"]), case.state
    if verb == "joined":
        if data["agency"] != case.agency:
            case.supported(data["agency"], at)
        return
    if data.get("role") == "supporting" and data["by"].startswith("agency."):
        if verb in ("responded", "moved"):
            for clock in case.of("response"):
                if clock.agency == data["agency"]:
                    clock.end(at)
        return
    if verb == "moved":
        _move(case, data, at, datetime.fromisoformat(event["time"]))
        return
    case.state = data["state"] if data["state"] != "closed" else case.state
    owed = case.of("verification", "response", "resolution")
    if verb == "held" and before != "held":
        case.waits.append(case.agency)
        for clock in owed:
            clock.hold(at)
    elif (before == "held" and case.state != "held") or verb == "resolved":
        for clock in owed:
            clock.resume(at)
    if verb in ("responded", "resolved"):
        case.answered = True
        for clock in case.of("response"):
            if clock.agency == case.agency and clock.stop is None:
                clock.end(at)
                clock.answered = True
            elif verb == "resolved":
                clock.end(at)
    if verb == "resolved" and before != "resolved":
        case.resolved = case.standing = True
        for clock in case.of("resolution"):
            clock.end(at)
    if verb == "replied" and before == "resolved" and case.state != "resolved":
        case.reopened, case.standing = True, False
        _reopen(case, at)
    if verb == "accepted" and data.get("rating") is not None:
        case.rating = data["rating"]


def _reopen(case: Told, at: datetime) -> None:
    for clock in case.of("resolution"):
        if clock.stop is not None:
            clock.holds.append((clock.stop, max(at, clock.stop)))
            clock.stop = None


def _move(case: Told, data: dict[str, Any], at: datetime, now: datetime) -> None:
    left, by_desk = data["agency"], data["by"] == "desk"
    if case.state == "held":
        for clock in case.of("verification", "response", "resolution"):
            clock.resume(at)
    if case.state == "resolved":
        _reopen(case, at)
        case.standing = False
    case.left(left, at)
    if left is None and by_desk and not case.of("resolution"):
        case.alternative = case.shown == data["to"]
    if left is not None and left != data["to"]:
        if not case.moves and case.first is not None:
            case.corrected = "desk" if by_desk else "agency"
        case.moves += 1
        if not by_desk:
            case.returned.append(left)
    case.state = "routed" if data["to"] else "triage"
    case.placed(data["to"], now)


def _close(case: Told, data: dict[str, Any]) -> None:
    case.closed = datetime.fromisoformat(data["closed_at"])
    how = data["how"]
    case.end = (data.get("code") or "other") if how == "dismissed" else how
    for clock in case.clocks:
        clock.end(case.closed)
    if data.get("rating") is not None:
        case.rating = data["rating"]


def share(part: int, of: int) -> dict[str, Any]:
    return {"part": part, "of": of, "percent": round(part / of * 100, 1) if of >= 10 else None}


def days(values: list[int]) -> dict[str, Any]:
    if not values:
        return {"mean": None, "median": None, "count": 0}
    return {"mean": round(mean(values), 2), "median": float(median(values)), "count": len(values)}


def drawn(key: str, cases: Iterable[Told]) -> list[str]:
    """The sample to review."""
    done = [case.tracking for case in cases if case.status == "done"]
    return sorted(done, key=lambda code: hashlib.sha256(f"{key} {code}".encode()).digest())[:10]


def top(
    counts: Counter[str], secret: set[str], total: int, most: int = 10
) -> list[tuple[str, int]]:
    """The rows of a breakdown, small counts of somebody's hidden; the rest as `others`."""
    ordered = sorted(counts.items(), key=lambda cell: (-cell[1], cell[0]))
    rows = [(code, n) for code, n in ordered if not (n < 5 and code in secret)][:most]
    is_hidden = any(n < 5 and code in secret for code, n in ordered)
    while is_hidden and rows:
        rest = [cell for cell in ordered if cell not in rows]
        if len(rest) >= 2 and sum(n for _, n in rest) >= 5:
            break
        rows.pop()
    rest_sum = sum(counts.values()) - sum(n for _, n in rows)
    assert sum(counts.values()) <= total
    return [*rows, ("others", rest_sum)] if len(rows) < len(ordered) else rows

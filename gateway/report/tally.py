"""What is counted of the cases of a period, page by page: no case is kept."""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

from broker.domain.case.judging import What
from gateway.report.facts import DISTRICT, VILLAGE, Brief, Fact, Status
from gateway.report.periods import Period

SAMPLE: Final = 10
"""Cases of a period whose answers somebody reads again."""
FEW: Final = 5
"""Below it a person could be recognised by a count."""
Month = tuple[int, int]
"""The year and the month."""
DIMENSIONS: Final = ("kind", "topic", "district", "village", "channel")
RECOGNISABLE: Final = ("topic", "district", "village")
"""Dimensions whose small counts are hidden."""


class Group(NamedTuple):
    """Cases that are alike in every dimension: there are far fewer groups than cases."""

    kind: str
    topic: str | None
    region: str | None
    channel: str
    anonymous: bool


@dataclass(slots=True)
class Cells:
    """Counts by one dimension. ``anonymous``: the codes with a case whose reporter is not to be
    known; ``ids``: the first cases of each, to ask whether they are confidential."""

    counts: Counter[str] = field(default_factory=Counter)
    anonymous: set[str] = field(default_factory=set)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, code: str, group: "Group", cases: int, ids: Sequence[str]) -> None:
        """So many cases of a group; ``ids``: the first of them."""
        self.counts[code] += cases
        if group.anonymous:
            self.anonymous.add(code)
        elif self.counts[code] < FEW:
            self.ids.setdefault(code, []).extend(ids)

    def in_question(self) -> set[str]:
        """The cases of small cells that are to be asked for."""
        small = (code for code, count in self.counts.items() if count < FEW)
        return {one for code in small for one in self.ids.get(code, ())}

    def protected(self, confidential: set[str]) -> frozenset[str]:
        """The cells that are not shown by themselves."""
        return frozenset(
            code
            for code, count in self.counts.items()
            if count < FEW
            and (code in self.anonymous or confidential.intersection(self.ids.get(code, ())))
        )


@dataclass(slots=True)
class Counted:
    """What is counted of any period: of this one, and of the one before."""

    statuses: Counter[Status] = field(default_factory=Counter)
    _groups: Counter[Group] = field(default_factory=Counter)
    _ids: dict[Group, list[str]] = field(default_factory=dict)
    _cells: dict[str, Cells] = field(default_factory=dict)

    def add(self, cases: Iterable[Brief]) -> None:
        """Some more of them."""
        statuses, groups = self.statuses, self._groups
        for case in cases:
            statuses[case.status] += 1
            group = Group(case.kind, case.topic, case.region, case.channel, case.anonymous)
            groups[group] += 1
            if groups[group] < FEW:
                self._ids.setdefault(group, []).append(case.complaint)

    def take(self, other: "Counted") -> None:
        """What was counted of other cases. A small group has all of its cases' ids in both."""
        self.statuses.update(other.statuses)
        self._groups.update(other._groups)
        for group, ids in other._ids.items():
            self._ids.setdefault(group, []).extend(ids)

    @property
    def cells(self) -> dict[str, Cells]:
        """By dimension; once all of them were added."""
        if not self._cells:
            self._cells = {one: Cells() for one in DIMENSIONS}
            for group, cases in self._groups.items():
                for dimension, code in _codes(group):
                    self._cells[dimension].add(code, group, cases, self._ids[group])
        return self._cells

    @property
    def total(self) -> int:
        return self.statuses.total()


def _codes(group: Group) -> Iterator[tuple[str, str]]:
    yield "kind", group.kind
    yield "channel", group.channel
    if group.topic is not None:
        yield "topic", group.topic
    region = group.region or ""
    if len(region) >= DISTRICT:
        yield "district", region[:DISTRICT]
    if len(region) == VILLAGE:
        yield "village", region


@dataclass(slots=True)
class AgencyCount:
    """What is counted of an agency; None stands for the desk."""

    statuses: Counter[Status] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    overdue: int = 0

    def take(self, other: "AgencyCount") -> None:
        """What was counted of other cases."""
        self.statuses.update(other.statuses)
        self.days.update(other.days)
        self.overdue += other.overdue


@dataclass(slots=True)
class Tally:
    """Everything that the sections show. ``waiting``: of each case that nobody has followed up the
    day received and its code, of this period and of earlier ones (``older``).
    ``earliest``: the day of the first case before the period. ``routing``: what the cases of the
    period count as (broker.domain.case.judging); ``accuracy``: the same by month, with the twelve
    months before."""

    period: Period
    counted: Counted = field(default_factory=Counted)
    before: Counted = field(default_factory=Counted)
    open_before: int = 0
    came: Counter[date] = field(default_factory=Counter)
    closed: Counter[date] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    clocks: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    answered_net: Counter[int] = field(default_factory=Counter)
    solved: Counter[int] = field(default_factory=Counter)
    verified: Counter[int] = field(default_factory=Counter)
    agencies: defaultdict[str | None, AgencyCount] = field(
        default_factory=lambda: defaultdict(AgencyCount)
    )
    returned: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[date, str]] = field(default_factory=list)
    older: list[tuple[date, str]] = field(default_factory=list)
    by_itself: int = 0
    moves: Counter[int] = field(default_factory=Counter)
    external: int = 0
    corrected: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)
    resolved: int = 0
    reopened: int = 0
    ratings: Counter[int] = field(default_factory=Counter)
    sample: list[tuple[bytes, str]] = field(default_factory=list)
    rungs: Counter[tuple[str, str]] = field(default_factory=Counter)
    past: Counter[tuple[str, str]] = field(default_factory=Counter)
    routing: Counter[What] = field(default_factory=Counter)
    accuracy: Counter[tuple[Month, What]] = field(default_factory=Counter)
    earliest: date | None = None
    past_from: date | None = None

    def take(self, other: "Tally") -> None:
        """What was counted of other cases, of the same period."""
        for one in fields(self):
            if one.name not in _APART:
                mine, its = getattr(self, one.name), getattr(other, one.name)
                setattr(self, one.name, _sum(mine, its))
        for agency, count in other.agencies.items():
            self.agencies[agency].take(count)
        self.sample = sorted([*self.sample, *other.sample])[:SAMPLE]
        days = [day for day in (self.earliest, other.earliest) if day is not None]
        self.earliest = min(days, default=None)

    def finish(self, complete_from: date) -> None:
        """Once all were added; lists in an order that is always the same."""
        self.waiting.sort()
        self.older.sort()
        year = self.period.year_before
        if self.earliest is not None:
            begins = max(year.first, complete_from, self.earliest)
            self.past_from = begins if begins <= year.last else None

    def add(self, facts: Sequence[Fact]) -> None:
        """A page of cases of the period."""
        self.counted.add(facts)
        self.came.update(fact.received for fact in facts)
        self.closed.update(fact.ended for fact in facts if fact.ended is not None)
        self.ends.update(fact.end for fact in facts if fact.end is not None)
        self.moves.update(fact.moves for fact in facts)
        self.ratings.update(fact.rating for fact in facts if fact.rating is not None)
        for fact in facts:
            self._one(fact)

    def _one(self, fact: Fact) -> None:
        agency = self.agencies[fact.agency]
        agency.statuses[fact.status] += 1
        if fact.overdue:
            agency.overdue += 1
        kind = fact.kind
        for clock, verdict in fact.clocks:
            self.clocks[kind, clock, verdict] += 1
        if fact.answered is not None:
            self.answered[fact.answered[0]] += 1
            self.answered_net[fact.answered[1]] += 1
            agency.days[fact.answered[0]] += 1
        if fact.solved is not None:
            self.solved[fact.solved] += 1
        for days in fact.verified:
            self.verified[days] += 1
        self.routing.update(fact.routing)
        self.judge(fact.received, fact.routing)
        for code in fact.returned:
            self.returned[code] += 1
        if fact.status == "waiting":
            self.waiting.append((fact.received, fact.tracking))
        if fact.first is not None:
            self.by_itself += 1
            by = fact.corrected or "stood"
            self.corrected["agency", fact.first, by] += 1
            self.corrected["topic", fact.topic or "", by] += 1
        if fact.external:
            self.external += 1
        if fact.status == "done":
            self._draw(fact.tracking)
        for asked in fact.holds:
            self.holds["desk" if asked is None else "agency"] += 1
        if fact.resolved:
            self.resolved += 1
            if fact.reopened:
                self.reopened += 1
        for rung in fact.rungs:
            self.rungs[rung] += 1

    def judge(self, received: date, routing: Iterable[What]) -> None:
        """What a case counts as, of the month in which it came."""
        month = received.year, received.month
        for what in routing:
            self.accuracy[month, what] += 1

    def _draw(self, code: str) -> None:
        """Chance that anybody can repeat: the smallest digests of period and code."""
        drawn = sha256(f"{self.period.key} {code}".encode()).digest(), code
        if len(self.sample) < SAMPLE:
            insort(self.sample, drawn)
        elif drawn < self.sample[-1]:
            insort(self.sample, drawn)
            self.sample.pop()


_APART: Final = ("period", "agencies", "sample", "earliest", "past_from")


def _sum(mine: Any, its: Any) -> Any:
    """Of two counts of a kind: numbers, counters, lists, or what takes another one in."""
    if isinstance(mine, int):
        return mine + its
    if isinstance(mine, Counter):
        mine.update(its)
    elif isinstance(mine, list):
        mine += its
    else:
        mine.take(its)
    return mine

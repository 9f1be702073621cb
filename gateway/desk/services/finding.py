"""New services out of the cases: what the desk assigns again and again and the rules do not know.

Of a complaint nothing goes out but its tracking code, and words that several have. What is
confidential is not looked at, as in the history that rules learn from.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from broker.domain.case import Case, CaseFilter, State
from broker.domain.case.rerouting import BY_DESK
from broker.domain.clocks import WorkingCalendar
from broker.domain.forwarding import query_of
from broker.domain.routing.decide import Query, decide
from broker.domain.routing.rules import Rules
from broker.ports import CaseStore
from gateway.desk.services.grouping import Group, Row, groups, too_personal
from gateway.desk.services.words import Told, WordTeller

PERIOD: Final = timedelta(days=60)
MOST: Final = 4_000
"""Cases that are looked at, the newest."""
FAR: Final = 0.3
"""The confidence that the rules have in the agency that the desk named, from which on they are not
far from knowing it."""
_AT_ONCE: Final = 50
"""Complaints between two moments at which others may go on."""
_TERRITORIAL: Final = "territorial"
_LEARNED: Final = "learned/"


@dataclass(frozen=True, slots=True)
class Looked:
    """A complaint with whom it is for. ``by_desk``: a person said so; ``on``: the local day on
    which it came."""

    id: str
    agency: str
    by_desk: bool
    query: Query
    reporter: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Service:
    """Complaints of an agency that are like one another and like nothing that the rules know, by
    tracking code; ``phrases``: what tells of them."""

    agency: str
    cases: tuple[str, ...]
    phrases: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Found:
    """``looked``: complaints that were looked at; ``unknown``: of these the ones that the desk
    assigned and that are unlike anything known; ``whole``: whether all of the time was read."""

    since: date
    until: date
    looked: int
    unknown: int
    services: tuple[Service, ...]
    whole: bool


async def new_services(
    store: CaseStore,
    rules: Rules,
    calendar: WorkingCalendar,
    now: datetime,
    period: timedelta = PERIOD,
    most: int = MOST,
) -> Found:
    """Of the time before a moment, counted beside what else there is to do.

    Raises StoreUnavailable.
    """
    cases = [case async for case in _newest(store, now - period, most + 1)]
    looked = [one for case in cases[:most] if (one := looked_at(case, calendar)) is not None]
    rows, told = [], []
    teller = WordTeller(rules)
    for start in range(0, len(looked), _AT_ONCE):
        some = looked[start : start + _AT_ONCE]
        for row, words in await asyncio.to_thread(_rows, some, rules, teller):
            rows.append(row)
            told.append(words)
    never = too_personal((one.terms, one.cut) for one in told)
    found = await asyncio.to_thread(groups, rows, never, _known_phrases(rules))
    days = {one.id: one.on for one in looked}
    return Found(
        since=calendar.local_day(now - period),
        until=calendar.local_day(now),
        looked=len(looked),
        unknown=sum(row.unknown for row in rows),
        services=tuple(_service(one, days) for one in found),
        whole=len(cases) <= most,
    )


def rows_of(looked: Iterable[Looked], rules: Rules) -> list[tuple[Row, Told]]:
    """Each with its words, and whether the rules know anything like it."""
    return _rows(looked, rules, WordTeller(rules))


def _rows(looked: Iterable[Looked], rules: Rules, teller: WordTeller) -> list[tuple[Row, Told]]:
    found = []
    for one in looked:
        place = one.query.place
        told = teller.told(
            one.query.whole, (place.address, place.district, place.village), one.reporter
        )
        unknown = one.by_desk and _is_unknown(one, rules)
        found.append((Row(one.id, one.agency, frozenset(told.terms), unknown), told))
    return found


def _is_unknown(one: Looked, rules: Rules) -> bool:
    """Whether the rules would leave it to the desk, and think of that agency hardly or not at all.
    What was learned may be sure of another agency there: it knows those it learned, and no other.
    What the office of a place does everywhere is no service of its own."""
    agency = rules.agencies.get(one.agency)
    if agency is None or agency.kind == _TERRITORIAL:
        return False
    decision = decide(one.query, rules, on=one.on)
    thought = {other.agency: other.confidence for other in decision.alternatives}
    left = decision.agency is None or (
        decision.agency != one.agency and decision.rule.startswith(_LEARNED)
    )
    return left and thought.get(one.agency, 0.0) < FAR


def _known_phrases(rules: Rules) -> set[str]:
    """Phrases that a topic has need not be proposed."""
    return {
        " ".join(phrase.lower().split())
        for topic in rules.topics
        for phrase in (*topic.phrases, *topic.strong)
    }


def _service(group: Group, days: Mapping[str, date]) -> Service:
    when = sorted(days[one] for one in group.ids)
    return Service(group.of, group.ids, group.phrases, when[0], when[-1])


async def _newest(store: CaseStore, since: datetime, most: int) -> AsyncIterator[Case]:
    """The newest first of what is open, and then of what is closed and may still have its words."""
    for state in (None, State.CLOSED):
        wanted = CaseFilter(state=state, since=since, newest_first=True)
        async for case in store.listed(wanted, most=most):
            most -= 1
            yield case


def looked_at(case: Case, calendar: WorkingCalendar) -> Looked | None:
    """None of a case that tells nothing, or nobody else: without an agency or words, dismissed,
    confidential."""
    complaint = case.complaint
    if (
        complaint is None
        or case.agency is None
        or complaint.get("confidential") not in (None, False)
    ):
        return None
    if case.closed is not None and case.closed.how == "dismissed":
        return None
    name = complaint.get("reporter", {}).get("name")
    query = query_of(complaint)
    return Looked(
        id=case.tracking,
        agency=case.agency,
        by_desk=case.decision.rule == BY_DESK,
        query=Query(query.text, title=query.title, category=query.category, place=query.place),
        reporter=name if isinstance(name, str) else None,
        on=calendar.local_day(case.received_at),
    )

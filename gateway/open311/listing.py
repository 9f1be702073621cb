"""Which requests a list is of, and in which order."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from broker.domain.case import Case, CaseFilter, State
from broker.domain.routing.rules import Rules
from broker.ports import CaseStore
from config.language import marked
from gateway.open311.errors import UNKNOWN_SERVICE, wrong
from gateway.open311.forms import Fields
from gateway.open311.moments import span
from gateway.open311.requests import service_of
from gateway.open311.services import topic_of
from gateway.open311.statuses import status_of
from schemas.identifiers import normalise_tracking

MOST: Final = 1_000
"""Requests or updates of one answer."""
FURTHEST: Final = 10_000
"""How far pages go: whoever wants more asks for a shorter time."""
_ALL: Final = 1 << 30
_STATUSES: Final = ("open", "closed")
_LATE: Final = timedelta(days=3)
"""How long after it was received a complaint may have begun its case: while a part is away it
waits in the queue."""


@dataclass(frozen=True, slots=True)
class Page:
    """The ``number``-th page, from one, of so many items."""

    number: int
    size: int

    @property
    def begins(self) -> int:
        return (self.number - 1) * self.size

    @property
    def ends(self) -> int:
        return self.number * self.size


def page_of(fields: Fields) -> Page:
    """Raises Refusal."""
    size = _whole(fields, "page_size", MOST, MOST)
    number = _whole(fields, "page", 1, FURTHEST)
    if number * size > FURTHEST:
        raise wrong(
            "page",
            marked("at most {n} items; narrow start_date and end_date"),
            n=FURTHEST,
        )
    return Page(number, size)


def _whole(fields: Fields, name: str, unset: int, most: int) -> int:
    text = fields.one(name)
    if text is None:
        return unset
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= most:
        raise wrong(name, marked("a number from 1 to {most}"), most=most)
    return int(text)


async def requests_by_id(store: CaseStore, channel: str, codes: Sequence[str]) -> list[Case]:
    """Those of the channel among these tracking codes, in the order asked for; others are left
    out."""
    if len(codes) > MOST:
        raise wrong("service_request_id", marked("at most {most}"), most=MOST)
    found = []
    for code in dict.fromkeys(normalise_tracking(code) for code in codes):
        case = await store.find_tracking(code) if code else None
        if case is not None and case.channel == channel:
            found.append(case)
    return found


async def requests_listed(
    store: CaseStore, rules: Rules, channel: str, fields: Fields, now: datetime
) -> list[Case]:
    """The page that is asked for, the newest first. Raises Refusal."""
    start, end = span(fields, now)
    statuses = [word.lower() for word in fields.listed("status")] or list(_STATUSES)
    if any(word not in _STATUSES for word in statuses):
        raise wrong("status", marked("open or closed"))
    wanted = _codes(fields, rules)
    page, found = page_of(fields), list[Case]()
    async for case in _newest_first(store, channel, start, end, statuses):
        if not start <= case.received_at < end or status_of(case) not in statuses:
            continue
        if wanted and service_of(case, rules)[0] not in wanted:
            continue
        found.append(case)
        if len(found) >= page.ends:
            break
    return found[page.begins :]


def _codes(fields: Fields, rules: Rules) -> set[str]:
    topics = [topic_of(code, rules) for code in fields.listed("service_code")]
    if None in topics:
        raise UNKNOWN_SERVICE
    return {topic.id for topic in topics if topic}


async def _newest_first(
    store: CaseStore, channel: str, start: datetime, end: datetime, statuses: Sequence[str]
) -> AsyncIterator[Case]:
    """Open and closed cases of the channel, in one order.

    Of a stretch of time at once, from the end backwards, each twice as long as the one before:
    the store finds what ended lately by an index, and would sort all that ever ended for a page.
    """
    states: tuple[State | None, ...] = (None,) if "open" in statuses else (State.RESOLVED,)
    if "closed" in statuses:
        states += (State.CLOSED,)
    until, long = end + _LATE, _LATE + timedelta(days=1)
    while until > start:
        since = max(start, until - long)
        asked = CaseFilter(channel=channel, since=since, until=until, newest_first=True)
        lists = [store.listed(replace(asked, state=state), most=_ALL) for state in states]
        async for case in _merged(lists):
            yield case
        until, long = since, long * 2


async def _merged(lists: Sequence[AsyncIterator[Case]]) -> AsyncIterator[Case]:
    heads = [await anext(one, None) for one in lists]
    while any(head is not None for head in heads):
        which = max((head.opened_at, n) for n, head in enumerate(heads) if head is not None)[1]
        case, heads[which] = heads[which], await anext(lists[which], None)
        assert case is not None
        yield case

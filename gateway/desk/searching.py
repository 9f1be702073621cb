"""Looking for cases: in the index where there is one, else in the store; both find the same."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from broker.domain.case import Case, CaseFilter, State
from broker.ports import CaseStore, ListPlace
from gateway.desk.indexing import Indexing

_AT_ONCE: Final = 100
"""Cases that are looked at as they are now, at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of cases. ``after``: behind which the next one begins, None where there is none;
    ``as_of``: up to when what changed is known, None for now; ``filling``: how many cases the
    index has so far, where it does not have all yet."""

    cases: tuple[Case, ...]
    after: ListPlace | None = None
    as_of: datetime | None = None
    filling: int | None = None


async def search(
    store: CaseStore,
    wanted: CaseFilter,
    most: int,
    after: ListPlace | None = None,
    indexing: Indexing | None = None,
) -> Found:
    """The next cases that are wanted. Raises StoreUnavailable."""
    indexing = indexing if _is_in_index(wanted) else None
    if indexing is not None:
        await indexing.now()
    found = list[Case]()
    async for case in wanted_cases(store, wanted, after, indexing, most + 1):
        found.append(case)
        if len(found) > most:
            break
    page = tuple(found[:most])
    more = (page[-1].opened_at, page[-1].complaint_id) if len(found) > most else None
    if indexing is None:
        return Found(page, more)
    filling = len(indexing.index) if indexing.as_of is None else None
    return Found(page, more, indexing.as_of, filling)


async def wanted_cases(
    store: CaseStore,
    wanted: CaseFilter,
    after: ListPlace | None = None,
    indexing: Indexing | None = None,
    most: int = 1 << 62,
) -> AsyncIterator[Case]:
    """All of them, as they are now, in the order of the list. Raises StoreUnavailable."""
    if indexing is None or not _is_in_index(wanted):
        async for case in store.listed(wanted, most=most, after=after):
            yield case
        return
    ids = indexing.index.fitting(wanted, after)
    while most > 0 and (some := list(islice(ids, _AT_ONCE))):
        there = await store.found(some)
        for now in filter(None, map(there.get, some)):
            if most > 0 and _still_fits(now, wanted):
                most -= 1
                yield now


def _still_fits(case: Case, wanted: CaseFilter) -> bool:
    """What was asked for may hold no more; words that were dropped are found no more."""
    gone = case.complaint is None and wanted.asks_for_words
    return not gone and wanted.fits(case)


def _is_in_index(wanted: CaseFilter) -> bool:
    """Whether the index tells more quickly than the store: it has no closed cases without words."""
    closed = wanted.state is State.CLOSED
    return wanted.asks_for_words if closed else wanted.looks_inside

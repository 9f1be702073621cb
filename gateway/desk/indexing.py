"""Keeps the index of cases up to date: what has changed is read from the store, and only that."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from broker.ports import CaseStore, ListPlace, TimeSource
from gateway.desk.search_index import SearchIndex

PAGE: Final = 5_000
"""Versions that are read at a time: of each two moments, an id and a number."""
AT_ONCE: Final = 100
"""Cases that are read at a time, with their words."""
QUICK: Final = 0.1
"""Seconds: where finding out what has changed took less, a search finds it out for itself."""
LOOK_EVERY: Final = 60.0
_LATE: Final = timedelta(minutes=5)
"""A case may be written so long after the moment at which it began."""
_FIRST: Final = UUID(int=0)
_SHARE: Final = 100
"""Beside the work it takes at most one part in so many of the time."""


class Indexing:
    """Fills an index from the store, then follows it. ``as_of``: up to when it is complete; None
    until it was filled for the first time."""

    def __init__(self, store: CaseStore, clock: TimeSource) -> None:
        self.index = SearchIndex()
        self.as_of: datetime | None = None
        self._store = store
        self._clock = clock
        self._turn = asyncio.Lock()
        self._took = 0.0
        self._ended = 0.0

    async def beside(self) -> None:
        """A look beside the work, where the last is long enough ago. Raises StoreUnavailable."""
        if self.as_of is None or time.monotonic() - self._ended >= self._took * _SHARE:
            await self.look()

    async def now(self) -> None:
        """As the store is now, where that is quick; else with all new cases, and the others as they
        were at the last look.

        Raises:
            StoreUnavailable: what has changed is not known.
        """
        if self.as_of is None:
            return
        if self._took < QUICK:
            await self.look()
        elif not self._turn.locked():
            async with self._turn:
                since = self.as_of - _LATE
                async for some in self._versions(False, (since, _FIRST)):
                    await self._take_new(some)

    async def look(self) -> None:
        """Take over what has changed. Raises StoreUnavailable: some of it was."""
        async with self._turn:
            at, began, seen = self._clock.now(), time.monotonic(), set[UUID]()
            for closed in (False, True):
                async for some in self._versions(closed):
                    seen.update(some)
                    await self._take_new(some)
            # A case that was closed while this read is in both lists, or in the next look's.
            self.index.drop(self.index.ids() - seen)
            self._ended = time.monotonic()
            self._took, self.as_of = self._ended - began, at

    async def _versions(
        self, closed: bool, after: ListPlace | None = None
    ) -> AsyncIterator[Mapping[UUID, int]]:
        while True:
            some = await self._store.versions(closed=closed, after=after, most=PAGE)
            yield some.lines
            if some.after is None:
                return
            after = some.after

    async def _take_new(self, some: Mapping[UUID, int]) -> None:
        """Those of these that the index does not have as they are now."""
        ids = [id for id, lines in some.items() if self.index.lines(id) != lines]
        for start in range(0, len(ids), AT_ONCE):
            for case, said in await self._store.with_words(ids[start : start + AT_ONCE]):
                self.index.put(case, said, some[case.complaint_id])

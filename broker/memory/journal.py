"""The Journal port in memory."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from broker.errors import StoreUnavailable
from broker.ports import NO_FINGERPRINTS, Remembered, Remembering


class MemoryJournal:
    """What was routed. Users of one object are as many routers; ``away`` plays an outage."""

    def __init__(self) -> None:
        self.recorded: dict[UUID, datetime] = {}
        self.away = False
        self._claimed: set[UUID] = set()
        self._released = asyncio.Event()
        self.fingerprints = MemoryFingerprints(self)

    @asynccontextmanager
    async def recording(
        self,
        complaints: Sequence[UUID],
        at: datetime,
        fingerprints: Mapping[UUID, bytes] = NO_FINGERPRINTS,
    ) -> AsyncIterator[frozenset[UUID]]:
        """See the port. All are claimed at one moment, so nobody waits in a circle."""
        wanted = frozenset(complaints)
        await self.check()
        while wanted & self._claimed:
            await self._released.wait()
        new = wanted - self.recorded.keys()
        self._claimed |= new
        try:
            yield new
            await self.check()
            self.recorded |= dict.fromkeys(new, at)
            kept = [Remembered(one, at, made) for one, made in fingerprints.items() if one in new]
            self.fingerprints.remember(kept)
        finally:
            self._claimed -= new
            self._released.set()
            self._released = asyncio.Event()

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        await self.check()
        old = sorted((at, complaint) for complaint, at in self.recorded.items() if at < before)
        for _, complaint in old[:most]:
            del self.recorded[complaint]
        return len(old[:most])

    async def check(self) -> None:
        """See the port."""
        if self.away:
            raise StoreUnavailable("the journal is away")

    async def close(self) -> None:
        """See the port; a journal in memory can be opened again as it was."""


class MemoryFingerprints:
    """What is remembered of complaints, numbered as it comes; away with its journal."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._journal = journal
        self._kept: dict[int, Remembered] = {}
        self._last = 0

    def remember(self, kept: Collection[Remembered]) -> None:
        """Record these."""
        for one in kept:
            self._last += 1
            self._kept[self._last] = one

    async def key(self) -> bytes:
        """See the port."""
        await self._journal.check()
        return b"in memory, a key"

    async def since(self, after: int, most: int) -> Remembering:
        """See the port."""
        await self._journal.check()
        found = [(n, one) for n, one in self._kept.items() if n > after][:most]
        last = found[-1][0] if found else after
        return Remembering([one for _, one in found], last, len(found) == most)

    async def withdraw(self, complaints: Collection[UUID], at: datetime) -> int:
        """See the port."""
        await self._journal.check()
        wanted = frozenset(complaints)
        mine = {
            n: one.complaint
            for n, one in self._kept.items()
            if one.fingerprint is not None and one.complaint in wanted
        }
        for n in mine:
            del self._kept[n]
        self.remember([Remembered(one, at, None) for one in sorted(set(mine.values()))])
        return len(set(mine.values()))

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        await self._journal.check()
        old = [n for n, one in self._kept.items() if one.at < before][:most]
        for n in old:
            del self._kept[n]
        return len(old)

"""The Journal port in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from broker.errors import StoreUnavailable


class MemoryJournal:
    """What was routed. Users of one object are as many routers; ``away`` plays an outage."""

    def __init__(self) -> None:
        self.recorded: dict[UUID, datetime] = {}
        self.away = False
        self._claimed: set[UUID] = set()
        self._released = asyncio.Event()

    @asynccontextmanager
    async def recording(
        self, complaints: Sequence[UUID], at: datetime
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

"""What all routers of an installation have routed lately, read from the journal: so each of them
tells of complaints about the same thing, whichever router had them, and after a restart.
"""

import asyncio
from typing import Final

from broker.domain.similar import RecentComplaints
from broker.ports import Journal, TimeSource

EVERY: Final = 2.0
"""Seconds after which it is looked for what others have routed."""
_PAGE: Final = 500
"""Entries taken in at once, some 10 ms."""


class Remembering:
    """Keeps what is remembered up to date. Of one process."""

    def __init__(self, journal: Journal, recent: RecentComplaints, clock: TimeSource) -> None:
        self._journal = journal
        self._clock = clock
        self._after = 0
        self.recent = recent

    @classmethod
    async def opened(cls, journal: Journal, clock: TimeSource) -> "Remembering":
        """With all that there is. Raises StoreUnavailable."""
        made = cls(journal, RecentComplaints(await journal.fingerprints.key()), clock)
        await made.look()
        return made

    async def look(self) -> None:
        """Take in what has come since. Raises StoreUnavailable."""
        more = True
        while more:
            read = await self._journal.fingerprints.since(self._after, _PAGE)
            now = self._clock.now()
            for complaint, at, kept in read.found:
                if kept is None:
                    self.recent.remove([complaint])
                else:
                    # A router whose clock is ahead must not make the others seem too old.
                    self.recent.add(complaint, min(at, now), kept)
            self._after, more = read.after, read.more
            await asyncio.sleep(0)

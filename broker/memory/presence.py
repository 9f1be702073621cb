"""Who is at which case, in memory, for tests; it passes the same tests as the real store."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from broker.ports.presence import Presence


class MemoryPresence:
    """Implements the port ``PresenceStore``."""

    def __init__(self) -> None:
        self._here: dict[tuple[UUID, str], Presence] = {}
        self._claims: dict[UUID, tuple[str, str, datetime]] = {}

    async def here(self, one: Presence) -> None:
        """See the port."""
        self._here[one.complaint, one.person] = one

    async def left(self, complaint: UUID, person: str) -> None:
        """See the port."""
        self._here.pop((complaint, person), None)

    async def present(self, complaints: Collection[UUID], since: datetime) -> list[Presence]:
        """See the port."""
        found = [
            one for one in self._here.values() if one.complaint in complaints and one.at >= since
        ]
        return sorted(found, key=lambda one: (one.complaint, one.person))

    async def claim(
        self, complaint: UUID, person: str, form: str, at: datetime, since: datetime
    ) -> str | None:
        """See the port."""
        there = self._claims.get(complaint)
        if there is not None and there[1] != form and there[2] >= since:
            return there[0]
        self._claims[complaint] = person, form, at
        return None

    async def release(self, complaint: UUID, form: str) -> None:
        """See the port."""
        if complaint in self._claims and self._claims[complaint][1] == form:
            del self._claims[complaint]

    async def forget_case(self, complaint: UUID) -> None:
        """See the port."""
        self._here = {key: one for key, one in self._here.items() if one.complaint != complaint}
        self._claims.pop(complaint, None)

    async def forget_presence(self, before: datetime) -> int:
        """See the port."""
        gone = [key for key, one in self._here.items() if one.at < before]
        over = [key for key, (_, _, at) in self._claims.items() if at < before]
        for key in gone:
            del self._here[key]
        for complaint in over:
            del self._claims[complaint]
        return len(gone) + len(over)

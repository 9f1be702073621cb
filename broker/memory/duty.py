"""Who is on duty, in memory, for tests; it passes the same tests as the real store."""

from collections.abc import Collection, Sequence
from datetime import date

from broker.ports.duty import Duty


class MemoryDuties:
    """Implements the port ``DutyStore``."""

    def __init__(self) -> None:
        self._duties: dict[str, Duty] = {}

    async def add_duties(self, duties: Sequence[Duty]) -> None:
        """See the port."""
        self._duties |= {one.id: one for one in duties}

    async def change_duty(self, before: Duty, after: Duty) -> bool:
        """See the port."""
        if self._duties.get(before.id) != before:
            return False
        self._duties[before.id] = after
        return True

    async def remove_duty(self, duty: Duty) -> bool:
        """See the port."""
        if self._duties.get(duty.id) != duty:
            return False
        del self._duties[duty.id]
        return True

    async def duty(self, id: str) -> Duty | None:
        """See the port."""
        return self._duties.get(id)

    async def duties(
        self, first: date, last: date, agencies: Collection[str] | None = None
    ) -> list[Duty]:
        """See the port."""
        found = [
            one
            for one in self._duties.values()
            if one.first <= last and one.last >= first
            if agencies is None or one.agency in agencies
        ]
        return sorted(found, key=lambda one: (one.agency, one.first, one.id))

    async def forget_duties(self, before: date) -> int:
        """See the port."""
        old = [one.id for one in self._duties.values() if one.last < before]
        for id in old:
            del self._duties[id]
        return len(old)

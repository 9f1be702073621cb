"""Who of the desk is at which case, and whose decision is on its way: for moments only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Presence:
    """A person has a case open, last heard of ``at``; ``typing``: they write a decision."""

    complaint: UUID
    person: str
    at: datetime
    typing: bool = False


class PresenceStore(Protocol):
    """Every method may raise StoreUnavailable. Nothing of it is needed the next day."""

    async def here(self, one: Presence) -> None:
        """Somebody is at a case; what was known of them there before is replaced."""

    async def left(self, complaint: UUID, person: str) -> None:
        """They are at it no more."""

    async def present(self, complaints: Collection[UUID], since: datetime) -> list[Presence]:
        """Who was heard of at these cases since then, by case and name."""

    async def claim(
        self, complaint: UUID, person: str, form: str, at: datetime, since: datetime
    ) -> str | None:
        """One form at a time decides on a case. None: this one does, from now on; else who sent
        the form that does. One claim from before ``since`` is over; the same form may claim again.
        """

    async def release(self, complaint: UUID, form: str) -> None:
        """Its decision has come to its end, whichever."""

    async def forget_case(self, complaint: UUID) -> None:
        """Nobody is known to be at this case, or to decide on it."""

    async def forget_presence(self, before: datetime) -> int:
        """Drop what is older; gives how much."""

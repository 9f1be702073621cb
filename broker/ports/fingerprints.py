"""What the journal remembers of complaints, so that those about the same thing are found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Remembered(NamedTuple):
    """``fingerprint``: None where the complaint is not to be named to others any more."""

    complaint: UUID
    at: datetime
    fingerprint: bytes | None


@dataclass(frozen=True, slots=True)
class Remembering:
    """What came in since; ``after``: behind which the next ones come, ``more``: whether there may
    be more at once."""

    found: Sequence[Remembered]
    after: int
    more: bool


class Fingerprints(Protocol):
    """A part of the journal. Every method may raise StoreUnavailable."""

    async def key(self) -> bytes:
        """Sixteen bytes at random, the same for all who use this journal, for ever."""

    async def since(self, after: int, most: int) -> Remembering:
        """What was recorded, and what was taken back, behind a place (0: from the beginning), in
        order, by any router. Nothing is left out; what was seen before may come once more.
        """

    async def withdraw(self, complaints: Collection[UUID], at: datetime) -> int:
        """These are not to be named to others any more: their fingerprints go, and who reads
        ``since`` hears of it. Gives how many of them there were."""

    async def forget(self, before: datetime, most: int) -> int:
        """Remove at most ``most`` entries recorded before a moment; gives how many."""

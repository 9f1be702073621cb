"""What whoever searches asks the case store: pages of a list, what has changed, several at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from broker.domain.case import Case, Said

ListPlace = tuple[datetime, UUID]
"""Where a case stands in a list: when it began (of closed ones in ``versions``: ended), and its
id."""


@dataclass(frozen=True, slots=True)
class CaseVersions:
    """Cases that are there with their words, in order, and which value of each: whatever changes
    one adds to the ``lines`` of its history. ``after``: behind which the next ones come, None where
    these are the last."""

    lines: Mapping[UUID, int]
    after: ListPlace | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody is late with: a clock of a case. ``agency``: None is the desk."""

    place: ListPlace
    agency: str | None
    clock: str

    @property
    def due_at(self) -> datetime:
        return self.place[0]

    @property
    def complaint_id(self) -> UUID:
        return self.place[1]


class CaseSearch(Protocol):
    """Every method may raise StoreUnavailable."""

    async def versions(self, *, closed: bool, after: ListPlace | None, most: int) -> CaseVersions:
        """The next cases that have their words, open ones in the order in which they began, or
        closed ones in the order in which they ended; at most so many, behind a place.

        Little is read of each, and none waits for it: for whoever wants to know what has changed.
        """

    async def with_words(self, complaints: Collection[UUID]) -> list[tuple[Case, list[Said]]]:
        """Those of these that are there, each with all that was said in it, oldest first. Read
        beside the work; not more than a few hundred at a time."""

    async def found(self, complaints: Collection[UUID]) -> dict[UUID, Case]:
        """Those of these that are there; not more than a few hundred at a time."""

    async def late(
        self,
        at: datetime,
        *,
        agency: str | None = None,
        at_desk: bool = False,
        clock: str | None = None,
        after: Owed | None = None,
        most: int,
    ) -> list[Owed]:
        """What was owed before a moment and is not done yet, the longest overdue first: of all, of
        an agency or of the desk, of one clock; at most so many, behind the last of a page."""

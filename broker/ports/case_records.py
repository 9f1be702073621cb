"""Cases as the store keeps them, very many at a time: what figures are counted from."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Step(NamedTuple):
    """What figures need of a line of a history: see ``Entry``. ``supporting``: the agency that it
    was about, where that is not the one that has the case."""

    at: datetime
    who: str
    what: str
    before: str | None
    after: str
    agency_from: str | None
    agency_to: str | None
    supporting: str | None


class RecordsSnapshot(Protocol):
    """The store as it was at one moment. Every method may raise StoreUnavailable."""

    def pages(self, ended_since: datetime) -> AsyncIterator[Sequence[str]]:
        """The records (broker.domain.case.record, as JSON, without the complaint) of all cases that
        are open or were closed from then on, in no order, some thousands at a time."""

    async def steps(self, complaints: Collection[UUID]) -> dict[UUID, list[Step]]:
        """The lines of these histories, in their order; not those of rungs and of deadlines that
        moved."""

    async def confidential(self, complaints: Collection[UUID]) -> set[UUID]:
        """Those of these whose reporter wanted it kept from the public, or may have: a case whose
        words were dropped does not tell."""


class CaseRecords(Protocol):
    """Reading alone, beside everything else that the store does: nobody waits for it."""

    def snapshot(self) -> AbstractAsyncContextManager[RecordsSnapshot]:
        """One at a time: whoever comes second waits. Raises StoreUnavailable."""

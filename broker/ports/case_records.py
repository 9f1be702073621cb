"""Cases as the store keeps them, very many at a time: what figures are counted from."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Step(NamedTuple):
    """What figures need of a line of a history: see ``Entry``. ``supporting``: the agency that it
    was about, where that is not the one that has the case; ``handover``: the desk gave it on
    because its agency ended or was merged."""

    at: datetime
    who: str
    what: str
    before: str | None
    after: str
    agency_from: str | None
    agency_to: str | None
    supporting: str | None
    handover: bool = False


class RecordsPart(Protocol):
    """Some of the cases of a snapshot. It can be pickled, and opened in another process for as
    long as the snapshot lasts; it carries what the store is reached with."""

    def open(self) -> AbstractAsyncContextManager["RecordsSnapshot"]:
        """These cases and no others; once. Raises StoreUnavailable."""


class RecordsSnapshot(Protocol):
    """The store as it was at one moment. Every method may raise StoreUnavailable."""

    async def parts(self, many: int, fewest: int) -> Sequence[RecordsPart]:
        """The cases in so many parts of about the same size, each case in one of them; none where
        there are fewer cases than ``fewest``, or where no other process can read them.

        A part may be read as it is some moments later; no case is in two of them, or in none,
        for that."""

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

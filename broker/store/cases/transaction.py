"""A transaction on the cases, for the event loop."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from broker.domain.case import Case, Entry
from broker.errors import StoreUnavailable
from broker.ports import CaseChange, Deferred, Held
from broker.store.cases.work import Work
from broker.store.database import Database, Waits

T = TypeVar("T")


class SqlCaseTransaction:
    """Implements the port ``CaseTransaction``.

    A step that failed or was cancelled may have been done by half: after it nothing is committed,
    even where the block goes on and ends well.
    """

    def __init__(self, work: Work, database: Database, waits: Waits) -> None:
        self.failed = False
        self.over = False
        self._work = work
        self._database = database
        self._waits = waits

    async def load(
        self,
        complaints: Collection[UUID],
        causes: Mapping[UUID, Collection[str]] | None = None,
        *,
        whole: Collection[UUID] | None = None,
        told: Collection[UUID] = (),
    ) -> dict[UUID, Case]:
        """See the port; waits for whoever has one of the cases in hand."""
        load = partial(self._work.loading.load, complaints, causes or {}, whole, told)
        return await self._step(load, self._waits.claim)

    async def named(self, codes: Collection[str]) -> dict[str, set[UUID]]:
        """See the port."""
        return await self._step(partial(self._work.loading.named, codes))

    async def due(self, watermark: datetime, most: int) -> list[Case]:
        """See the port."""
        return await self._step(partial(self._work.loading.due, watermark, most))

    async def outdated(self, calendar: str, most: int) -> list[Case]:
        """See the port."""
        return await self._step(partial(self._work.loading.outdated, calendar, most))

    async def save(self, changes: Sequence[CaseChange]) -> None:
        """See the port; waits for whoever begins one of the cases at the same time."""
        await self._step(partial(self._work.saving.save, changes), self._waits.claim)

    async def defer(self, early: Sequence[Deferred]) -> None:
        """See the port."""
        await self._step(partial(self._work.deferring.defer, early), self._waits.claim)

    async def deferred(self, complaints: Collection[UUID]) -> list[Deferred]:
        """See the port."""
        return await self._step(partial(self._work.deferring.deferred, complaints))

    async def deferred_until(self, watermark: datetime, most: int) -> list[Deferred]:
        """See the port."""
        return await self._step(partial(self._work.deferring.deferred_until, watermark, most))

    async def held(
        self, complaints: Collection[UUID], speakers: Collection[str]
    ) -> tuple[dict[UUID, Held], dict[str, Held]]:
        """See the port."""
        return await self._step(partial(self._work.deferring.held, complaints, speakers))

    async def deferred_keys(self, keys: Collection[str]) -> set[str]:
        """See the port."""
        return await self._step(partial(self._work.deferring.deferred_keys, keys))

    async def forget_deferred(self, keys: Collection[str]) -> None:
        """See the port."""
        await self._step(partial(self._work.forget_deferred, keys), self._waits.claim)

    async def advance_watermark(self, moment: datetime) -> None:
        """See the port."""
        await self._step(partial(self._work.advance_watermark, moment), self._waits.claim)

    async def forget(self, closed_before: datetime, most: int) -> int:
        """Remove the cases that were closed first, with all that belongs to them."""
        return await self._step(partial(self._work.drops().cases, closed_before, most))

    async def forget_words(self, closed_before: datetime, most: int, now: datetime) -> int:
        """Drop the words of the cases that were closed first."""
        return await self._step(partial(self._work.drops().words, closed_before, most, now))

    async def erase(
        self, complaint: UUID, line: Entry, waiting: Collection[UUID], now: datetime
    ) -> bool:
        """Remove a person's marks; waits for whoever has the case in hand."""
        erase = partial(self._work.drops().person, complaint, line, waiting, now)
        return await self._step(erase, self._waits.claim)

    async def _step(self, job: Callable[[], T], within: float | None = None) -> T:
        if self.over:
            raise RuntimeError("the transaction is over")
        if self.failed:
            raise StoreUnavailable("an earlier step of the transaction failed")
        self.failed = True
        result = await self._database.run(job, within or self._waits.answer)
        self.failed = False
        return result

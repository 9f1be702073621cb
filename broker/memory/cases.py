"""The CaseStore port in memory."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from broker.domain.case import EVERY_OPEN, Case, CaseFilter, Entry, Said, State
from broker.domain.case.deadlines import open_deadlines
from broker.errors import StoreUnavailable
from broker.memory.case_records import MemoryCaseRecords
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.memory.happening import happened, moves
from broker.memory.inbox import MemoryInbox
from broker.memory.kept_cases import KeptCases, passed_on
from broker.memory.listing import cases_wanted
from broker.memory.versions import in_order, owed_before, versions
from broker.ports import (
    Anchor,
    CaseVersions,
    ClockState,
    Happened,
    ListPlace,
    Mended,
    Moved,
    Owed,
    Told,
    Wanted,
)


class MemoryCaseStore:
    """Cases of one process; ``away`` plays an outage, also one amid a transaction.

    One transaction at a time, as on SQLite: others wait for its end. Cases are kept as a real
    store would give them back: what JSON cannot carry does not survive.
    """

    def __init__(self) -> None:
        self.away = False
        self._kept = KeptCases()
        self.inbox = MemoryInbox(self._asked)
        self.records = MemoryCaseRecords(lambda: self._kept)
        self._turn = asyncio.Lock()
        self._began: datetime | None = None
        self._vouched: datetime | None = None
        self._anchor: Anchor | None = None
        self._mends: list[Mended] = []
        self.database: datetime | None = None
        """What the clock of a database server would show, were this one."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryCaseTransaction]:
        """See the port."""
        await self.check()
        async with self._turn:
            work = self._kept.copy()
            transaction = MemoryCaseTransaction(lambda: self.away, work)
            try:
                yield transaction
                await self.check()
                if transaction.failed:
                    raise StoreUnavailable("a step of the transaction failed")
                self._kept = work
            finally:
                transaction.over = True

    async def watermark(self) -> datetime | None:
        """See the port."""
        await self.check()
        return self._kept.watermark

    async def next_due(self) -> datetime | None:
        """See the port."""
        await self.check()
        return min((c.next_due for c in self._kept.cases.values() if c.next_due), default=None)

    async def find(self, complaint: UUID) -> Case | None:
        """See the port."""
        await self.check()
        return self._kept.cases.get(complaint)

    async def find_tracking(self, tracking: str) -> Case | None:
        """See the port."""
        await self.check()
        found = [case for case in self._kept.cases.values() if case.tracking == tracking]
        return max(found, key=lambda case: case.opened_at, default=None)

    async def with_conversation(self, tracking: str, newest: int, wanted: Wanted = None) -> Told:
        """See the port."""
        case = await self.find_tracking(tracking)
        if case is None:
            return None
        if wanted is not None and not wanted(case):
            return case, []
        return case, await self.conversation(case.complaint_id, newest)

    async def find_event(self, event: str) -> Case | None:
        """See the port."""
        await self.check()
        kept = self._kept
        for complaint, case in kept.cases.items():
            told = (line.events for line in kept.history.get(complaint, ()))
            if event in kept.causes.get(complaint, ()) or any(event in events for events in told):
                return case
        return None

    async def history(self, complaint: UUID, newest: int | None = None) -> list[Entry]:
        """See the port."""
        await self.check()
        lines = list(self._kept.history.get(complaint, ()))
        return lines if newest is None else lines[max(len(lines) - newest, 0) :]

    async def conversation(self, complaint: UUID, newest: int | None = None) -> list[Said]:
        """See the port."""
        await self.check()
        said = list(self._kept.conversation.get(complaint, ()))
        return said if newest is None else said[max(len(said) - newest, 0) :]

    async def conversations(self, complaints: Collection[UUID]) -> dict[UUID, tuple[Said, ...]]:
        """See the port."""
        await self.check()
        kept = self._kept.conversation
        return {one: passed_on(kept[one]) for one in complaints if kept.get(one)}

    async def happened(
        self, channel: str, since: datetime, until: datetime, most: int
    ) -> list[Happened]:
        """See the port."""
        await self.check()
        return happened(self._kept, channel, since, until)[:most]

    async def moves(self, since: datetime, until: datetime, most: int) -> list[Moved]:
        """See the port."""
        await self.check()
        return moves(self._kept, since, until)[:most]

    async def lines(self, complaint: UUID) -> int:
        """See the port."""
        await self.check()
        return len(self._kept.history.get(complaint, ()))

    async def listed(
        self,
        wanted: CaseFilter = EVERY_OPEN,
        *,
        most: int = 1000,
        after: ListPlace | None = None,
    ) -> AsyncIterator[Case]:
        """See the port."""
        await self.check()
        for case in cases_wanted(self._kept, wanted, after)[:most]:
            yield case

    async def versions(self, *, closed: bool, after: ListPlace | None, most: int) -> CaseVersions:
        """See the port."""
        await self.check()
        return versions(self._kept, closed, after, most)

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
        """See the port."""
        await self.check()
        every = owed_before(self._kept, at)
        return [
            one
            for one in every
            if (agency is None or one.agency == agency)
            and (not at_desk or one.agency is None)
            and (clock is None or one.clock == clock)
            and (after is None or in_order(one) > in_order(after))
        ][:most]

    async def with_words(self, complaints: Collection[UUID]) -> list[tuple[Case, list[Said]]]:
        """See the port."""
        await self.check()
        kept = self._kept
        there = [one for one in complaints if one in kept.cases]
        return [(kept.cases[one], list(kept.conversation.get(one, ()))) for one in there]

    async def found(self, complaints: Collection[UUID]) -> dict[UUID, Case]:
        """See the port."""
        await self.check()
        return {one: self._kept.cases[one] for one in complaints if one in self._kept.cases}

    async def how_many(self, wanted: CaseFilter = EVERY_OPEN) -> int:
        """See the port."""
        await self.check()
        return len(cases_wanted(self._kept, wanted))

    async def counts(self) -> list[tuple[str | None, State, int]]:
        """See the port."""
        await self.check()
        found: dict[tuple[str | None, State], int] = {}
        for case in self._kept.cases.values():
            key = case.agency, case.state
            found[key] = found.get(key, 0) + 1
        return [(agency, state, count) for (agency, state), count in found.items()]

    async def overdue(self, at: datetime) -> list[tuple[str | None, str, int]]:
        """See the port."""
        await self.check()
        found: dict[tuple[str | None, str], int] = {}
        for case in self._kept.cases.values():
            for agency, clock, due in open_deadlines(case):
                if due < at:
                    found[agency, clock] = found.get((agency, clock), 0) + 1
        return [(agency, clock, count) for (agency, clock), count in found.items()]

    async def oldest_in_triage(self) -> datetime | None:
        """See the port."""
        await self.check()
        cases = self._kept.cases.values()
        return min((case.placed_at for case in cases if case.state is State.TRIAGE), default=None)

    async def forget(self, closed_before: datetime, most: int) -> int:
        """See the port."""
        async with self.transaction() as transaction:
            self._mends = [mended for mended in self._mends if mended.at >= closed_before]
            return transaction.forget(closed_before, most)

    async def forget_words(self, closed_before: datetime, most: int, now: datetime) -> int:
        """See the port."""
        async with self.transaction() as transaction:
            return transaction.forget_words(closed_before, most)

    async def erase(
        self, complaint: UUID, line: Entry, waiting: Collection[UUID], now: datetime
    ) -> bool:
        """See the port."""
        async with self.transaction() as transaction:
            return transaction.erase(complaint, line, waiting)

    async def vacuum(self) -> str | None:
        """See the port; nothing is left in memory."""
        await self.check()
        return None

    async def began(self, moment: datetime) -> datetime:
        """See the port."""
        await self.check()
        self._began = self._began or moment
        return self._began

    async def clock_state(self) -> ClockState:
        """See the port."""
        await self.check()
        kept = self._kept
        return ClockState(
            kept.watermark,
            self._vouched,
            self._anchor,
            self._began,
            bool(kept.cases),
            self.database,
            elsewhere=self.database is not None,
        )

    async def anchor(self, anchor: Anchor) -> None:
        """See the port."""
        await self.check()
        self._anchor = anchor

    async def mend_clock(self, mended: Mended) -> Mended:
        """See the port."""
        await self.check()
        async with self._turn:
            before = self._kept.watermark
            if before is not None and before > mended.at:
                self._kept.watermark = mended.at
            self._vouched = mended.at
            self._mends.insert(0, replace(mended, watermark=before))
            return self._mends[0]

    async def mends(self, newest: int) -> list[Mended]:
        """See the port."""
        await self.check()
        return self._mends[:newest]

    async def check(self) -> None:
        """See the port."""
        if self.away:
            raise StoreUnavailable("the case store is away")

    async def _asked(self) -> KeptCases:
        await self.check()
        return self._kept

    async def close(self) -> None:
        """See the port; a store in memory can be opened again as it was."""

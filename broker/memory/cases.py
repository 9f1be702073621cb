"""The CaseStore port in memory."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from broker.domain.case import EVERY_OPEN, Case, CaseFilter, Entry, Said, State
from broker.domain.case.deadlines import open_deadlines
from broker.domain.case.forgetting import without_person, without_words
from broker.errors import StoreUnavailable
from broker.memory.kept_cases import KeptCases, as_kept, as_said, held_of, passed_on
from broker.memory.listing import cases_wanted
from broker.ports import Anchor, CaseChange, ClockState, Deferred, Held, Mended
from schemas import limits


class MemoryCaseStore:
    """Cases of one process; ``away`` plays an outage, also one amid a transaction.

    One transaction at a time, as on SQLite: others wait for its end. Cases are kept as a real
    store would give them back: what JSON cannot carry does not survive.
    """

    def __init__(self) -> None:
        self.away = False
        self._kept = KeptCases()
        self._turn = asyncio.Lock()
        self._began: datetime | None = None
        self._vouched: datetime | None = None
        self._anchor: Anchor | None = None
        self._mends: list[Mended] = []
        self.database: datetime | None = None
        """What the clock of a database server would show, were this one."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["MemoryCaseTransaction"]:
        """See the port."""
        await self.check()
        async with self._turn:
            work = self._kept.copy()
            transaction = MemoryCaseTransaction(self, work)
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

    async def lines(self, complaint: UUID) -> int:
        """See the port."""
        await self.check()
        return len(self._kept.history.get(complaint, ()))

    async def listed(
        self, wanted: CaseFilter = EVERY_OPEN, *, most: int = 1000
    ) -> AsyncIterator[Case]:
        """See the port."""
        await self.check()
        for case in cases_wanted(self._kept, wanted)[:most]:
            yield case

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

    async def forget(self, closed_before: datetime, most: int) -> int:
        """See the port."""
        async with self.transaction() as transaction:
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

    async def close(self) -> None:
        """See the port; a store in memory can be opened again as it was."""


class MemoryCaseTransaction:
    """See broker.ports.CaseTransaction."""

    def __init__(self, store: MemoryCaseStore, work: KeptCases) -> None:
        self.failed = False
        self.over = False
        self._store = store
        self._work = work
        self._given: set[UUID] = set()

    async def load(
        self,
        complaints: Collection[UUID],
        causes: Mapping[UUID, Collection[str]] | None = None,
        *,
        whole: Collection[UUID] | None = None,
        told: Collection[UUID] = (),
    ) -> dict[UUID, Case]:
        """See the port."""
        await self._check()
        cases, known = self._work.cases, self._work.causes
        wanted = causes or {}
        self._given.update(complaints)
        return {
            complaint: replace(
                cases[complaint],
                complaint=cases[complaint].complaint
                if whole is None or complaint in whole
                else None,
                seen=known[complaint].intersection(wanted.get(complaint, ())),
                lines=len(self._work.history[complaint]),
                conversation=passed_on(self._work.conversation.get(complaint, ()))
                if complaint in told
                else (),
            )
            for complaint in complaints
            if complaint in cases
        }

    async def named(self, codes: Collection[str]) -> dict[str, set[UUID]]:
        """See the port."""
        await self._check()
        found: dict[str, set[UUID]] = {}
        for case in self._work.cases.values():
            if case.tracking in codes:
                found.setdefault(case.tracking, set()).add(case.complaint_id)
        return found

    async def due(self, watermark: datetime, most: int) -> list[Case]:
        """See the port."""
        await self._check()
        found = [(c.next_due, c) for c in self._work.cases.values() if c.open and c.next_due]
        found = sorted((d for d in found if d[0] <= watermark), key=lambda d: d[0])
        return [self._give(case) for _, case in found[:most]]

    async def outdated(self, calendar: str, most: int) -> list[Case]:
        """See the port."""
        await self._check()
        found = [c for c in self._work.cases.values() if c.open and c.calendar != calendar]
        return [self._give(case) for case in found[:most]]

    async def save(self, changes: Sequence[CaseChange]) -> None:
        """See the port."""
        await self._check()
        work = self._work
        for change in changes:
            complaint = change.case.complaint_id
            if complaint in work.cases and complaint not in self._given:
                self.failed = True
                raise StoreUnavailable("the case was not loaded in this transaction")
            self._given.add(complaint)
            work.cases[complaint] = as_kept(change.case, work.cases.get(complaint))
            work.history[complaint] = (*work.history.get(complaint, ()), *change.history)
            work.causes[complaint] = work.causes.get(complaint, frozenset()).union(change.causes)
            if change.said:
                said = as_said(change.said)
                work.conversation[complaint] = (*work.conversation.get(complaint, ()), *said)

    async def defer(self, early: Sequence[Deferred]) -> None:
        """See the port."""
        await self._check()
        for deferred in early:
            self._work.deferred.setdefault(deferred.key, deferred)

    async def deferred(self, complaints: Collection[UUID]) -> list[Deferred]:
        """See the port."""
        await self._check()
        return [one for one in self._work.deferred.values() if one.complaint in complaints]

    async def deferred_until(self, watermark: datetime, most: int) -> list[Deferred]:
        """See the port."""
        await self._check()
        found = [one for one in self._work.deferred.values() if one.until < watermark]
        room, kept = limits.DEFERRED_STEP_BYTES, list[Deferred]()
        for one in sorted(found, key=lambda one: one.until)[:most]:
            room -= one.size
            if kept and room < 0:
                break
            kept.append(one)
        return kept

    async def held(
        self, complaints: Collection[UUID], speakers: Collection[str]
    ) -> tuple[dict[UUID, Held], dict[str, Held]]:
        """See the port."""
        await self._check()
        all_ = self._work.deferred.values()
        of_cases = {c: held_of(one for one in all_ if one.complaint == c) for c in complaints}
        of_speakers = {s: held_of(one for one in all_ if one.speaker == s) for s in speakers}
        return of_cases, of_speakers

    async def deferred_keys(self, keys: Collection[str]) -> set[str]:
        """See the port."""
        await self._check()
        return set(keys) & self._work.deferred.keys()

    async def forget_deferred(self, keys: Collection[str]) -> None:
        """See the port."""
        await self._check()
        for key in keys:
            self._work.deferred.pop(key, None)

    async def advance_watermark(self, moment: datetime) -> None:
        """See the port."""
        await self._check()
        self._work.watermark = max(self._work.watermark or moment, moment)

    def forget(self, closed_before: datetime, most: int) -> int:
        """Remove the cases that were closed first."""
        work = self._work
        ended = [(c.closed.at, c.complaint_id) for c in work.cases.values() if c.closed]
        old = sorted(end for end in ended if end[0] < closed_before)[:most]
        for _, complaint in old:
            del work.cases[complaint], work.history[complaint], work.causes[complaint]
            work.conversation.pop(complaint, None)
        return len(old)

    def forget_words(self, closed_before: datetime, most: int) -> int:
        """Drop the words of the cases that were closed first."""
        ended = [(c.closed.at, c) for c in self._work.cases.values() if c.closed]
        ended = [end for end in ended if end[0] < closed_before and self._work.has_words(end[1])]
        old = sorted(ended, key=lambda end: end[0])[:most]
        for _, case in old:
            self._work.drop_words(case, without_words)
        return len(old)

    def erase(self, complaint: UUID, line: Entry, waiting: Collection[UUID]) -> bool:
        """Remove a person's marks."""
        work, ids = self._work, {complaint, *waiting}
        case = work.cases.get(complaint)
        if case is None or case.open:
            return False
        work.drop_words(case, without_person)
        work.history[complaint] = (*work.history.get(complaint, ()), line)
        work.deferred = {k: one for k, one in work.deferred.items() if one.complaint not in ids}
        return True

    async def _check(self) -> None:
        if self.over:
            raise RuntimeError("the transaction is over")
        if self._store.away or self.failed:
            self.failed = True
            raise StoreUnavailable("the case store is away")

    def _give(self, case: Case) -> Case:
        """A case without its complaint, which may now be saved again."""
        self._given.add(case.complaint_id)
        return replace(case, complaint=None)

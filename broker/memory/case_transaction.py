"""A transaction on the cases in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from broker.domain.case import Case, Entry
from broker.domain.case.forgetting import without_person, without_words
from broker.errors import StoreUnavailable
from broker.memory.kept_cases import KeptCases, as_kept, as_said, held_of, passed_on
from broker.ports import CaseChange, Deferred, Held
from schemas import limits


class MemoryCaseTransaction:
    """See broker.ports.CaseTransaction. ``away``: whether an outage of its store is played."""

    def __init__(self, away: Callable[[], bool], work: KeptCases) -> None:
        self.failed = False
        self.over = False
        self._away = away
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
        if self._away() or self.failed:
            self.failed = True
            raise StoreUnavailable("the case store is away")

    def _give(self, case: Case) -> Case:
        """A case without its complaint, which may now be saved again."""
        self._given.add(case.complaint_id)
        return replace(case, complaint=None)

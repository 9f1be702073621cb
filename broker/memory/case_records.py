"""The port ``CaseRecords`` in memory."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from broker.domain.case import Entry, to_record
from broker.memory.kept_cases import KeptCases
from broker.ports.case_records import RecordsPart, Step
from schemas.envelope import dumps

_OF_CLOCKS = ("escalated", "deadline")


class MemoryCaseRecords:
    """``kept``: what the store holds now."""

    def __init__(self, kept: Callable[[], KeptCases]) -> None:
        self._kept = kept

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["MemorySnapshot"]:
        """See the port."""
        yield MemorySnapshot(self._kept())


class MemorySnapshot:
    """What was kept at that moment."""

    def __init__(self, kept: KeptCases) -> None:
        self._kept = kept

    async def parts(self, many: int, fewest: int) -> Sequence[RecordsPart]:
        """See the port: what is in memory is of this process alone."""
        return ()

    async def pages(self, ended_since: datetime) -> AsyncIterator[Sequence[str]]:
        """See the port."""
        yield [
            dumps({**to_record(case), "complaint": None}).decode()
            for case in self._kept.cases.values()
            if case.closed is None or case.closed.at >= ended_since
        ]

    async def steps(self, complaints: Collection[UUID]) -> dict[UUID, list[Step]]:
        """See the port."""
        history = self._kept.history
        return {
            one: [step_of(line) for line in history[one] if line.what not in _OF_CLOCKS]
            for one in complaints
            if history.get(one)
        }

    async def confidential(self, complaints: Collection[UUID]) -> set[UUID]:
        """See the port."""
        kept = self._kept.cases
        return {
            one
            for one in complaints
            if one not in kept
            or (words := kept[one].complaint) is None
            or words.get("confidential") is True
        }


def step_of(line: Entry) -> Step:
    return Step(
        line.at,
        line.who,
        line.what,
        line.state_from,
        line.state_to,
        line.agency_from,
        line.agency_to,
        line.detail.get("supporting"),
        line.detail.get("handover") is True,
    )

"""What is closed, or confirmed as oversight, is named to nobody as similar any more."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from broker.domain.case import State
from broker.domain.similar import WINDOW
from broker.errors import StoreUnavailable
from broker.ports import CaseStore, Journal, ListPlace, TimeSource
from consumers.cases.handler import Batch
from schemas.verbs import ASSIGNED, REPLIED, RETURNED

_DECIDE: Final = (ASSIGNED, REPLIED, RETURNED)
"""What may make it a case of oversight: the desk says so, or it is decided anew."""
EVERY: Final = 2.0
"""Seconds after which it is told what has ended."""
SWEEP_EVERY: Final = 60.0
_COUNTED_FROM_BEFORE: Final = timedelta(hours=1)
"""How much earlier than now an end may count from; older ones were told by their batch."""
_PAGE: Final = 1_000
_MOST: Final = 20_000
"""Complaints that wait to be withdrawn; beyond it they are found by ``sweep``."""
_FIRST: Final = UUID(int=0)


class Withdrawing:
    """Observes the batches of the case consumer; tells the router's journal, beside the work.

    What another process closed, and what a crash or an outage swallowed, is found by ``sweep``,
    which goes along what was closed.
    """

    def __init__(
        self,
        open_journal: Callable[[], Awaitable[Journal]],
        store: CaseStore,
        clock: TimeSource,
    ) -> None:
        self._open_journal = open_journal
        self._journal: Journal | None = None
        self._store = store
        self._clock = clock
        self._ended: set[UUID] = set()
        self._swept: ListPlace | None = None

    def __call__(self, done: Batch) -> None:
        if done.done is None:
            return
        case_batch = done.done.case_batch
        for line in case_batch.lines:
            case = case_batch.cases.get(line.complaint)
            oversight = line.what in _DECIDE and case is not None and case.oversight
            if (oversight or line.state == State.CLOSED) and len(self._ended) < _MOST:
                self._ended.add(line.complaint)

    async def tell(self) -> None:
        """Withdraw what has ended. Raises StoreUnavailable: it is told the next time."""
        if not self._ended:
            return
        some = frozenset(self._ended)
        await self._withdraw(some)
        self._ended -= some

    async def sweep(self) -> None:
        """Withdraw what was closed since the last time, at first within the last weeks."""
        after, began = self._swept or (self._clock.now() - WINDOW, _FIRST), self._clock.now()
        more = True
        while more:
            closed = await self._store.versions(closed=True, after=after, most=_PAGE)
            await self._withdraw(frozenset(closed.lines))
            more = closed.after is not None
            after = closed.after or after
        self._swept = began - _COUNTED_FROM_BEFORE, _FIRST

    async def close(self) -> None:
        if self._journal is not None:
            with suppress(StoreUnavailable):
                await self._journal.close()

    async def _withdraw(self, complaints: frozenset[UUID]) -> None:
        if not complaints:
            return
        if self._journal is None:
            self._journal = await self._open_journal()
        await self._journal.fingerprints.withdraw(complaints, self._clock.now())

"""The case store, for the event loop: one process's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from broker.domain.case import Case, Entry, Said, State
from broker.errors import StoreUnavailable
from broker.ports import (
    Anchor,
    ClockState,
    Happened,
    Mended,
    Moved,
    Told,
    Wanted,
)
from broker.store.cases import clock_state, reading
from broker.store.cases.conversation import conversation, newest_of, with_conversation
from broker.store.cases.database import case_database
from broker.store.cases.happening import happened
from broker.store.cases.inbox import SqlInbox
from broker.store.cases.moving import moves
from broker.store.cases.recent import Recent
from broker.store.cases.records import SqlCaseRecords
from broker.store.cases.searching import Searching
from broker.store.cases.tables import CASES, case_check
from broker.store.cases.transaction import SqlCaseTransaction
from broker.store.cases.vacuum import VACUUM_WITHIN, empty_log, vacuum
from broker.store.cases.work import Work
from broker.store.checking import StoreCheck
from broker.store.database import Database, Waits, end
from broker.store.keeping_open import kept_open
from broker.store.schema import upgraded

T = TypeVar("T")
DEFAULT_WAITS: Final = Waits()
_LOOKS_FOR: Final = 300.0  # seconds for looking through all of a store


async def open_case_store(url: str, waits: Waits = DEFAULT_WAITS) -> "SqlCaseStore":
    """Open the case store at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(case_database(url), "cases", waits.claim)
    tables = [table for table in CASES.sorted_tables if table is not case_check]
    checks = StoreCheck(Database(url), tables, case_check, waits.check)
    return SqlCaseStore(database, case_database(url), Database(url), checks, waits)


class SqlCaseStore(Searching):
    """Implements the port ``CaseStore``, used from one event loop.

    A transaction stays open while its caller publishes. Its cases are locked: on PostgreSQL row
    by row, on SQLite with the whole file. Transactions of one store take turns, in the order in
    which they came; reading has a connection and a thread of its own and waits for none.

    On SQLite words that are removed are overwritten in the file at once, and in its log by the next
    ``forget`` or ``close``.
    """

    def __init__(
        self,
        database: Database,
        reads: Database,
        scrapes: Database,
        checks: StoreCheck,
        waits: Waits,
    ) -> None:
        self.records = SqlCaseRecords(database.again, _LOOKS_FOR)
        self._database = database
        self._reads = reads
        self._scrapes = scrapes
        """Counting a million takes a while, and a wake-up does not wait for it."""
        self._checks = checks
        self._waits = waits
        self.inbox = SqlInbox(self._read)
        self._turn = asyncio.Lock()
        self._open: Connection | None = None
        self._dropped = True
        """Whether the log of SQLite may hold words that were removed; unknown at the start."""
        self._counts: Recent[list[tuple[str | None, State, int]]] = Recent()
        self._overdue: Recent[list[tuple[str | None, str, int]]] = Recent()
        self._triage: Recent[tuple[datetime | None]] = Recent()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlCaseTransaction]:
        """See the port."""
        async with self._turn:
            transaction: SqlCaseTransaction | None = None
            try:
                work = await self._database.run(self._begin, self._waits.claim)
                transaction = SqlCaseTransaction(work, self._database, self._waits)
                async with kept_open(self._database, self._ping, self._waits.answer):
                    yield transaction
                if transaction.failed:
                    raise StoreUnavailable("a step of the transaction failed")
                await self._database.finish(self._commit, self._waits.answer)
                self._dropped = self._dropped or work.dropped
            except BaseException:
                # Also where it is the commit that failed or got no answer: then it is not
                # known what was written, and the transaction must not stay open.
                with suppress(StoreUnavailable):
                    await self._database.finish(self._roll_back, self._waits.answer)
                raise
            finally:
                if transaction is not None:
                    transaction.over = True

    async def watermark(self) -> datetime | None:
        """See the port."""
        return await self._read(reading.watermark)

    async def next_due(self) -> datetime | None:
        """See the port."""
        return await self._read(reading.next_due)

    async def find(self, complaint: UUID) -> Case | None:
        """See the port."""
        return await self._read(partial(reading.find, complaint))

    async def find_tracking(self, tracking: str) -> Case | None:
        """See the port."""
        return await self._read(partial(reading.find_tracking, tracking))

    async def with_conversation(self, tracking: str, newest: int, wanted: Wanted = None) -> Told:
        """See the port."""
        return await self._read(partial(with_conversation, tracking, newest, wanted))

    async def history(self, complaint: UUID, newest: int | None = None) -> list[Entry]:
        """See the port."""
        return await self._read(partial(reading.history, complaint, newest))

    async def find_event(self, event: str) -> Case | None:
        """See the port."""
        return await self._read(partial(reading.find_event, event), self._scrapes, _LOOKS_FOR)

    async def conversation(self, complaint: UUID, newest: int | None = None) -> list[Said]:
        """See the port."""
        return await self._read(partial(conversation, complaint, newest))

    async def conversations(self, complaints: Collection[UUID]) -> dict[UUID, tuple[Said, ...]]:
        """See the port."""
        return await self._read(partial(newest_of, complaints))

    async def happened(
        self, channel: str, since: datetime, until: datetime, most: int
    ) -> list[Happened]:
        """See the port."""
        return await self._read(partial(happened, channel, since, until, most), self._scrapes)

    async def moves(self, since: datetime, until: datetime, most: int) -> list[Moved]:
        """See the port."""
        return await self._read(partial(moves, since, until, most), self._scrapes, _LOOKS_FOR)

    async def lines(self, complaint: UUID) -> int:
        """See the port."""
        return await self._read(partial(reading.lines, complaint))

    async def counts(self) -> list[tuple[str | None, State, int]]:
        """See the port."""
        return await self._lately(self._counts, reading.counts)

    async def overdue(self, at: datetime) -> list[tuple[str | None, str, int]]:
        """See the port."""
        return await self._lately(self._overdue, partial(reading.overdue, at))

    async def oldest_in_triage(self) -> datetime | None:
        """See the port."""
        return (await self._lately(self._triage, reading.oldest_in_triage))[0]

    async def forget(self, closed_before: datetime, most: int) -> int:
        """See the port."""
        async with self.transaction() as transaction:
            gone = await transaction.forget(closed_before, most)
        async with self._turn:
            await self._wipe()
        return gone

    async def forget_words(self, closed_before: datetime, most: int, now: datetime) -> int:
        """See the port."""
        async with self.transaction() as transaction:
            gone = await transaction.forget_words(closed_before, most, now)
        async with self._turn:
            await self._wipe()
        return gone

    async def erase(
        self, complaint: UUID, line: Entry, waiting: Collection[UUID], now: datetime
    ) -> bool:
        """See the port."""
        async with self.transaction() as transaction:
            return await transaction.erase(complaint, line, waiting, now)

    async def vacuum(self) -> str | None:
        """See the port."""
        async with self._turn:
            return await self._database.run(partial(vacuum, self._database), VACUUM_WITHIN)

    async def began(self, moment: datetime) -> datetime:
        """See the port."""
        return await self._write(partial(clock_state.began, moment))

    async def clock_state(self) -> ClockState:
        """See the port."""
        return await self._read(clock_state.clock_state)

    async def anchor(self, anchor: Anchor) -> None:
        """See the port."""
        await self._write(lambda connection: clock_state.anchor(connection, anchor))

    async def mend_clock(self, mended: Mended) -> Mended:
        """See the port."""
        return await self._write(lambda connection: clock_state.mend(connection, mended))

    async def mends(self, newest: int) -> list[Mended]:
        """See the port."""
        return await self._read(partial(clock_state.mends, newest))

    async def check(self) -> None:
        """See the port: writes a row, in at most a few seconds.

        On SQLite an open transaction of this store is proof enough: nobody else could write.
        """
        if not (self._database.is_sqlite and self._open is not None):
            await self._checks.check()

    async def close(self) -> None:
        with suppress(StoreUnavailable):
            await self._database.finish(self._roll_back, self._waits.answer)
        with suppress(StoreUnavailable):
            await self._wipe()
        for each in (self._database, self._reads, self._scrapes, self._checks, self.records):
            await each.close()

    async def _read(
        self,
        question: Callable[[Connection], T],
        by: Database | None = None,
        within: float | None = None,
    ) -> T:
        database = by or self._reads

        def ask() -> T:
            with database.transaction(reading=True) as connection:
                return question(connection)

        return await database.run(ask, within or self._waits.answer)

    async def _lately(self, recent: Recent[T], question: Callable[[Connection], T]) -> T:
        if (known := recent.still_good()) is not None:
            return known
        return await self._read(recent.measured(question), self._scrapes)

    async def _write(self, change: Callable[[Connection], T]) -> T:
        """A small transaction of its own, beside the one that may be open."""

        def write() -> T:
            with self._reads.transaction(patience=self._waits.others) as connection:
                return change(connection)

        return await self._reads.run(write, self._waits.claim)

    async def _wipe(self) -> None:
        if self._dropped and self._database.is_sqlite:
            empty = partial(empty_log, self._database)
            self._dropped = not await self._database.run(empty, self._waits.answer)

    # The rest runs in the databases' threads.

    def _begin(self) -> Work:
        self._roll_back()
        self._open = self._database.begin(patience=self._waits.others)
        return Work(self._open)

    def _commit(self) -> None:
        if self._open is None:
            raise StoreUnavailable("the transaction is gone")
        self._open.commit()
        self._roll_back()

    def _ping(self) -> None:
        if self._open is not None:
            self._open.exec_driver_sql("SELECT 1")

    def _roll_back(self) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            end(connection)

"""The journal of what was routed, in SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, select

from broker.errors import StoreUnavailable
from broker.ports import NO_FINGERPRINTS
from broker.store.checking import StoreCheck
from broker.store.claiming import insert_array, insert_each
from broker.store.database import Database, Waits, end
from broker.store.fingerprints import SqlFingerprints, remember, take_out
from broker.store.keeping_open import kept_open
from broker.store.schema import upgraded
from broker.store.sharing import Shared
from broker.store.syncing import LATER, LogSync
from broker.store.tables import journal, journal_check

_order: Final = attrgetter("int")
DEFAULT_WAITS: Final = Waits()


async def open_journal(url: str, waits: Waits = DEFAULT_WAITS) -> "SqlJournal":
    """Open the journal at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(Database(url, LATER), "journal", waits.claim)
    checks = StoreCheck(Database(url), [journal], journal_check, waits.check)
    sync = LogSync(str(database.engine.url.database)) if database.is_sqlite else None
    kept = SqlFingerprints(Database(url), waits)
    opened = SqlJournal(database, checks, waits, sync, kept)
    if sync is not None:
        try:
            await sync.synced(waits.answer)  # the tables
        except BaseException:
            await opened.close()
            raise
    return opened


class SqlJournal:
    """Implements the port ``Journal``; one process's, used from one event loop.

    A recording is one transaction that stays open while the caller publishes. The ids are
    inserted first: whoever has inserted one makes the others that want it wait for the end
    of his transaction. They are inserted in order, so that two routers never wait for each
    other. On SQLite there is one writer at a time for the whole file anyway.

    Recordings side by side share a transaction (broker.store.sharing) on SQLite: it is committed
    when all of them have ended. One that fails takes its own ids out again. On PostgreSQL they take
    turns: ids of two batches are in no order, and two routers could wait for each other.
    """

    def __init__(
        self,
        database: Database,
        checks: StoreCheck,
        waits: Waits,
        sync: LogSync | None,
        fingerprints: SqlFingerprints,
    ) -> None:
        self._database = database
        self._checks = checks
        self._waits = waits
        self._sync = sync
        self._fingerprints = fingerprints
        self._turn = asyncio.Lock()
        self._shared: Shared | None = None
        self._open: Connection | None = None

    @property
    def fingerprints(self) -> SqlFingerprints:
        """See the port."""
        return self._fingerprints

    @asynccontextmanager
    async def recording(
        self,
        complaints: Sequence[UUID],
        at: datetime,
        fingerprints: Mapping[UUID, bytes] = NO_FINGERPRINTS,
    ) -> AsyncIterator[frozenset[UUID]]:
        """See the port. Claims of one journal take turns."""
        if not complaints:
            yield frozenset()
            return
        ids = frozenset(complaints)
        async with self._turn:
            shared, first = await self._joined(len(ids))
            try:
                claim = partial(self._claim, ids, at, fingerprints, first=first)
                new = await self._database.run(claim, self._waits.claim)
            except BaseException:
                # It is not known what was inserted.
                await self._leave(shared, failed=True)
                raise
        try:
            async with kept_open(self._database, self._ping, self._waits.answer):
                yield new
        except BaseException:
            await self._take_out(shared, new)
            raise
        await self._leave(shared)
        await shared.over()

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        async with self._turn:
            await self._alone()
            forget = partial(self._forget, before, most)
            forgotten = await self._database.run(forget, self._waits.claim)
        if self._sync is not None:
            await self._sync.synced(self._waits.answer)
        return forgotten

    async def check(self) -> None:
        """See the port: writes a row, in at most a few seconds.

        On SQLite an open recording of this journal is proof enough: nobody else could write.
        """
        if self._database.is_sqlite and self._open is not None:
            return
        await self._checks.check()

    async def close(self) -> None:
        with suppress(StoreUnavailable):
            await self._database.finish(self._roll_back, self._waits.answer)
        await self._database.close()
        await self._checks.close()
        await self._fingerprints.close()
        if self._sync is not None:
            self._sync.close()

    async def _joined(self, ids: int) -> tuple[Shared, bool]:
        """The transaction for so many ids more, and whether it begins with them: the one that is
        open, or another one after it."""
        if self._shared is None or not self._database.is_sqlite or not self._shared.takes(ids):
            await self._alone()
            self._shared = Shared(asyncio.get_running_loop().time)
        first = not self._shared.members
        self._shared.join(ids)
        return self._shared, first

    async def _alone(self) -> None:
        """Nobody joins the open transaction any more, and it has ended."""
        if self._shared is not None:
            self._shared.close()
            await self._shared.ended.wait()
            self._shared = None

    async def _take_out(self, shared: Shared, new: frozenset[UUID]) -> None:
        """One has failed: the ids that it has claimed are new for everybody again."""
        failed = False
        try:
            if shared.members > 1 and not shared.failed:
                take_out = partial(self._delete, new)
                await self._database.finish(take_out, self._waits.answer)
            else:
                failed = True
        except StoreUnavailable:
            failed = True
        except BaseException:
            failed = True
            raise
        finally:
            await self._leave(shared, failed=failed)

    async def _leave(self, shared: Shared, *, failed: bool = False) -> None:
        """The last one to leave ends the transaction, whether or not it is waited for."""
        if shared.leave(failed=failed):
            shared.ending(asyncio.create_task(self._end(shared)))
            if failed:
                await shared.ended.wait()

    async def _end(self, shared: Shared) -> None:
        try:
            if shared.failed:
                with suppress(StoreUnavailable):
                    await self._database.finish(self._roll_back, self._waits.answer)
                raise StoreUnavailable("the transaction is gone")
            try:
                await self._database.finish(self._commit, self._waits.answer)
            except BaseException:
                # It is not known what was recorded, and the transaction must not stay open.
                with suppress(StoreUnavailable):
                    await self._database.finish(self._roll_back, self._waits.answer)
                raise
        finally:
            shared.ended.set()
        if self._sync is not None:
            await self._sync.synced(self._waits.answer)

    # The rest runs in the databases' threads.

    def _claim(
        self,
        complaints: frozenset[UUID],
        at: datetime,
        fingerprints: Mapping[UUID, bytes],
        *,
        first: bool,
    ) -> frozenset[UUID]:
        if first:
            self._roll_back()
            self._open = self._database.begin(patience=self._waits.others)
        if self._open is None:
            raise StoreUnavailable("the transaction is gone")
        in_order = sorted(complaints, key=_order)
        insert = insert_each if self._database.is_sqlite else insert_array
        fresh = insert(self._open, in_order, at)
        new = complaints if fresh is None else frozenset(fresh)
        if fresh is not None and fingerprints:
            fingerprints = {one: made for one, made in fingerprints.items() if one in new}
        if fingerprints:
            remember(self._open, fingerprints, at, is_sqlite=self._database.is_sqlite)
        return new

    def _delete(self, complaints: frozenset[UUID]) -> None:
        if self._open is None:
            raise StoreUnavailable("the transaction is gone")
        self._open.execute(delete(journal).where(journal.c.complaint_id.in_(complaints)))
        take_out(self._open, complaints)

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

    def _forget(self, before: datetime, most: int) -> int:
        old = select(journal.c.complaint_id).where(journal.c.recorded_at < before)
        # Several routers forget side by side: each takes rows that no other has in hand.
        old = old.order_by(journal.c.recorded_at).limit(most).with_for_update(skip_locked=True)
        with self._database.transaction(patience=self._waits.others) as connection:
            statement = delete(journal).where(journal.c.complaint_id.in_(old))
            return connection.execute(statement).rowcount

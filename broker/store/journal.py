"""The journal of what was routed, in SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select, text

from broker.errors import StoreUnavailable
from broker.store.checking import StoreCheck
from broker.store.columns import Id, Moment
from broker.store.database import Database, Waits, end
from broker.store.schema import upgraded
from broker.store.tables import journal, journal_check

_FROM_ARRAY: Final = """
    INSERT INTO journal (complaint_id, recorded_at)
    SELECT id, :at FROM unnest(CAST(:ids AS uuid[])) AS id"""
_FROM_BYTES: Final = """
    WITH RECURSIVE place (i) AS (
        VALUES (1) UNION ALL SELECT i + 16 FROM place WHERE i + 16 < length(:ids))
    INSERT INTO journal (complaint_id, recorded_at)
    SELECT substr(:ids, i, 16), :at FROM place WHERE true"""
"""SQLite has no arrays: the ids are one value, sixteen bytes each."""


DEFAULT_WAITS: Final = Waits()


async def open_journal(url: str, waits: Waits = DEFAULT_WAITS) -> "SqlJournal":
    """Open the journal at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(Database(url), "journal", waits.claim)
    checks = StoreCheck(Database(url), [journal], journal_check, waits.check)
    return SqlJournal(database, checks, waits)


class SqlJournal:
    """Implements the port ``Journal``; one process's, used from one event loop.

    A recording is one transaction that stays open while the caller publishes. The ids are
    inserted first: whoever has inserted one makes the others that want it wait for the end
    of his transaction. They are inserted in order, so that two routers never wait for each
    other. On SQLite there is one writer at a time for the whole file anyway.
    """

    def __init__(self, database: Database, checks: StoreCheck, waits: Waits) -> None:
        self._database = database
        self._checks = checks
        self._waits = waits
        self._turn = asyncio.Lock()
        self._open: Connection | None = None
        self._insert = _insert(database)

    @asynccontextmanager
    async def recording(
        self, complaints: Sequence[UUID], at: datetime
    ) -> AsyncIterator[frozenset[UUID]]:
        """See the port. Recordings of one journal take turns."""
        if not complaints:
            yield frozenset()
            return
        async with self._turn:
            try:
                claim = partial(self._claim, sorted(set(complaints), key=_order), at)
                yield await self._database.run(claim, self._waits.claim)
                await self._database.finish(self._commit, self._waits.answer)
            except BaseException:
                # Also where it is the commit that failed or got no answer: then it is not
                # known what was recorded, and the transaction must not stay open.
                with suppress(StoreUnavailable):
                    await self._database.finish(self._roll_back, self._waits.answer)
                raise

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        async with self._turn:
            forget = partial(self._forget, before, most)
            return await self._database.run(forget, self._waits.claim)

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

    # The rest runs in the databases' threads.

    def _claim(self, complaints: list[UUID], at: datetime) -> frozenset[UUID]:
        self._roll_back()
        connection = self._open = self._database.begin(patience=self._waits.others)
        ids = b"".join(c.bytes for c in complaints) if self._database.is_sqlite else complaints
        return frozenset(connection.execute(self._insert, {"ids": ids, "at": at}).scalars())

    def _commit(self) -> None:
        if self._open is None:
            raise StoreUnavailable("the transaction is gone")
        self._open.commit()
        self._roll_back()

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


def _order(complaint: UUID) -> int:
    return complaint.int


def _insert(database: Database) -> Any:
    """One statement whatever the number of ids: nothing to compile for each batch, and no
    limit on the number of variables to heed. The ids are inserted in the order given."""
    source = _FROM_BYTES if database.is_sqlite else _FROM_ARRAY
    statement = text(f"{source} ON CONFLICT DO NOTHING RETURNING complaint_id")
    return statement.bindparams(bindparam("at", type_=Moment())).columns(complaint_id=Id())

"""The journal of what was routed, in SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from broker.errors import StoreUnavailable
from broker.store.columns import Moment
from broker.store.database import Database, Waits, end
from broker.store.schema import upgraded
from broker.store.tables import journal, journal_check

_EACH: Final = (
    "INSERT INTO journal (complaint_id, recorded_at) VALUES (?, ?) ON CONFLICT DO NOTHING"
)
_KNOWN: Final = """
    WITH RECURSIVE place (i) AS (
        VALUES (1) UNION ALL SELECT i + 16 FROM place WHERE i + 16 < length(?1))
    SELECT complaint_id FROM journal
    WHERE complaint_id IN (SELECT substr(?1, i, 16) FROM place)"""
"""SQLite has no arrays: the ids are one value, sixteen bytes each."""
_CLAIM: Final = "claim"
"""The name of a savepoint."""
_FROM_ARRAY: Final = """
    WITH fresh AS (
        INSERT INTO journal (complaint_id, recorded_at)
        SELECT id, %s FROM unnest(CAST(%s AS uuid[])) AS id
        ON CONFLICT DO NOTHING RETURNING complaint_id)
    SELECT CASE WHEN count(*) < %s THEN coalesce(array_agg(complaint_id), '{}') END FROM fresh"""
"""None where all of them were inserted, as nearly always: the ids need not come back."""


DEFAULT_WAITS: Final = Waits()


async def open_journal(url: str, waits: Waits = DEFAULT_WAITS) -> "SqlJournal":
    """Open the journal at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(Database(url), "journal", waits.claim)
    return SqlJournal(database, Database(url), waits)


class SqlJournal:
    """Implements the port ``Journal``; one process's, used from one event loop.

    A recording is one transaction that stays open while the caller publishes. The ids are
    inserted first: whoever has inserted one makes the others that want it wait for the end
    of his transaction. They are inserted in order, so that two routers never wait for each
    other. On SQLite there is one writer at a time for the whole file anyway.
    """

    def __init__(self, database: Database, checking: Database, waits: Waits) -> None:
        self._database = database
        self._checking = checking
        """A second connection and thread: a check is quick while a claim waits."""
        self._waits = waits
        self._turn = asyncio.Lock()
        self._open: Connection | None = None
        self._touch = _touch(database)

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
                claim = partial(self._claim, frozenset(complaints), at)
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
        await self._checking.run(self._check, self._waits.check)

    async def close(self) -> None:
        with suppress(StoreUnavailable):
            await self._database.finish(self._roll_back, self._waits.answer)
        await self._database.close()
        await self._checking.close()

    # The rest runs in the databases' threads.

    def _claim(self, complaints: frozenset[UUID], at: datetime) -> frozenset[UUID]:
        self._roll_back()
        connection = self._open = self._database.begin(patience=self._waits.others)
        in_order = sorted(complaints, key=_order)
        insert = _insert_each if self._database.is_sqlite else _insert_array
        fresh = insert(connection, in_order, at)
        return complaints if fresh is None else frozenset(fresh)

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

    def _check(self) -> None:
        with self._checking.transaction(patience=self._waits.check) as connection:
            connection.execute(self._touch)


_order: Final = attrgetter("int")
_on_sqlite: Final = Moment().bind(is_sqlite=True)
_on_postgresql: Final = Moment().bind(is_sqlite=False)


def _insert_each(
    connection: Connection, complaints: Sequence[UUID], at: datetime
) -> Sequence[UUID] | None:
    """Insert what is not there, on SQLite, in the order given. What was: None for all of them."""
    moment = _on_sqlite(at)
    rows = [(complaint.bytes, moment) for complaint in complaints]
    connection.exec_driver_sql(f"SAVEPOINT {_CLAIM}")
    if connection.exec_driver_sql(_EACH, rows).rowcount == len(rows):
        return None
    # Some were there: seldom, so that they are asked for only now. Nobody else writes meanwhile.
    connection.exec_driver_sql(f"ROLLBACK TO {_CLAIM}")
    ids = b"".join([key for key, _ in rows])
    known = frozenset(connection.exec_driver_sql(_KNOWN, (ids,)).scalars())
    if fresh := [row for row in rows if row[0] not in known]:
        connection.exec_driver_sql(_EACH, fresh)
    return [complaint for complaint in complaints if complaint.bytes not in known]


def _insert_array(
    connection: Connection, complaints: Sequence[UUID], at: datetime
) -> Sequence[UUID] | None:
    """The same on PostgreSQL: one statement, whose text is the same for any number of ids."""
    ids = f"{{{','.join([complaint.hex for complaint in complaints])}}}"
    values = (_on_postgresql(at), ids, len(complaints))
    fresh: Sequence[UUID] | None = connection.exec_driver_sql(_FROM_ARRAY, values).scalar_one()
    return fresh


def _touch(database: Database) -> Any:
    dialect = sqlite if database.is_sqlite else postgresql
    return (
        dialect.insert(journal_check)
        .values(one=1, checks=1)
        .on_conflict_do_update(
            index_elements=["one"],
            set_={"checks": (journal_check.c.checks + 1) % 1_000_000},
        )
    )

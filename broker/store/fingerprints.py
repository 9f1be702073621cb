"""What is remembered of complaints, in the journal's database; see the port ``Fingerprints``."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from broker.ports import Remembered, Remembering
from broker.store.columns import Moment
from broker.store.database import Database, Waits
from broker.store.tables import journal_fingerprints, journal_key

_EACH: Final = (
    "INSERT INTO journal_fingerprints (complaint_id, recorded_at, fingerprint) VALUES (?, ?, ?)"
)
_FROM_ARRAYS: Final = """
    INSERT INTO journal_fingerprints (complaint_id, recorded_at, fingerprint)
    SELECT id, %s, kept FROM unnest(CAST(%s AS uuid[]), CAST(%s AS bytea[])) AS new (id, kept)"""
_AT_ONCE: Final = 500
"""Complaints in one statement."""
_KEY_BYTES: Final = 16

_columns: Final = journal_fingerprints.c
_on_sqlite: Final = Moment().bind(is_sqlite=True)
_on_postgresql: Final = Moment().bind(is_sqlite=False)
_OLDEST_OPEN: Final[Any] = literal_column("txid_snapshot_xmin(txid_current_snapshot())")
_NOT_YET: Final[Any] = literal_column("txid_snapshot_xmax(txid_current_snapshot())")


class SqlFingerprints:
    """Implements the port; on connections of its own, so that no claim waits for who reads."""

    def __init__(self, database: Database, waits: Waits) -> None:
        self._database = database
        self._waits = waits

    async def key(self) -> bytes:
        """See the port."""
        return await self._database.run(self._key, self._waits.claim)

    async def since(self, after: int, most: int) -> Remembering:
        """See the port."""
        read = self._behind if self._database.is_sqlite else self._written
        return await self._database.run(partial(read, after, most), self._waits.answer)

    async def withdraw(self, complaints: Collection[UUID], at: datetime) -> int:
        """See the port."""
        if not complaints:
            return 0
        withdraw = partial(self._withdraw, list(complaints), at)
        return await self._database.run(withdraw, self._waits.claim)

    async def forget(self, before: datetime, most: int) -> int:
        """See the port. They lie nearly in the order of their moments."""
        return await self._database.run(partial(self._forget, before, most), self._waits.claim)

    async def close(self) -> None:
        await self._database.close()

    # The rest runs in the database's thread.

    def _key(self) -> bytes:
        if not self._database.is_sqlite:
            self._made_old()
        query = select(journal_key.c.key)
        with self._database.transaction(reading=True) as connection:
            if (found := connection.scalar(query)) is not None:
                return bytes(found)
        made = insert(journal_key).values(one=1, key=secrets.token_bytes(_KEY_BYTES))
        try:
            with self._database.transaction(patience=self._waits.others) as connection:
                connection.execute(made)
        except IntegrityError:
            pass  # another was first
        with self._database.transaction(reading=True) as connection:
            return bytes(connection.execute(query).scalar_one())

    def _made_old(self) -> None:
        """Numbers of transactions that lie ahead came from another server with its data."""
        ahead = _columns.written > _NOT_YET
        with self._database.transaction() as connection:
            connection.execute(update(journal_fingerprints).where(ahead).values(written=0))

    def _behind(self, after: int, most: int) -> Remembering:
        """On SQLite numbers become visible in their order: there is one writer."""
        what = _columns.n, _columns.complaint_id, _columns.recorded_at, _columns.fingerprint
        query = select(*what).where(_columns.n > after).order_by(_columns.n).limit(most)
        with self._database.transaction(reading=True) as connection:
            rows = connection.execute(query).all()
        found = [Remembered(*row[1:]) for row in rows]
        return Remembering(found, rows[-1].n if rows else after, len(rows) == most)

    def _written(self, after: int, most: int) -> Remembering:
        """On PostgreSQL what the oldest open transaction writes, and any later one, may come yet:
        it is read again the next time. All of one transaction is read at once.
        """
        what = _columns.written, _columns.complaint_id, _columns.recorded_at, _columns.fingerprint
        query = select(*what).order_by(_columns.written, _columns.n)
        with self._database.transaction(reading=True) as connection:
            settled = connection.execute(select(_OLDEST_OPEN)).scalar_one()
            rows = connection.execute(query.where(_columns.written >= after).limit(most)).all()
            more = len(rows) == most
            if more:
                last = rows[-1].written
                rows = [row for row in rows if row.written != last]
                rows += connection.execute(query.where(_columns.written == last)).all()
                settled = min(settled, last + 1)
        found = [Remembered(*row[1:]) for row in rows]
        return Remembering(found, max(after, settled), more and settled > after)

    def _withdraw(self, complaints: Sequence[UUID], at: datetime) -> int:
        gone = 0
        for start in range(0, len(complaints), _AT_ONCE):
            some = complaints[start : start + _AT_ONCE]
            mine = _columns.complaint_id.in_(some) & _columns.fingerprint.is_not(None)
            with self._database.transaction(reading=True) as connection:
                there = connection.scalars(select(_columns.complaint_id).where(mine)).all()
            if not there:
                continue
            with self._database.transaction(patience=self._waits.others) as connection:
                connection.execute(delete(journal_fingerprints).where(mine))
                said = [{"complaint_id": one, "recorded_at": at} for one in sorted(set(there))]
                connection.execute(insert(journal_fingerprints), said)
                gone += len(said)
        return gone

    def _forget(self, before: datetime, most: int) -> int:
        first = select(_columns.n, _columns.recorded_at).order_by(_columns.n).limit(most)
        oldest = first.subquery()
        old = select(oldest.c.n).where(oldest.c.recorded_at < before)
        with self._database.transaction(patience=self._waits.others) as connection:
            statement = delete(journal_fingerprints).where(_columns.n.in_(old))
            return connection.execute(statement).rowcount


def remember(
    connection: Connection, kept: Mapping[UUID, bytes], at: datetime, *, is_sqlite: bool
) -> None:
    """Record fingerprints within the transaction that claims their complaints."""
    if is_sqlite:
        moment = _on_sqlite(at)
        rows = [(complaint.bytes, moment, one) for complaint, one in kept.items()]
        connection.exec_driver_sql(_EACH, rows)
        return
    ids = f"{{{','.join([complaint.hex for complaint in kept])}}}"
    connection.exec_driver_sql(_FROM_ARRAYS, (_on_postgresql(at), ids, list(kept.values())))


def take_out(connection: Connection, complaints: Collection[UUID]) -> None:
    """What was just recorded of these is gone again, within the same transaction."""
    mine = _columns.complaint_id.in_(complaints)
    connection.execute(delete(journal_fingerprints).where(mine))

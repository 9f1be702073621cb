"""Claims in the journal: made for every complaint, so they go to the driver as they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from broker.store.columns import Moment

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


_on_sqlite: Final = Moment().bind(is_sqlite=True)
_on_postgresql: Final = Moment().bind(is_sqlite=False)


def insert_each(
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


def insert_array(
    connection: Connection, complaints: Sequence[UUID], at: datetime
) -> Sequence[UUID] | None:
    """The same on PostgreSQL: one statement, whose text is the same for any number of ids."""
    ids = f"{{{','.join([complaint.hex for complaint in complaints])}}}"
    values = (_on_postgresql(at), ids, len(complaints))
    fresh: Sequence[UUID] | None = connection.exec_driver_sql(_FROM_ARRAY, values).scalar_one()
    return fresh

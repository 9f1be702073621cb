"""The hot statements on SQLite: ``executemany`` of one prepared statement, and ids as one value."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table

from broker.store.cases.tables import case_causes, case_texts, cases
from broker.store.driver import Driver, Row, SqliteBinds, bound_ids

_PLACES: Final = (
    "WITH RECURSIVE place (i) AS"
    " (VALUES (1) UNION ALL SELECT i + {0} FROM place WHERE i + {0} < length(:ids))"
)
"""SQLite has no arrays: ids are one value, sixteen bytes each. It reads the whole table for
``(complaint_id, cause) IN (VALUES ...)``. CROSS JOIN below: in that order."""
_FOR_EACH: Final = f"{_PLACES.format(16)} SELECT {{}} FROM place CROSS JOIN {{}} AS c ON {{}}"
_ID: Final = "c.complaint_id = substr(:ids, i, 16)"
_LOAD: Final = _FOR_EACH.format("c.complaint_id, c.lines, c.record", "cases", _ID)
_TEXTS: Final = _FOR_EACH.format("c.complaint_id, c.complaint", "case_texts", _ID)
_WAITED_FOR: Final = (
    f"{_PLACES.format(16)} SELECT substr(:ids, i, 16) FROM place"
    f" WHERE EXISTS (SELECT 1 FROM case_aside AS c WHERE {_ID})"
)
_SEEN: Final = (
    f"{_PLACES.format(32)} SELECT c.complaint_id, c.cause FROM place CROSS JOIN case_causes AS c"
    f" ON {_ID} AND c.cause = substr(:ids, i + 16, 16)"
)


class HotSqlite:
    """See broker.store.cases.hot.HotStatements."""

    def __init__(self, connection: Connection) -> None:
        self._driver = Driver(connection)
        self._binds = SqliteBinds()

    def load(self, ids: Sequence[UUID]) -> list[tuple[UUID, int, str]]:
        rows = self._ask(_LOAD, ids)
        return [(UUID(bytes=key), lines, record) for key, lines, record in rows]

    def texts(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        return {UUID(bytes=key): text for key, text in self._ask(_TEXTS, ids)}

    def seen(self, pairs: Sequence[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
        rows = self._ask(_SEEN, [one for pair in pairs for one in pair])
        return [(UUID(bytes=key), UUID(bytes=cause)) for key, cause in rows]

    def waited_for(self, ids: Sequence[UUID]) -> list[UUID]:
        return [UUID(bytes=key) for (key,) in self._ask(_WAITED_FOR, ids)]

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        self._write(_insert(table), table, _names(table), rows)

    def remember(self, rows: Sequence[Row]) -> None:
        statement = f"{_insert(case_causes)} ON CONFLICT DO NOTHING"
        self._write(statement, case_causes, _names(case_causes), rows)

    def change(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        values = ", ".join(f"{name} = ?" for name in names)
        statement = f"UPDATE cases SET {values} WHERE complaint_id = ?"
        self._write(statement, cases, (*names, "complaint_id"), rows)

    def put_texts(self, rows: Sequence[Row]) -> None:
        put = "ON CONFLICT (complaint_id) DO UPDATE SET complaint = excluded.complaint"
        self._write(f"{_insert(case_texts)} {put}", case_texts, _names(case_texts), rows)

    def remove(self, table: Table, ids: Sequence[UUID]) -> None:
        statement = f"DELETE FROM {table.name} WHERE complaint_id = ?"
        self._write(statement, table, ("complaint_id",), [(one,) for one in ids])

    def _ask(self, statement: str, ids: Sequence[UUID]) -> Iterable[Any]:
        if not ids:
            return ()
        with self._driver.errors():
            found: list[Any] = self._driver.raw.execute(
                statement, {"ids": bound_ids(ids)}
            ).fetchall()
            return found

    def _write(
        self, statement: str, table: Table, names: Sequence[str], rows: Sequence[Row]
    ) -> None:
        if rows:
            bound = self._binds.rows(table, names, rows)
            with self._driver.errors():
                self._driver.raw.executemany(statement, bound)


@cache
def _insert(table: Table) -> str:
    names = _names(table)
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)

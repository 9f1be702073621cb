"""Finding out whether a store can be written, beside the work and without waiting for it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from broker.errors import StoreUnavailable
from broker.store.database import Database
from broker.store.errors import means_locked

_LOCK_NOT_AVAILABLE: Final = "55P03"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_MARGIN: Final = 1.0
"""Seconds for a wait to end by itself, with words of its own, before it is cut off."""


class StoreCheck:
    """Checks one store, on a connection and in a thread of its own.

    Args:
        database: used by nobody else.
        tables: those that the work writes.
        beat: a table of one row, ``one`` and ``checks``, that is written.
        within: seconds after which a lock of somebody else is an outage.
    """

    def __init__(
        self, database: Database, tables: Sequence[Table], beat: Table, within: float
    ) -> None:
        self._database = database
        self._tables = tables
        self._beat = beat
        self._within = within
        self._touch = _touch(database, beat)

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written now; says so in time."""
        await self._database.run(self._check, self._within + _MARGIN)

    async def close(self) -> None:
        await self._database.close()

    # The rest runs in the database's thread.

    def _check(self) -> None:
        if self._database.is_sqlite:
            self._write_file()
        else:
            for table in (*self._tables, self._beat):
                self._lock(table)
            self._write()

    def _write(self) -> None:
        with self._database.transaction(patience=self._within) as connection:
            connection.execute(self._touch)

    def _write_file(self) -> None:
        """A file is written by one connection at a time. Where others never let this one have a
        turn, but write themselves, the file can be written."""
        before = self._version()
        try:
            self._write()
        except DBAPIError as error:
            if not means_locked(error) or self._version() == before:
                raise

    def _version(self) -> int:
        """A number that changes when another connection has written: PRAGMA data_version."""
        with self._database.transaction(reading=True) as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def _lock(self, table: Table) -> None:
        """Take the lock that an INSERT takes, and give it back: whoever keeps a table from being
        written (LOCK TABLE, VACUUM FULL, a migration) is seen. Each alone, so that no two are held
        and nobody is waited for in a circle."""
        with self._database.transaction() as connection:
            _bound(connection, self._within)
            try:
                connection.execute(text(f"LOCK TABLE {table.name} IN ROW EXCLUSIVE MODE"))
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                    raise
                raise StoreUnavailable(
                    f"table {table.name} has been locked for {self._within:g} s by somebody else"
                ) from error


def _bound(connection: Connection, seconds: float) -> None:
    for setting in ("lock_timeout", "statement_timeout"):
        # The first ends the wait for a lock; a statement that hangs otherwise ends a little later.
        milliseconds = seconds * (1000 if setting == "lock_timeout" else 1100)
        connection.execute(text(f"SET LOCAL {setting} = {milliseconds:.0f}"))


def _touch(database: Database, beat: Table) -> Any:
    insert = (sqlite if database.is_sqlite else postgresql).insert(beat)
    return insert.values(one=1, checks=1).on_conflict_do_update(
        index_elements=["one"], set_={"checks": (beat.c.checks + 1) % 1_000_000}
    )

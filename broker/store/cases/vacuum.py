"""The files of a store written anew, without what was removed from them."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from broker.store.database import Database
from broker.store.errors import means_away

VACUUM_WITHIN: Final = 600.0
"""Seconds; 300 MB take a few."""
_TABLES: Final = ("cases", "case_texts", "case_conversation", "case_history", "case_aside")
_LOCK_SECONDS: Final = 4
"""Less than after what a locked table makes the program say that it is not ready."""


def vacuum(database: Database, tables: Sequence[str] = _TABLES) -> str | None:
    """In the database's thread; why not, where it could not be done now. On SQLite it is the whole
    file."""
    return _sqlite(database) if database.is_sqlite else _postgres(database, tables)


def empty_log(database: Database) -> bool:
    """SQLite's log keeps old pages until it is emptied (in the database's thread); False where a
    reader or a full disk prevents it."""
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            return False
        row: tuple[int, int, int] | None = cursor.fetchone()
        return row is not None and row[0] == 0


def _sqlite(database: Database) -> str | None:
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA busy_timeout = 10000")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row: tuple[int, int, int] | None = cursor.fetchone()
        except sqlite3.Error as why:
            return str(why)
        finally:
            cursor.execute("PRAGMA busy_timeout = 500")
    return None if row is not None and row[0] == 0 else "somebody is reading the store"


def _postgres(database: Database, tables: Sequence[str]) -> str | None:
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        connection.execute(text(f"SET lock_timeout = {_LOCK_SECONDS * 1000}"))
        connection.execute(text(f"SET statement_timeout = {VACUUM_WITHIN * 1000:.0f}"))
        for table in tables:
            connection.execute(text(f"VACUUM (FULL) {table}"))
    except DBAPIError as why:
        if not means_away(why):
            raise
        return (str(why.orig).splitlines() or ["it failed"])[0]
    finally:
        # The next one has the settings of its own again.
        connection.invalidate()
        connection.close()
    return None

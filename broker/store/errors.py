"""From the exceptions of databases to the promises of this program."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from broker.errors import StoreUnavailable

_AWAY_STATES: Final = frozenset({"25006", "25P03"})
"""PostgreSQL says "internal error" to these: a server that became read-only (a standby after a
change of roles), and a transaction ended for idleness. Class 25 of
https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@contextmanager
def promised() -> Iterator[None]:
    """Whatever means that the database is away, locked, full or broken is StoreUnavailable.

    Mistakes of this program (a wrong statement, a broken constraint) pass through unchanged:
    waiting does not mend them.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable("no connection to the store is free") from error
    except DBAPIError as error:
        if not means_away(error):
            raise
        raise StoreUnavailable(_first_line(error) + _way_out(error)) from error
    except OSError as error:
        raise StoreUnavailable(str(error)) from error


def means_away(error: DBAPIError) -> bool:
    """Whether an exception of the database is one that may pass by itself."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # SQLite calls both a locked file and a misspelt table an OperationalError.
        return _code(cause) != sqlite3.SQLITE_ERROR and not isinstance(
            cause, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError
        )
    return (
        error.connection_invalidated
        or isinstance(error, OperationalError | InterfaceError)
        or getattr(cause, "sqlstate", None) in _AWAY_STATES
    )


def means_locked(error: DBAPIError) -> bool:
    """Whether SQLite refused because another connection has the file in hand."""
    return isinstance(error.orig, sqlite3.Error) and _code(error.orig) in _BUSY


def _code(error: sqlite3.Error) -> int | None:
    """The primary result code (https://www.sqlite.org/rescode.html), the low byte."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _way_out(error: DBAPIError) -> str:
    """What to do about a file that waiting does not mend."""
    if not isinstance(error.orig, sqlite3.Error) or _code(error.orig) not in _DAMAGED:
        return ""
    return ": a file of the store is damaged; `pintu store check` says which and what to do"


def _first_line(error: DBAPIError) -> str:
    """The database's own words, without the statement and its values."""
    return (str(error.orig).splitlines() or [type(error.orig).__name__])[0]

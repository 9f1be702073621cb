"""Whether an SQLite file is whole, and whether somebody has it open."""

import fcntl
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, Final

from broker.errors import StoreUnavailable

DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Result codes of a file that is no whole database: https://www.sqlite.org/rescode.html"""
_SHARED: Final = (0x40000002, 510)
"""The bytes on which every open connection holds a lock in write-ahead mode: SHARED_FIRST and
SHARED_SIZE of https://www.sqlite.org/fileformat.html and os.h."""
_STEPS: Final = 10_000
"""Instructions of SQLite between two looks at the time: a millisecond or so."""
_WAIT: Final = 5.0


def examine(path: Path, within: float | None = None) -> str | None:
    """What is wrong with a file, in SQLite's words; None where nothing is.

    ``within``: seconds after which it stops looking. Everything is looked at without it: indexes
    are compared with their tables too.

    Raises:
        TimeoutError: nothing was found in that time.
        StoreUnavailable: the file cannot be read at all.
    """
    until = None if within is None else time.monotonic() + within
    stopped = False

    def late() -> int:
        nonlocal stopped
        stopped = until is not None and time.monotonic() > until
        return stopped

    try:
        with closing(open_file(path)) as connection:
            if until is not None:
                connection.set_progress_handler(late, _STEPS)
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as why:
        if stopped:
            raise TimeoutError from None
        if damages(why):
            return str(why)
        raise StoreUnavailable(f"{path}: {why}") from why
    said: str = found[0] if found else "no answer"
    return None if said == "ok" else said.splitlines()[-1]


def open_file(path: Path) -> sqlite3.Connection:
    """A file that is there, to be read: nothing is created, nothing is converted."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)
    # What is freed is overwritten by whoever closes the file last, as by the program itself.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def damages(error: sqlite3.Error) -> bool:
    """Whether it says that the file is no whole database."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in DAMAGED


def in_use(path: Path) -> bool:
    """Whether another process has the file open, however damaged that is."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        return not lock(file)
    return False


def lock(file: BinaryIO) -> bool:
    """Keep others from opening it until the file is closed; False where somebody has it open."""
    start, length = _SHARED
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except OSError:
        return False
    return True

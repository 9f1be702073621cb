"""SQLite's log written through to the disk, beside the thread that writes it.

A commit with ``synchronous = NORMAL`` is whole and seen by everybody, but may be lost with the
machine until the log was synced. SQLite itself syncs it inside of the commit or not at all; here
that is waited for outside, while the next transaction has begun. Before a checkpoint SQLite syncs
the log, and after it the database file, on this level too: https://www.sqlite.org/wal.html
"""

import os
from functools import partial
from pathlib import Path
from typing import Final

from broker.errors import StoreUnavailable
from broker.store.thread import Worker

LATER: Final = "NORMAL"
"""The level of `PRAGMA synchronous` of a connection whose log is synced here."""


class LogSync:
    """The log of one SQLite file, synced in a thread of its own."""

    def __init__(self, file: str) -> None:
        self._log = Path(f"{file}-wal").absolute()
        self._worker = Worker("store-sync", lambda: None)

    async def synced(self, within: float) -> None:
        """Return once all that was committed before the call is on the disk.

        Raises:
            StoreUnavailable: the disk refuses, or gives no answer in so many seconds.
        """
        await self._worker.run(partial(_sync, self._log), within)

    def close(self) -> None:
        self._worker.stop()


def _sync(log: Path) -> None:
    try:
        descriptor = os.open(log, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        pass  # no connection is open: the last one to be closed syncs the file and removes the log
    except OSError as why:
        raise StoreUnavailable(f"the log of the store is not synced: {why.strerror}") from why

"""A database and the one thread that talks to it."""

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from broker.errors import StoreUnavailable
from broker.store.engine import IN_THE_COMMIT, PATIENCE, make_engine
from broker.store.errors import means_locked, promised
from broker.store.thread import Worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the store is waited for, in seconds.

    ``others``: for other processes' transactions; not less than a publish may take, since a
    publish happens inside the journal's. ``answer``: for anything that waits for nobody.
    ``check``: for somebody else's lock, when finding out whether the store can be written; not
    more, since an outage is to be told within 15 s.
    """

    others: float = PATIENCE
    answer: float = 10.0
    check: float = 5.0

    @property
    def claim(self) -> float:
        """For what waits for others: a store that hangs is found out a little later."""
        return self.others + self.answer / 2


class Database:
    """An engine, a thread for it, and the means to call that thread back.

    ``run`` and ``finish`` are for the event loop; ``connected`` and ``begin`` are for the jobs
    that run in the thread. Every one raises StoreUnavailable where the database is away.
    """

    def __init__(self, url: str, synchronous: str = IN_THE_COMMIT) -> None:
        self.engine = make_engine(url, synchronous)
        self._lines: set[socket.socket | sqlite3.Connection] = set()
        self._hurry = threading.Event()
        self._worker = Worker(f"store-{self.engine.dialect.name}", self._interrupt)
        # First of all: the first statements on a new connection may hang too.
        event.listen(self.engine, "connect", self._remember, insert=True)
        event.listen(self.engine, "do_connect", self._may_connect, insert=True)
        event.listen(self.engine, "close", self._forget)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def again(self) -> "Database":
        """Another one at the same place, for what takes long."""
        return Database(self.engine.url.render_as_string(hide_password=False))

    async def run(self, job: Callable[[], T], within: float) -> T:
        """Await a job of the thread; see ``Worker.run``."""
        return await self._worker.run(self._promising(job), within)

    async def finish(self, job: Callable[[], T], within: float) -> T:
        """Await a job of the thread in spite of cancellation; see ``Worker.finish``."""
        return await self._worker.finish(self._promising(job), within)

    async def close(self) -> None:
        """Close every connection and end the thread."""
        with suppress(StoreUnavailable):
            await self.finish(self.engine.dispose, within=5)
        self._worker.stop()

    @contextmanager
    def transaction(
        self, *, reading: bool = False, patience: float = PATIENCE
    ) -> Iterator[Connection]:
        """A transaction that is committed when the block ends well (in the thread)."""
        connection = self.begin(reading=reading, patience=patience)
        try:
            yield connection
            connection.commit()
        finally:
            end(connection)

    def begin(self, *, reading: bool = False, patience: float = PATIENCE) -> Connection:
        """A connection with an open transaction (in the thread); ``end`` it.

        On SQLite somebody else's transaction is waited for here, up to ``patience`` seconds;
        on PostgreSQL writers meet at rows, not here.
        """
        until = time.monotonic() + patience
        while True:
            try:
                connection = self.engine.connect().execution_options(reading=reading)
                try:
                    connection.begin()
                except BaseException:
                    end(connection)
                    raise
                return connection
            except DBAPIError as error:
                # SQLite's own wait cannot be interrupted, so it is cut in slices.
                if not means_locked(error) or self._hurry.is_set() or time.monotonic() > until:
                    raise

    def _promising(self, job: Callable[[], T]) -> Callable[[], T]:
        def promise() -> T:
            self._hurry.clear()
            with promised():
                return job()

        return promise

    def _interrupt(self) -> None:
        """Make whatever the thread waits for fail (from the event loop's thread).

        PostgreSQL: shutting down the socket ends the wait also where the server hangs, which
        neither its timeouts nor TCP keepalives notice. The connection is then found broken.
        """
        self._hurry.set()
        for line in tuple(self._lines):
            # It may be closed at this very moment.
            with suppress(OSError, sqlite3.Error):
                if isinstance(line, sqlite3.Connection):
                    line.interrupt()
                else:
                    line.shutdown(socket.SHUT_RDWR)

    def _may_connect(self, *_: object) -> None:
        # Connecting cannot be interrupted. A pool that found its connection broken because
        # the work was interrupted is not to try another.
        if self._hurry.is_set():
            raise StoreUnavailable("interrupted")

    def _remember(self, connection: Any, entry: ConnectionPoolEntry) -> None:
        # A descriptor of our own: the connection's might be closed, and its number be taken
        # by another socket, just when it is to be shut down.
        line = connection if self.is_sqlite else socket.socket(fileno=os.dup(connection.fileno()))
        entry.info["line"] = line
        self._lines.add(line)

    def _forget(self, connection: Any, entry: ConnectionPoolEntry) -> None:
        line = entry.info.pop("line", None)
        self._lines.discard(line)
        if isinstance(line, socket.socket):
            line.close()


def end(connection: Connection) -> None:
    """Roll back what is open and give the connection back, or throw it away if that fails."""
    try:
        connection.rollback()
    except DBAPIError:
        connection.invalidate()
    connection.close()

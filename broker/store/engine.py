"""Engines: one way to open SQLite and PostgreSQL, with a bound on every wait."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from broker.errors import BadConfiguration
from broker.store.refusals import refused
from broker.store.tls import secured, see_to_files

PATIENCE: Final = 60.0
"""Seconds to wait for somebody else's transaction; longer than the 30 s that a publish may
take while the journal's transaction is open."""

_SQLITE_SLICE: Final = 0.5
"""Seconds that one attempt on a locked SQLite file takes; between attempts a wait can end."""

_PRAGMAS: Final = ("journal_mode = WAL", "foreign_keys = ON")
"""https://www.sqlite.org/pragma.html"""

_CONNECT_SECONDS: Final = 5

_POSTGRES_SETTINGS: Final = "; ".join(
    f"SET {name} = {value * 1000:.0f}"
    for name, value in (
        ("statement_timeout", PATIENCE),
        ("lock_timeout", PATIENCE),
        # A process that was stopped inside its transaction must not block the others for ever.
        ("idle_in_transaction_session_timeout", PATIENCE),
    )
)
_KEEPALIVES: Final = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""


IN_THE_COMMIT: Final = "FULL"
"""The level of `PRAGMA synchronous` at which a commit returns when it is on the disk."""


def make_engine(url: str, synchronous: str = IN_THE_COMMIT) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…``, for one thread at a time.

    On SQLite a transaction is ``BEGIN IMMEDIATE`` unless the connection has the execution
    option ``reading``; the file must exist (``create_file``). Nothing is connected yet.
    ``synchronous``: SQLite's level; see broker.store.syncing.

    Raises:
        BadConfiguration: not a URL of one of the two.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, synchronous)
    return _postgres(parsed)


def create_file(engine: Engine) -> None:
    """Make an SQLite file where there is none, readable for its owner only."""
    if engine.dialect.name == "sqlite":
        Path(str(engine.url.database)).touch(mode=0o600, exist_ok=True)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The URL itself may hold a password: it is not repeated.
        raise BadConfiguration("the URL of the database is not a URL") from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
    raise BadConfiguration(
        "the URL of the database must be sqlite:///PATH or postgresql://HOST/NAME"
    )


def _sqlite(url: URL, synchronous: str) -> Engine:
    path = Path(str(url.database)).absolute()
    engine = create_engine(
        url,
        creator=_opens(path, synchronous),
        pool_size=1,
        max_overflow=1,
        hide_parameters=True,
    )

    # Transaction control as in "Using SQLAlchemy to emit BEGIN in lieu of SQLite's transaction
    # control", https://docs.sqlalchemy.org/en/21/dialects/sqlite.html
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "connect")
    def connect(_: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def checkout(_: Any, entry: ConnectionPoolEntry, __: Any) -> None:
        # A file that was removed or replaced can still be written through the old handle, and
        # all of it would be lost.
        if entry.info["file"] != _identity(path):
            raise DisconnectionError("the file of the store was removed or replaced")

    return engine


def _opens(path: Path, synchronous: str) -> Callable[[], sqlite3.Connection]:
    def open_file() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path.as_uri() + "?mode=rw",
            uri=True,
            timeout=_SQLITE_SLICE,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in (*_PRAGMAS, f"synchronous = {synchronous}"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    return open_file


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _postgres(url: URL) -> Engine:
    url = secured(url)
    bounds: dict[str, object] = {"connect_timeout": _CONNECT_SECONDS, **_KEEPALIVES}
    engine = create_engine(
        url,
        connect_args={name: value for name, value in bounds.items() if name not in url.query},
        # Claims rest on it: a waiting INSERT must see what the other has committed.
        isolation_level="READ COMMITTED",
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    @event.listens_for(engine, "do_connect")
    def do_connect(dialect: Any, _: Any, arguments: Any, named: Any) -> Any:
        see_to_files(url)
        try:
            return dialect.connect(*arguments, **named)
        except dialect.loaded_dbapi.OperationalError as why:
            if (refusal := refused(url, why)) is not None:
                raise refusal from None
            raise

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRES_SETTINGS)
        connection.commit()

    return engine

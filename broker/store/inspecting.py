"""Looks at a store without changing it: nothing is created, nothing is migrated.

For whoever finds out what is wrong; who works with a store opens it (`open_journal`,
`open_case_store`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, MetaData, Table, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from broker.errors import StoreUnavailable
from broker.ports import ApiKey, ClockState, Person
from broker.ports.webhooks import EndpointState
from broker.store.cases.clock_state import clock_state
from broker.store.cases.reading import overdue
from broker.store.cases.tables import CASES, case_check
from broker.store.checking import StoreCheck
from broker.store.database import Database
from broker.store.gateway.people import kept_people
from broker.store.gateway.store import kept_keys
from broker.store.gateway.tables import GATEWAY
from broker.store.gateway.tables import check as gateway_check
from broker.store.schema import Branch, newest
from broker.store.tables import JOURNAL, journal_check
from broker.store.webhooks import deliveries, endpoints

T = TypeVar("T")

_LOCKED_FOR: Final = 3.0
"""Seconds for which somebody else may hold what is to be written."""


def _but(check: Table, metadata: MetaData) -> tuple[Sequence[Table], Table]:
    return [table for table in metadata.sorted_tables if table is not check], check


_TABLES: Final[dict[Branch, tuple[Sequence[Table], Table]]] = {
    "journal": _but(journal_check, JOURNAL),
    "gateway": _but(gateway_check, GATEWAY),
    "cases": _but(case_check, CASES),
}
_UNSAFE: Final = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Hook:
    """An endpoint of webhooks; ``oldest``: since when the event that waits longest does."""

    name: str
    state: EndpointState
    since: datetime | None
    why: str | None
    waiting: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """``migration``: of its tables, None where it has none yet; ``newest``: what this program
    brings. ``size``: bytes. ``problem``: why it cannot be written; None also where its tables are
    not this program's, so that nothing was tried.

    Where the tables are this program's: of cases ``clocks``, and ``overdue`` by agency (None: in
    triage) and clock; of the gateway ``webhooks``, ``keys`` and ``people``.
    """

    migration: str | None
    newest: str
    size: int
    problem: str | None = None
    clocks: ClockState | None = None
    overdue: tuple[tuple[str | None, str, int], ...] = ()
    webhooks: tuple[Hook, ...] = ()
    keys: tuple[ApiKey, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server, as it tells of itself.

    ``unsafe``: settings that are off without which what was committed may be lost; ``encrypted``:
    this connection; ``archived_at``: when a segment of its log was last archived, None where it
    archives none or this user may not see it.
    """

    version: int
    encoding: str
    encrypted: bool
    read_only: bool
    unsafe: tuple[str, ...]
    connections: int
    most_connections: int
    archived_at: datetime | None


async def inspect_store(url: str, branch: Branch, now: datetime, within: float) -> Store:
    """Look at a store, and whether it can be written now.

    Raises:
        StoreUnavailable: it is away, or is no database.
    """
    look = partial(_look, branch=branch, now=now)
    found = await _asked(url, look, within)
    if found.migration != found.newest:
        return found
    return replace(found, problem=await _problem(url, branch))


async def inspect_server(url: str, within: float) -> Server:
    """Ask a PostgreSQL server about itself. Raises StoreUnavailable."""
    return await _asked(url, _server, within)


async def _asked(url: str, question: Callable[[Connection], T], within: float) -> T:
    database = Database(_readable(url))

    def ask() -> T:
        try:
            with database.transaction(reading=True, patience=within) as connection:
                return question(connection)
        except DBAPIError as why:
            raise StoreUnavailable(_first_line(why)) from why

    try:
        return await database.run(ask, within)
    finally:
        await database.close()


def _readable(url: str) -> str:
    """Also where a database has no encoding (SQL_ASCII): its answers would come as bytes."""
    if not url.startswith("postgres"):
        return url
    encoded = make_url(url).update_query_dict({"client_encoding": "utf8"})
    return encoded.render_as_string(hide_password=False)


async def _problem(url: str, branch: Branch) -> str | None:
    check = StoreCheck(Database(url), *_TABLES[branch], within=_LOCKED_FOR)
    try:
        await check.check()
    except StoreUnavailable as why:
        return str(why)
    except DBAPIError as why:  # a right that this user has not, a table that is gone
        return _first_line(why)
    finally:
        await check.close()
    return None


# The rest runs in the database's thread.


def _look(connection: Connection, *, branch: Branch, now: datetime) -> Store:
    size, mine = _size(connection, branch), newest(branch)
    if not inspect(connection).has_table(f"{branch}_version"):
        return Store(None, mine, size)
    found = connection.execute(text(f"SELECT version_num FROM {branch}_version")).scalar()
    if branch == "journal" or found != mine:
        return Store(found, mine, size)
    if branch == "gateway":
        hooks = tuple(_hooks(connection))
        keys, people = tuple(kept_keys(connection)), tuple(kept_people(connection))
        return Store(found, mine, size, webhooks=hooks, keys=keys, people=people)
    late = tuple(overdue(now, connection))
    return Store(found, mine, size, clocks=clock_state(connection), overdue=late)


def _hooks(connection: Connection) -> Iterator[Hook]:
    backlog = {one.endpoint: one for one in deliveries.backlog(connection)}
    for one in endpoints.found(connection, None):
        waits = backlog.get(one.name)
        waiting, oldest = (waits.waiting, waits.oldest) if waits else (0, None)
        yield Hook(one.name, one.state, one.since, one.why, waiting, oldest)


def _size(connection: Connection, branch: Branch) -> int:
    if connection.dialect.name == "sqlite":
        path = str(connection.engine.url.database)
        return sum(_bytes(Path(path + ends)) for ends in ("", "-wal"))
    query = text("SELECT coalesce(pg_total_relation_size(to_regclass(:name)), 0)")
    names = (table.name for table in _TABLES[branch][0])
    return sum(int(connection.scalar(query, {"name": name}) or 0) for name in names)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _server(connection: Connection) -> Server:
    def setting(name: str) -> str:
        return str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name}))

    used = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    mine = "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)"
    archived: Any = None
    if setting("archive_mode") != "off":
        archived = connection.scalar(text("SELECT last_archived_time FROM pg_stat_archiver"))
    return Server(
        version=int(setting("server_version_num")) // 10_000,
        encoding=setting("server_encoding"),
        encrypted=bool(connection.scalar(text(mine))),
        read_only=setting("transaction_read_only") == "on",
        unsafe=tuple(name for name in _UNSAFE if setting(name) == "off"),
        connections=int(connection.scalar(text(used)) or 0),
        most_connections=int(setting("max_connections")),
        archived_at=archived.astimezone(UTC) if archived else None,
    )


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).splitlines() or [type(error.orig).__name__])[0]

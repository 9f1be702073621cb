"""Parts of the table of cases, for other processes that read beside this one."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, column, literal_column, text

from broker.store.cases.tables import cases
from broker.store.database import Database

_STRIPES: Final = 8
"""Ranges of each part. They take turns along the table, which is about in the order of time: a
report of a month has its cases in one place."""
_IN_A_BLOCK: Final = 4
"""Cases in one block of PostgreSQL's, about."""
_IDLE: Final = "10min"

Range = tuple[int, int]
"""Where rows lie, from the first to before the last: by rowid on SQLite, which an update leaves
alone; by block on PostgreSQL, where all parts see the same snapshot."""


def begin_reading(database: Database, snapshot: str | None = None) -> Connection:
    """A transaction that sees one state, or the one of a snapshot of PostgreSQL's (in the
    thread)."""
    connection = database.begin(reading=True)
    if not database.is_sqlite:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        if snapshot is not None:
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        # What was read is counted between two statements, in other processes for all the time.
        connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{_IDLE}'"))
    return connection


def striped(connection: Connection, many: int, fewest: int) -> Sequence[Sequence[Range]]:
    """The ranges of each of so many parts; none where there are fewer cases (in the thread)."""
    is_sqlite = connection.dialect.name == "sqlite"
    first, last, count = _rowids(connection) if is_sqlite else _blocks(connection)
    if count < max(fewest, 1):
        return ()
    stripes = many * _STRIPES
    bounds = [first + (last - first) * n // stripes for n in range(stripes + 1)]
    ranges = list(pairwise(bounds))
    return [ranges[n::many] for n in range(many)]


def lying(within: Range | None, is_sqlite: bool) -> Sequence[ColumnElement[bool]]:
    """The conditions for rows of ``cases`` that lie there; none for all of them."""
    if within is None:
        return ()
    first, last = within
    if is_sqlite:
        return column("rowid") >= first, column("rowid") < last
    place: ColumnElement[Any] = literal_column("cases.ctid")
    return place >= _block(first), place < _block(last)


def _block(number: int) -> ColumnElement[Any]:
    return literal_column(f"'({number},0)'::tid")


def _rowids(connection: Connection) -> tuple[int, int, int]:
    # By themselves: only then SQLite looks at the ends alone.
    first, last = (
        connection.scalar(text(f"SELECT {which}(rowid) FROM {cases.name}"))
        for which in ("min", "max")
    )
    if first is None or last is None:
        return 0, 0, 0
    return first, last + 1, last + 1 - first


def _blocks(connection: Connection) -> tuple[int, int, int]:
    # Until the end nobody writes the table anew, which would move what lies in it.
    connection.execute(text(f"LOCK TABLE {cases.name} IN ACCESS SHARE MODE"))
    size = f"SELECT pg_relation_size('{cases.name}') / current_setting('block_size')::bigint"
    blocks: int = connection.scalar(text(size)) or 0
    return 0, blocks, blocks * _IN_A_BLOCK


def layout(connection: Connection) -> int:
    """SQLite's number of the schema (in the thread): VACUUM, which may number rows anew, changes
    it too."""
    number: int = connection.scalar(text("PRAGMA schema_version")) or 0
    return number

"""The database's driver behind an SQLAlchemy connection, for what is done to every row.

What SQLAlchemy does for a row costs more than what the database does. Errors are SQLAlchemy's
all the same: broker.store.errors knows what they mean.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from broker.store.columns import Id, Moment, microseconds

Row = tuple[Any, ...]
"""Values of Python's, in the order of the columns of a table or of a statement."""


class Driver:
    """``raw``: the driver's own connection, in the transaction of SQLAlchemy's."""

    def __init__(self, connection: Connection) -> None:
        self.raw: Any = connection.connection.driver_connection
        self._dialect: Any = connection.dialect

    @contextmanager
    def errors(self) -> Iterator[None]:
        """What the driver raises inside of the block becomes what SQLAlchemy would raise."""
        base = self._dialect.loaded_dbapi.Error
        try:
            yield
        except base as error:
            raise DBAPIError.instance(
                None,
                None,
                error,
                base,
                hide_parameters=True,
                connection_invalidated=self._dialect.is_disconnect(error, self.raw, None),
                dialect=self._dialect,
            ) from error


class SqliteBinds:
    """From values of Python's to what SQLite takes, for one transaction: its moments are few, and
    each is worked out once."""

    def __init__(self) -> None:
        self._moments: dict[datetime, int | None] = {}

    def rows(self, table: Table, names: Sequence[str], rows: Sequence[Row]) -> Iterable[Row]:
        """These columns of rows of a table, in this order. They are bound column by column: that
        is done in C."""
        columns = tuple(zip(*rows, strict=True))
        bound: list[Iterable[Any]] = []
        for place, kind in _plan(table, tuple(names)):
            values = columns[place]
            if kind is Id:
                bound.append(map(_id, values))
            elif kind is Moment:
                bound.append(map(self._moment, values))
            else:
                bound.append(values)
        return zip(*bound, strict=True)

    def _moment(self, moment: datetime | None) -> int | None:
        if moment is None or moment.fold:
            # Two moments that differ in nothing but ``fold`` are equal, yet not the same.
            return microseconds(moment)
        known = self._moments.get(moment)
        if known is None:
            known = self._moments[moment] = microseconds(moment)
        return known


def bound_ids(ids: Iterable[UUID]) -> bytes:
    """Ids as one value, sixteen bytes each: SQLite has no arrays."""
    return b"".join(map(_id, ids))


_id: Callable[[UUID], bytes] = attrgetter("bytes")


@cache
def _plan(table: Table, names: tuple[str, ...]) -> tuple[tuple[int, type[object]], ...]:
    """The places of these columns in a row of the table, with their types."""
    places = {column.name: place for place, column in enumerate(table.columns)}
    return tuple((places[name], type(table.c[name].type)) for name in names)

"""Statements for many rows, compiled once: building one anew costs a row more than writing it."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

from broker.store.columns import Bind, Id, Moment


class Statement:
    """An insert, update or delete of SQLAlchemy's for rows of values, without its work a row.

    ``names``: the values of a row that it takes, by the names that it has for them. Texts, numbers
    and bytes go to the driver as they are, ids and moments as their types say.
    """

    def __init__(self, statement: ClauseElement, names: Sequence[str], is_sqlite: bool) -> None:
        dialect: Any = (
            sqlite.dialect(paramstyle="qmark")
            if is_sqlite
            else postgresql.psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]  # untyped there
        )
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        self._text: str = str(compiled)
        order: list[str] = compiled.positiontup
        if sorted(order) != sorted(names):
            raise ValueError(f"the statement takes {order}, not {names}")
        self._values = itemgetter(*order) if len(order) > 1 else _only(order[0])
        binds = (
            (place, _bind(compiled.binds[name].type, is_sqlite)) for place, name in enumerate(order)
        )
        self._binds = tuple((place, bind) for place, bind in binds if bind is not None)

    def run(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Once for each row, in the order of the rows; nothing where there are none."""
        if not rows:
            return
        values, binds = self._values, self._binds
        out = []
        for row in rows:
            raw = list(values(row))
            for place, bind in binds:
                raw[place] = bind(raw[place])
            out.append(tuple(raw))
        connection.exec_driver_sql(self._text, out)


def _bind(kind: TypeEngine[Any], is_sqlite: bool) -> Bind | None:
    return kind.bind(is_sqlite) if isinstance(kind, Id | Moment) else None


def _only(name: str) -> Callable[[Mapping[str, object]], tuple[Any]]:
    return lambda row: (row[name],)

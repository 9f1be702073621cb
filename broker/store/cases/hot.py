"""What is asked and written for every message: each statement takes a whole batch at once.

Each kind of database has its own way to take many rows (broker.store.cases.hot_sqlite,
broker.store.cases.hot_postgres). Everything else is SQLAlchemy's, for both alike.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, Table

from broker.store.driver import Row


class HotStatements(Protocol):
    """Those of one transaction. They raise what SQLAlchemy does.

    Rows are whole ones: values of Python's, in the order of their table's columns. Whoever calls
    gives ids and rows in ascending order of the ids, so that no two transactions wait for each
    other in a circle.
    """

    def load(self, ids: Sequence[UUID]) -> list[tuple[UUID, int, str]]:
        """Id, lines and record of those of these cases that exist, in order; they are ours until
        the transaction ends."""

    def texts(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        """The complaints of these cases, as far as they are kept."""

    def seen(self, pairs: Sequence[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
        """Which of these causes (after the ids of their cases) are remembered."""

    def waited_for(self, ids: Sequence[UUID]) -> list[UUID]:
        """Those of these complaints for which something is deferred."""

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """New rows."""

    def remember(self, rows: Sequence[Row]) -> None:
        """Rows of ``case_causes``; one that is there stays."""

    def change(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """These columns of rows of ``cases`` that are there."""

    def put_texts(self, rows: Sequence[Row]) -> None:
        """Rows of ``case_texts``, in the place of those that are there."""

    def remove(self, table: Table, ids: Sequence[UUID]) -> None:
        """All rows of these cases."""


def hot_statements(connection: Connection) -> HotStatements:
    """Those of the connection's kind of database."""
    # Late: nobody loads the driver of a database that he does not use.
    if connection.dialect.name == "sqlite":
        from broker.store.cases.hot_sqlite import HotSqlite

        return HotSqlite(connection)
    from broker.store.cases.hot_postgres import HotPostgres

    return HotPostgres(connection)

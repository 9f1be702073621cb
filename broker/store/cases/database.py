"""The database of the cases, with what SQLite is told on each connection."""

from typing import Any, Final

from sqlalchemy import event

from broker.store.database import Database

_SQLITE_PRAGMAS: Final = (
    # What is deleted is overwritten: the words of a closed case are gone from the file.
    "secure_delete = ON",
    # Ids are random: every batch touches pages all over the file.
    "cache_size = -32000",
    "wal_autocheckpoint = 4000",
)
"""https://www.sqlite.org/pragma.html"""


def case_database(url: str) -> Database:
    """For statements on the cases; checks and long reads have connections of their own."""
    database = Database(url)
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def connect(connection: Any, _: object) -> None:
            for pragma in _SQLITE_PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")

    return database

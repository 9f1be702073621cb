"""Bring a database to the newest schema."""

from functools import partial
from importlib.resources import files
from threading import Lock
from typing import Final, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import text

from broker.errors import BadConfiguration
from broker.store.database import Database
from broker.store.engine import create_file

Branch = Literal["journal", "cases"]
"""A store of its own, with migrations and a table of versions of its own: on SQLite a file,
on PostgreSQL tables that share one database with the other's."""

_LOCK: Final = 0x50494E5455
"""The advisory lock under which PostgreSQL is migrated ("PINTU" in ASCII)."""
_ONE_AT_A_TIME: Final = Lock()
"""Alembic keeps what it works on in its modules' globals: two threads take it from each other."""


async def upgraded(database: Database, branch: Branch, within: float) -> Database:
    """The database with the newest schema; closed where that cannot be had in time.

    Raises:
        StoreUnavailable: it is away; try again later.
        BadConfiguration: see ``upgrade``.
    """
    try:
        await database.run(partial(upgrade, database, branch), within)
    except BaseException:
        await database.close()
        raise
    return database


def upgrade(database: Database, branch: Branch) -> None:
    """Create or migrate the tables of a store, in the database's thread.

    All of it is one transaction. Processes that start together wait for one another; where there
    is nothing to do nobody is waited for.

    Raises:
        BadConfiguration: the store was written by a newer version of this program.
        DBAPIError: see ``promised``.
    """
    create_file(database.engine)
    place = str(files("broker.store") / "migrations")
    config = Config()
    config.set_main_option("script_location", place.replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{place}/{branch}".replace("%", "%%"))
    config.attributes["version_table"] = f"{branch}_version"
    if _is_newest(database, config):
        return
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        try:
            with _ONE_AT_A_TIME:
                command.upgrade(config, "head")
        except CommandError as error:
            if not isinstance(error.__cause__, ResolutionError):
                raise
            raise BadConfiguration(
                f"the store ({branch}) was written by a newer version of this program: {error}"
            ) from error


def _is_newest(database: Database, config: Config) -> bool:
    with _ONE_AT_A_TIME:
        newest = set(ScriptDirectory.from_config(config).get_heads())
    with database.transaction(reading=True) as connection:
        versions = {"version_table": config.attributes["version_table"]}
        context = MigrationContext.configure(connection, opts=versions)
        return set(context.get_current_heads()) == newest

"""Bring a database to the newest schema."""

from functools import partial
from importlib.resources import files
from threading import Lock
from typing import Final, Literal

from sqlalchemy import inspect, text

from broker.errors import BadConfiguration
from broker.store.database import Database
from broker.store.engine import create_file

Branch = Literal["journal", "cases", "gateway"]
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


def upgrade(database: Database, branch: Branch, to: str = "head") -> None:
    """Create or migrate the tables of a store, in the database's thread.

    All of it is one transaction. Processes that start together wait for one another; where there
    is nothing to do nobody is waited for. ``to``: up to which revision, the newest by default.

    A store that a newer program has migrated is used as it is, for as long as its revision is one
    of the same row (``cases_0009``): a migration only adds what an older program can do without,
    so that both work side by side while one follows the other. One that does more begins another
    row (``cases2_0001``), and is refused here. See docs/explanation/decisions/0031-migrations.md.

    Raises:
        BadConfiguration: a newer version of this program has made of the store what this one
            cannot use.
        DBAPIError: see ``promised``.
    """
    create_file(database.engine)
    if _is_usable(database, branch):
        return
    # Late: Alembic takes longer to import than most commands take for all they do.
    from alembic import command
    from alembic.config import Config
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    place = str(files("broker.store") / "migrations")
    config = Config()
    config.set_main_option("script_location", place.replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{place}/{branch}".replace("%", "%%"))
    config.attributes["version_table"] = f"{branch}_version"
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        try:
            with _ONE_AT_A_TIME:
                command.upgrade(config, to)
        except CommandError as error:
            if not isinstance(error.__cause__, ResolutionError):
                raise
            raise BadConfiguration(
                f"the store ({branch}) was written by a newer version of this program: {error}"
            ) from error


def newest(branch: Branch) -> str:
    """The revision to which the last migration leads: `0002_….py` of cases is `cases_0002`."""
    scripts = files("broker.store").joinpath("migrations", branch)
    numbers = (script.name.partition("_")[0] for script in scripts.iterdir())
    return f"{branch}_{max(number for number in numbers if number.isdecimal())}"


def _is_usable(database: Database, branch: Branch) -> bool:
    """Whether the tables are those of this program, or those with what a newer one has added."""
    table = f"{branch}_version"
    with database.transaction(reading=True) as connection:
        if not inspect(connection).has_table(table):
            return False
        found = connection.execute(text(f"SELECT version_num FROM {table}")).scalars().all()
        return len(found) == 1 and _number(branch, found[0]) >= _number(branch, newest(branch))


def _number(branch: Branch, revision: str) -> int:
    """Its place in the row of a branch; -1 where it is of another row."""
    row, _, number = revision.rpartition("_")
    return int(number) if row == branch and number.isdecimal() else -1

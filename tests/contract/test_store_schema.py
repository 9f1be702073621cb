"""The tables that the migrations make are those that the program speaks of."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect

from broker.store.database import Database
from broker.store.gateway.tables import GATEWAY
from broker.store.schema import Branch, newest, upgrade
from broker.store.tables import JOURNAL


@pytest.mark.parametrize("branch", ["journal", "cases", "gateway"])
def test_the_newest_revision_is_the_one_to_which_the_migrations_lead(branch: Branch) -> None:
    config = Config()
    place = files("broker.store") / "migrations"
    config.set_main_option("script_location", str(place))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(place / branch))
    assert ScriptDirectory.from_config(config).get_heads() == [newest(branch)]


def test_a_store_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys; from broker.store.cases import open_case_store\n"
        "async def once(): await (await open_case_store(sys.argv[1])).close()\n"
        "asyncio.run(once()); print('alembic' in sys.modules)"
    )
    words = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/cases.sqlite3"]
    done = [subprocess.run(words, capture_output=True, text=True, check=True) for _ in range(2)]
    assert [one.stdout.strip() for one in done] == ["True", "False"]


@pytest.mark.parametrize(
    ("branch", "tables"), [("journal", JOURNAL), ("gateway", GATEWAY)], ids=["journal", "gateway"]
)
async def test_the_migrations_end_at_the_tables_that_the_program_speaks_of(
    store_url: str, branch: Branch, tables: MetaData
) -> None:
    database = Database(store_url)

    def differences() -> list[object]:
        upgrade(database, branch)
        with database.transaction(reading=True) as connection:
            options = {"version_table": f"{branch}_version", "compare_type": False}
            context = MigrationContext.configure(connection, opts=options)
            found: list[object] = compare_metadata(context, tables)
            return found

    assert await database.run(differences, 20) == []
    await database.close()


async def test_a_store_that_is_up_to_date_is_left_as_it_is(store_url: str) -> None:
    database = Database(store_url)

    def tables_after_upgrade() -> list[str]:
        upgrade(database, "journal")
        with database.transaction(reading=True) as connection:
            return sorted(inspect(connection).get_table_names())

    expected = ["journal", "journal_check", "journal_fingerprints", "journal_key"]
    expected.append("journal_version")
    assert await database.run(tables_after_upgrade, 20) == expected
    assert await database.run(tables_after_upgrade, 20) == expected
    await database.close()

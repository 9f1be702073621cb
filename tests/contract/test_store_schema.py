"""The tables that the migrations make are those that the program speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from broker.store.database import Database
from broker.store.schema import upgrade
from broker.store.tables import JOURNAL


async def test_the_migrations_of_the_journal_end_at_its_tables(store_url: str) -> None:
    database = Database(store_url)

    def differences() -> list[object]:
        upgrade(database, "journal")
        with database.transaction(reading=True) as connection:
            options = {"version_table": "journal_version", "compare_type": False}
            context = MigrationContext.configure(connection, opts=options)
            found: list[object] = compare_metadata(context, JOURNAL)
            return found

    assert await database.run(differences, 20) == []
    await database.close()


async def test_a_store_that_is_up_to_date_is_left_as_it_is(store_url: str) -> None:
    database = Database(store_url)

    def tables_after_upgrade() -> list[str]:
        upgrade(database, "journal")
        with database.transaction(reading=True) as connection:
            return sorted(inspect(connection).get_table_names())

    expected = ["journal", "journal_check", "journal_version"]
    assert await database.run(tables_after_upgrade, 20) == expected
    assert await database.run(tables_after_upgrade, 20) == expected
    await database.close()

"""A program works on a store that a newer one has migrated: migrations only add."""

from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from typing import Any, Final, get_args
from uuid import UUID

import pytest
from sqlalchemy import Connection, inspect, text

from broker.domain.case import Supporting, from_record, to_record
from broker.ports import CaseChange
from broker.store.cases import open_case_store
from broker.store.database import Database
from broker.store.journal import open_journal
from broker.store.schema import Branch, newest, upgrade
from schemas.envelope import dumps, loads
from tests.contract.keeping import NOW, a_case, a_line

CHAINS: Final = [
    (branch, f"{branch}_{script.name[:4]}")
    for branch in get_args(Branch)
    for script in sorted((files("broker.store") / "migrations" / branch).iterdir(), key=str)
    if script.name[:4].isdecimal()
]
"""Every revision, in order."""


@dataclass(frozen=True, slots=True)
class Table:
    """``columns``: by name the type, and whether a row may be without it; ``rules``: what must be
    so in every row."""

    columns: dict[str, tuple[str, bool]]
    rules: tuple[object, ...]


def shape(connection: Connection) -> dict[str, Table]:
    """All tables as they are."""
    found = inspect(connection)

    def one(table: str) -> Table:
        columns = {
            column["name"]: (
                str(column["type"]),
                bool(column["nullable"] or column.get("default") is not None),
            )
            for column in found.get_columns(table)
        }
        unique = sorted(
            tuple(map(str, index["column_names"]))
            for index in found.get_indexes(table)
            if index["unique"]
        )
        key = tuple(found.get_pk_constraint(table)["constrained_columns"])
        checks, foreign = found.get_check_constraints(table), found.get_foreign_keys(table)
        return Table(columns, (key, tuple(unique), len(checks), len(foreign)))

    return {table: one(table) for table in found.get_table_names()}


@pytest.mark.parametrize("branch", get_args(Branch))
async def test_whatever_a_migration_finds_stays_and_what_it_adds_can_be_left_out(
    branch: Branch, store_url: str
) -> None:
    database = Database(store_url)

    def look(revision: str) -> dict[str, Table]:
        upgrade(database, branch, revision)
        with database.transaction(reading=True) as connection:
            return shape(connection)

    before: dict[str, Table] = {}
    for revision in [name for of, name in CHAINS if of == branch]:
        after = await database.run(partial(look, revision), 20)
        assert before.keys() <= after.keys(), (revision, "a table is gone")
        for name, was in before.items():
            now = after[name]
            same = was.columns.items() <= now.columns.items()
            assert same, (revision, name, "a column changed or is gone")
            assert now.rules == was.rules, (revision, name, "what older programs write may not fit")
            for added in now.columns.keys() - was.columns.keys():
                assert now.columns[added][1], (revision, name, added, "older ones do not fill it")
        before = after
    await database.close()


def the_next_version(branch: Branch, database: Database) -> None:
    """What a program of later does to the store: a column, a table, and its number."""
    number = int(newest(branch).rpartition("_")[2]) + 1
    table = {"journal": "journal", "cases": "cases"}[branch]
    with database.transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN of_later TEXT DEFAULT 'later'"))
        connection.execute(text(f"CREATE TABLE {branch}_of_later (n INTEGER PRIMARY KEY)"))
        connection.execute(
            text(f"UPDATE {branch}_version SET version_num = :number"),
            {"number": f"{branch}_{number:04}"},
        )


async def test_a_store_that_the_next_version_has_migrated_is_worked_on(store_url: str) -> None:
    branches: tuple[Branch, ...] = ("journal", "cases")
    for branch in branches:
        database = Database(store_url)
        await database.run(partial(upgrade, database, branch), 20)
        await database.run(partial(the_next_version, branch, database), 20)
        await database.close()
    journal = await open_journal(store_url)
    async with journal.recording([UUID(int=1)], NOW) as fresh:
        assert fresh == {UUID(int=1)}
    await journal.close()
    store = await open_case_store(store_url)
    case = a_case()
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line(case),))])
    found = await store.find(case.complaint_id)
    assert found is not None and found.tracking == case.tracking
    await store.close()


def test_what_a_newer_program_records_of_a_case_is_read_without_what_is_new() -> None:
    case = replace(a_case(), supporting=(Supporting("pln", external=True),))
    record = loads(dumps(to_record(case)))

    def with_more(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: with_more(one) for name, one in value.items()} | {"of_later": 1}
        return [with_more(one) for one in value] if isinstance(value, list) else value

    newer = with_more(record) | {"complaint": record["complaint"], "trace": record["trace"]}
    assert from_record(newer) == from_record(record)

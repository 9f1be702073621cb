"""Rows as SQLite's driver takes them, and what the driver says where it takes none."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from broker.store.cases.tables import case_owed
from broker.store.columns import microseconds
from broker.store.database import Database
from broker.store.driver import Driver, SqliteBinds, bound_ids
from broker.store.schema import upgrade

_NAMES = [column.name for column in case_owed.columns]
_NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


def test_ids_are_bytes_and_moments_microseconds() -> None:
    first, second = uuid4(), uuid4()
    rows = [(first, 0, None, "response", _NOW), (second, 1, "dlh", "resolution", _NOW)]
    moment = microseconds(_NOW)
    assert list(SqliteBinds().rows(case_owed, _NAMES, rows)) == [
        (first.bytes, 0, None, "response", moment),
        (second.bytes, 1, "dlh", "resolution", moment),
    ]
    assert list(SqliteBinds().rows(case_owed, ["due_at", "n"], rows)) == [(moment, 0), (moment, 1)]
    assert bound_ids([first, second]) == first.bytes + second.bytes


def test_a_moment_that_comes_twice_a_night_is_two_moments() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert first == second
    for order in ([first, second], [second, first]):
        rows = [(uuid4(), 0, None, "response", moment) for moment in order]
        bound = list(SqliteBinds().rows(case_owed, ["due_at"], rows))
        assert bound == [(microseconds(moment),) for moment in order]
    assert microseconds(second) - microseconds(first) == timedelta(hours=1) // timedelta(  # type: ignore[operator]  # both are there
        microseconds=1
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    rows = [(uuid4(), 0, None, "response", datetime(2026, 2, 2))]
    with pytest.raises(ValueError, match="time zone"):
        list(SqliteBinds().rows(case_owed, _NAMES, rows))


async def test_errors_of_the_driver_are_those_of_sqlalchemy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/cases.sqlite3")

    def twice() -> None:
        upgrade(database, "cases")
        with database.transaction() as connection:
            driver = Driver(connection)
            with driver.errors():
                for _ in range(2):
                    driver.raw.execute("INSERT INTO case_check (one, checks) VALUES (1, 1)")

    with pytest.raises(IntegrityError) as raised:
        await database.run(twice, 10)
    assert isinstance(raised.value.orig, sqlite3.IntegrityError)
    await database.close()

"""The tables of the case store, and that its questions go by its indexes."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, column, event, inspect, table, text

from broker.domain.case import CaseFilter, Said
from broker.ports import CaseChange
from broker.store.cases import SqlCaseStore, listing, open_case_store
from broker.store.cases.rows import CaseRows, text_row
from broker.store.cases.tables import CASES, case_aside, case_texts, cases
from broker.store.database import Database
from broker.store.schema import upgrade
from schemas.complaint import PublicComplaint
from schemas.envelope import dumps, loads
from tests.contract.keeping import DAY, NOW, a_case, a_line, save

TEXT: PublicComplaint = {"text": "Jalan rusak", "location": {"village": "Rias"}}


async def test_the_migrations_of_the_cases_end_at_their_tables(store_url: str) -> None:
    database = Database(store_url)

    def differences() -> list[object]:
        upgrade(database, "cases")
        with database.transaction(reading=True) as connection:
            options = {"version_table": "cases_version", "compare_type": False}
            context = MigrationContext.configure(connection, opts=options)
            found: list[object] = compare_metadata(context, CASES)
            return found

    assert await database.run(differences, 20) == []
    await database.close()


async def test_what_an_older_version_deferred_is_counted(store_url: str) -> None:
    """The store of 0.1 as it was: without who sent a message, and how long it is."""
    database = Database(store_url)

    def upgraded() -> list[tuple[str, int]]:
        upgrade(database, "cases", "cases_0001")
        with database.transaction() as connection:
            columns = ("n", "key", "complaint_id", "until", "about", "body")
            known = table("case_aside", *(column(n, case_aside.c[n].type) for n in columns))
            values = {"n": 1, "key": uuid4(), "complaint_id": uuid4(), "until": NOW}
            connection.execute(known.insert().values(**values, about="{}", body=b"12345"))
        upgrade(database, "cases")
        with database.transaction(reading=True) as connection:
            found = connection.execute(text("SELECT speaker, size FROM case_aside"))
            return [(speaker, size) for speaker, size in found]

    assert await database.run(upgraded, 20) == [("", 5)]
    await database.close()


async def test_in_a_store_of_before_there_were_conversations_one_can_begin(store_url: str) -> None:
    database, case = Database(store_url), a_case()

    def old() -> None:
        upgrade(database, "cases", "cases_0003")
        with database.transaction() as connection:
            row = dict(zip(cases.columns.keys(), CaseRows().case(case, 1), strict=True))
            del row["words_gone"]
            record = loads(row["record"])
            for name in ("of", "rating", "follows", "followed_by"):
                record.pop(name, None)
            connection.execute(cases.insert().values(row | {"record": dumps(record).decode()}))
            connection.execute(case_texts.insert().values(text_row(case.complaint_id, TEXT)))

    await database.run(old, 20)
    await database.close()
    store = await open_case_store(store_url)
    assert await store.conversation(case.complaint_id) == []
    said = Said(NOW, "channel.web", "replied", note="Masih rusak.")
    mine = [case.complaint_id]
    async with store.transaction() as transaction:
        [found] = (await transaction.load(mine, told=mine)).values()
        assert found.conversation == ()
        assert found.complaint == TEXT
        line = a_line(found, "replied")
        await transaction.save([CaseChange(found, (line,), said=(said,))])
    assert await store.conversation(case.complaint_id) == [said]
    await store.close()


async def test_journal_and_cases_may_share_a_database(store_url: str) -> None:
    database = Database(store_url)

    def tables() -> list[str]:
        for _ in range(2):
            upgrade(database, "journal")
            upgrade(database, "cases")
        with database.transaction(reading=True) as connection:
            return inspect(connection).get_table_names()

    names = await database.run(tables, 20)
    assert {"journal", "journal_version", "cases", "cases_version"} <= set(names)
    await database.close()


async def test_no_question_reads_every_case(tmp_path: Path) -> None:
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.db")
    asked = await statements_of(store)
    plans = await store._database.run(partial(plans_of, store, asked), 10)
    await store.close()
    walks = {step for step in plans if step.startswith("SCAN")}
    walks -= {"SCAN CONSTANT ROW", "SCAN place", "SCAN case_progress"}
    # What is said in the cases at hand, after it was found by their ids.
    walks = {step for step in walks if not step.startswith(("SCAN mine", "SCAN (subquery"))}
    assert walks == {
        # The counts; a page of a list, from where it was.
        "SCAN cases USING COVERING INDEX cases_counted",
        "SCAN cases USING INDEX cases_open",
        # What operators said of clocks: a few lines.
        "SCAN case_mends",
    }, plans
    assert "SEARCH cases USING INDEX cases_next_due (next_due<?)" in plans
    assert "SEARCH cases USING COVERING INDEX cases_next_due (next_due>?)" in plans
    assert "SEARCH c USING PRIMARY KEY (complaint_id=? AND cause=?)" in plans
    assert "SEARCH case_conversation USING PRIMARY KEY (complaint_id=?)" in plans
    assert "SEARCH case_conversation USING PRIMARY KEY (complaint_id=? AND n=?)" in plans


async def test_a_page_of_a_list_sorts_nothing(tmp_path: Path) -> None:
    """A list of a hundred thousand cases is read in five hundred pages."""
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.db")
    asked: list[str] = []
    listen(store, asked)
    for wanted in (CaseFilter(agency="dlh", channel="web"), CaseFilter(overdue_at=NOW, since=NOW)):
        assert [found async for found in store.listed(wanted)] == []
    plans = await store._database.run(partial(plans_of, store, asked), 10)
    await store.close()
    assert {step for step in plans if " cases " in step} == {
        "SCAN cases USING INDEX cases_open",
        "SEARCH cases USING INDEX cases_open (opened_at>?)",
    }
    assert [step for step in plans if "TEMP B-TREE" in step] == []


async def test_what_is_deferred_is_counted_without_its_bodies(tmp_path: Path) -> None:
    """A size stands behind its body: reading it from the row would go through all of that."""
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.db")
    asked = await statements_of(store)
    sized = [one for one in asked if "case_aside.size" in one and "body" not in one]
    plans = await store._database.run(partial(plans_of, store, sized), 10)
    await store.close()
    assert [step for step in plans if step.startswith(("SCAN", "SEARCH"))] == [
        "SEARCH case_aside USING COVERING INDEX case_aside_until (until<?)",
        "SEARCH case_aside USING COVERING INDEX case_aside_complaint (complaint_id=?)",
        "SEARCH case_aside USING COVERING INDEX case_aside_speaker (speaker=?)",
    ]


def listen(store: SqlCaseStore, asked: list[str]) -> None:
    """Note what it asks from now on."""

    def note(statement: str) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            asked.append(statement)

    def begin(connection: Connection) -> None:
        # The driver's own ear: not everything goes through SQLAlchemy.
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(note)

    for database in (store._database, store._reads, store._scrapes):
        event.listen(database.engine, "begin", begin)


async def statements_of(store: SqlCaseStore) -> list[str]:
    """All that a store asks, as it goes to the database, with its values."""
    asked: list[str] = []
    listen(store, asked)
    case = a_case()
    await save(store, case)
    async with store.transaction() as transaction:
        mine = [case.complaint_id]
        await transaction.load(mine, {case.complaint_id: ["a", "b"]}, told=mine)
        await transaction.due(NOW, 10)
        await transaction.outdated("1", 10)
        await transaction.deferred([case.complaint_id])
        await transaction.deferred_until(NOW, 10)
        await transaction.deferred_keys(["a"])
        await transaction.held([case.complaint_id], ["channel.web"])
    await store.next_due()
    await store.find(case.complaint_id)
    await store.find_tracking(case.tracking)
    await store.history(case.complaint_id)
    await store.conversation(case.complaint_id)
    await store.conversation(case.complaint_id, newest=5)
    await store.counts()
    await store.overdue(NOW)
    assert [found async for found in store.listed()] == [case]
    assert [found async for found in store.listed(CaseFilter(overdue_at=NOW))] == []
    await store.forget(NOW, 10)
    return asked


def plans_of(store: SqlCaseStore, asked: list[str]) -> list[str]:
    with store._database.transaction(reading=True) as connection:
        return [
            row[3]
            for statement in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        ]


async def test_vacuum_on_postgres_goes_by_the_number_of_dead_rows(postgres_url: str) -> None:
    store = await open_case_store(postgres_url)

    def options() -> list[str]:
        with store._database.transaction(reading=True) as connection:
            query = text("SELECT unnest(reloptions) FROM pg_class WHERE relname = 'cases'")
            return list(connection.scalars(query))

    assert "autovacuum_vacuum_scale_factor=0" in await store._database.run(options, 10)
    await store.close()


async def test_a_page_of_a_list_is_read_in_order_on_postgres(postgres_url: str) -> None:
    """Also before the database knows how much there is of what."""
    store = await open_case_store(postgres_url)
    await save(store, *(a_case() for _ in range(300)))
    wanted = CaseFilter(agency="dpupr", overdue_at=NOW + DAY)

    def plan(connection: Connection) -> str:
        asked: list[tuple[str, Any]] = []
        event.listen(connection, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
        listing.page(wanted, None, 10, connection)
        statement, values = next(one for one in asked if "cases.record" in one[0])
        lines = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(line for (line,) in lines)

    steps = await store._read(plan)
    await store.close()
    assert "Index Scan using cases_open" in steps, steps
    assert "case_owed_pkey" in steps
    assert "Sort" not in steps

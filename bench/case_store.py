"""The case store with few and with very many open cases: what a wake-up costs.

Run: ``python -m bench.case_store [--postgres URL] [--open N ...] [--rungs N]``. SQLite in a folder
of its own, or an empty PostgreSQL database. The cases and their rungs are real ones, nothing is
published. Nothing is asserted.
"""

import argparse
import asyncio
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import Connection, Dialect, Table, text

from broker.domain import names
from broker.domain.case import Applied, Context, apply, fire, read
from broker.domain.clocks import Clocks
from broker.domain.intake import Routed, handle_intake
from broker.domain.outcome import Incoming
from broker.domain.routing.rules import Rules
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from broker.store.cases.rows import case_row, digest, line_row, owed_rows, text_row
from broker.store.cases.tables import case_causes, case_history, case_owed, case_texts, cases
from broker.store.columns import Id, Moment
from broker.store.database import Database
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.identifiers import tracking
from schemas.properties import Properties

_FIRST = datetime(2026, 2, 2, 2, tzinfo=UTC)
_DAY = timedelta(days=1)
_ROUNDS = 30
_A_ROUND = 100
_BATCH = 200
_BODY = (
    b'{"text": "Assalamualaikum, jalan berlubang besar di depan pasar, sudah tiga bulan tidak'
    b' diperbaiki, banyak motor jatuh. Terima kasih sebelumnya", "title": "Laporan warga",'
    b' "location": {"district": "Toboali", "village": "Rias"}}'
)


def opened(at: datetime, rules: Rules, clocks: Clocks) -> Applied:
    """What the router and the cases make of a complaint about a road."""
    properties = Properties(content_type="application/json", message_id=at.isoformat())
    message = Incoming(_BODY, names.INTAKE, "web", properties, False, 1)
    routed = handle_intake(message, rules, clocks, now=at, new_id=lambda: "fresh")
    assert isinstance(routed, Routed)
    event = routed.publish[0]
    echo = Incoming(event.body, event.exchange, event.routing_key, properties, False, 1)
    what = read(echo)
    outcome = apply(None, what, Context(at, at, rules, clocks))  # type: ignore[arg-type]  # a delivery of our own event is a Routing
    assert isinstance(outcome, Applied)
    return outcome


def due_first(rules: Rules, clocks: Clocks) -> list[Applied]:
    """A case for each round, each due at a moment of its own, before all the others."""
    first = opened(_FIRST, rules, clocks)
    due = first.case.next_due
    assert due is not None
    # A minute apart: what fires is what would have fired at the right moment.
    moments = (due + n * timedelta(minutes=1) for n in range(_ROUNDS))
    return [replace(first, case=replace(first.case, next_due=moment)) for moment in moments]


Raw = list[Any]
"""A row as the driver of the database takes it, in the order of the table's columns."""


def rows(many: int, dialect: Dialect) -> Iterator[dict[Table, list[Raw]]]:
    """Open cases in portions; ids ascend, since that is quicker, and what is due is scattered."""
    rules, clocks, chance = load_rules(None), load_clocks(), random.Random(7)
    days = [opened(_FIRST + n * _DAY, rules, clocks) for n in range(28, 42)]
    soon = [kind for kind in due_first(rules, clocks) for _ in range(_A_ROUND)]
    kinds = soon + [days[n % len(days)] for n in range(many - len(soon))]
    chance.shuffle(kinds)
    made = {id(kind): _rows_of(kind, dialect) for kind in (*soon, *days)}
    step, portion = (1 << 128) // (many + 1), 5_000
    for start in range(0, many, portion):
        out: dict[Table, list[Raw]] = {}
        for n in range(start, min(start + portion, many)):
            complaint = UUID(int=n * step + chance.randrange(step))
            key = Id().process_bind_param(complaint, dialect)
            old = kinds[n].case
            for table, row in made[id(kinds[n])]:
                new = [key, *row[1:]]
                if table is cases:
                    new[1] = tracking(complaint)
                    record = row[-1].replace(str(old.complaint_id), str(complaint))
                    new[-1] = record.replace(old.tracking, new[1])
                out.setdefault(table, []).append(new)
        yield out


def _rows_of(kind: Applied, dialect: Dialect) -> Sequence[tuple[Table, Raw]]:
    case, lines, causes = kind.case, kind.history, kind.causes
    key = case.complaint_id
    found = [
        (cases, case_row(case, len(lines))),
        (case_texts, text_row(key, case.complaint or {})),
        *((case_owed, row) for row in owed_rows(case)),
        *((case_history, line_row(key, n, e)) for n, e in enumerate(lines)),
        *((case_causes, {"complaint_id": key, "cause": digest(cause)}) for cause in causes),
    ]
    return [
        (table, [_raw(row[column.name], dialect) for column in table.columns])
        for table, row in found
    ]


def _raw(value: Any, dialect: Dialect) -> Any:
    if isinstance(value, UUID):
        return Id().process_bind_param(value, dialect)
    if isinstance(value, datetime):
        return Moment().process_bind_param(value, dialect)
    return value


def fill(url: str, many: int) -> None:
    """In a process of its own, whose memory does not count."""
    asyncio.run(_fill(url, many))


async def _fill(url: str, many: int) -> None:
    await (await open_case_store(url)).close()
    database = Database(url)

    def work() -> None:
        with database.transaction() as connection:
            for portion in rows(many, database.engine.dialect):
                for table, some in portion.items():
                    _insert(connection, table, some)
        with database.transaction() as connection:
            connection.execute(text("ANALYZE"))

    await database.run(work, 3600)
    await database.close()


def _insert(connection: Connection, table: Table, some: Sequence[Raw]) -> None:
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" for _ in table.columns)
        driver.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", some)
        return
    copying = f"COPY {table.name} ({columns}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(copying) as copy:
        for row in some:
            copy.write_row(row)


def measure(url: str, many: int, rungs: int) -> None:
    """In a process of its own, as if it were the escalations'."""
    asyncio.run(_measure(url, many, rungs))


async def _measure(url: str, many: int, rungs: int) -> None:
    clocks = load_clocks()
    started = time.perf_counter()
    store = await open_case_store(url)
    await store.check()
    await store.next_due()
    ready = time.perf_counter() - started
    print(f"{many:>9,} open: ready in {ready:.2f} s", flush=True)
    walks = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        moment = await store.next_due()
        assert moment is not None
        if await fired(store, moment, _A_ROUND + 1, clocks) != _A_ROUND:
            raise SystemExit("not what was filled in")
        walks.append((time.perf_counter() - started) * 1000)
    print(
        f"{many:>9,} open: a wake-up with {_A_ROUND} due {median(walks):.1f} ms"
        f" (95 of 100 within {quantiles(walks, n=20)[-1]:.1f} ms)",
        flush=True,
    )
    await asks(store, many)
    if rungs and many > rungs:
        await burst(store, many, rungs, clocks)
    resident = psutil.Process().memory_info().rss / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"{many:>9,} open: resident {resident:.0f} MiB, at most {peak:.0f} MiB", flush=True)
    await store.close()


async def asks(store: CaseStore, many: int) -> None:
    """What a scrape asks."""
    at = await store.next_due() or _FIRST
    for name, question in (("counts", store.counts()), ("overdue", store.overdue(at))):
        started = time.perf_counter()
        answer = await question
        took = (time.perf_counter() - started) * 1000
        print(f"{many:>9,} open: {name} {took:.0f} ms, {len(answer)} rows", flush=True)


async def burst(store: CaseStore, many: int, rungs: int, clocks: Clocks) -> None:
    """Very many due at once. Not waded through: later wake-ups are as quick as the first."""
    done, batches = 0, []
    started = time.perf_counter()
    moment = await store.next_due()
    while done < rungs:
        assert moment is not None
        batch = time.perf_counter()
        some = await fired(store, moment, _BATCH, clocks)
        if not some:
            moment = await store.next_due()
            continue
        done += some
        batches.append((time.perf_counter() - batch) * 1000)
    seconds = time.perf_counter() - started
    print(
        f"{many:>9,} open: {done:,} rungs recorded in {seconds:.0f} s, {done / seconds:,.0f} a"
        f" second; a batch of {_BATCH} {median(batches):.0f} ms, the last"
        f" {median(batches[-20:]):.0f} ms, the longest {max(batches):.0f} ms",
        flush=True,
    )


async def fired(store: CaseStore, moment: datetime, most: int, clocks: Clocks) -> int:
    """One transaction of the escalations, but for the publishing."""
    async with store.transaction() as transaction:
        found = await transaction.due(moment, most)
        changes = []
        for case in found:
            outcome = fire(case, clocks, now=moment, reached=moment)
            assert outcome is not None
            changes.append(CaseChange(outcome.case, outcome.history, outcome.causes))
        await transaction.save(changes)
    return len(found)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--postgres", metavar="URL", help="an empty database")
    arguments.add_argument("--open", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments.add_argument("--rungs", type=int, default=100_000)
    given = arguments.parse_args()
    for many in given.open:
        with tempfile.TemporaryDirectory() as folder:
            url = given.postgres or f"sqlite:///{folder}/cases.db"
            started = time.perf_counter()
            _apart(fill, url, many)
            took = time.perf_counter() - started
            print(f"{many:>9,} open: filled in {took:.0f} s", flush=True)
            _apart(measure, url, many, given.rungs)
            if given.postgres:
                asyncio.run(_emptied(url))


async def _emptied(url: str) -> None:
    database = Database(url)

    def work() -> None:
        with database.transaction() as connection:
            for table in (cases, case_texts, case_owed, case_history, case_causes):
                connection.execute(text(f"TRUNCATE {table.name}"))

    await database.run(work, 60)
    await database.close()


def _apart(what: Any, *given: object) -> None:
    process = multiprocessing.get_context("spawn").Process(target=what, args=given)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()

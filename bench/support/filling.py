"""A case store filled quickly with real cases: the rows of a few are written very many times."""

import asyncio
import multiprocessing
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, Dialect, Table, text

from broker.domain.case import Applied, Case, Context, Entry, apply, read
from broker.domain.clocks import SlaCalendar
from broker.domain.intake import Routed, handle_intake
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.store.cases import open_case_store
from broker.store.cases.rows import CaseRows, cause_row, line_row, text_row
from broker.store.cases.tables import case_causes, case_history, case_owed, case_texts, cases
from broker.store.columns import Id, Moment
from broker.store.database import Database
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.identifiers import tracking
from schemas.properties import Properties
from schemas.updates import BadUpdate
from tests.support.due_cases import breached

_BODY = (
    b'{"text": "Assalamualaikum, jalan berlubang besar di depan pasar, sudah tiga bulan tidak'
    b' diperbaiki, banyak motor jatuh. Terima kasih sebelumnya", "title": "Laporan warga",'
    b' "location": {"district": "Toboali", "village": "Rias"}}'
)

_RECORD = list(cases.c).index(cases.c.record)

Raw = list[Any]
"""A row as the driver of the database takes it, in the order of the table's columns."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``many`` open cases: of ``soon`` so many that fall due at that moment, with one rung each;
    the others were opened on one of the ``days`` and fall due when they do."""

    many: int
    days: Sequence[datetime]
    soon: Sequence[tuple[datetime, int]] = ()


def opened(at: datetime, rules: Rules, clocks: SlaCalendar) -> Applied:
    """What the router and the cases make of a complaint about a road."""
    properties = Properties(content_type="application/json", message_id=at.isoformat())
    message = Incoming(_BODY, names.INTAKE, "web", properties, False, 1)
    routed = handle_intake(message, rules, clocks, now=at, new_id=lambda: "fresh")
    assert isinstance(routed, Routed)
    event = routed.publish[0]
    echo = Incoming(event.body, event.exchange, event.routing_key, properties, False, 1)
    what = read(echo)
    assert not isinstance(what, BadUpdate)
    outcome = apply(None, what, Context(at, at, rules, clocks))
    assert isinstance(outcome, Applied)
    return outcome


class Kept(Protocol):
    """A case with its history, as it is to be kept."""

    @property
    def case(self) -> Case: ...
    @property
    def history(self) -> Sequence[Entry]: ...
    @property
    def causes(self) -> Sequence[str]: ...


def fill(url: str, plan: Plan) -> None:
    """In a process of its own, whose memory does not count."""
    apart(_fill_here, url, plan)


def apart(what: Any, *given: object) -> None:
    """Call it in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=what, args=given)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def _fill_here(url: str, plan: Plan) -> None:
    asyncio.run(_fill(url, plan))


async def _fill(url: str, plan: Plan) -> None:
    await write(url, lambda dialect: _rows(plan, dialect))


async def write(url: str, portions: Callable[[Dialect], Iterable[dict[Table, list[Raw]]]]) -> None:
    """Write these rows into an empty store, all or nothing, and let the database look at them."""
    await (await open_case_store(url)).close()
    database = Database(url)

    def work() -> None:
        with database.transaction() as connection:
            for portion in portions(database.engine.dialect):
                for table, some in portion.items():
                    _insert(connection, table, some)
        with database.transaction() as connection:
            connection.execute(text("ANALYZE"))

    await database.run(work, 3600)
    await database.close()


def _rows(plan: Plan, dialect: Dialect) -> Iterator[dict[Table, list[Raw]]]:
    """In portions; ids ascend, since that is quicker, and what is due is scattered."""
    rules, clocks, chance = load_rules(None), load_clocks(), random.Random(7)
    days = [opened(day, rules, clocks) for day in plan.days]
    soon = []
    for moment, count in plan.soon:
        first = opened(moment - timedelta(days=1), rules, clocks)
        soon += [replace(first, case=breached(first.case, moment))] * count
    kinds = soon + [days[n % len(days)] for n in range(plan.many - len(soon))]
    chance.shuffle(kinds)
    made = {id(kind): rows_of(kind, dialect) for kind in (*soon, *days)}
    step, portion = (1 << 128) // (plan.many + 1), 5_000
    for start in range(0, plan.many, portion):
        out: dict[Table, list[Raw]] = {}
        for n in range(start, min(start + portion, plan.many)):
            complaint = UUID(int=n * step + chance.randrange(step))
            key = Id().process_bind_param(complaint, dialect)
            old = kinds[n].case
            for table, row in made[id(kinds[n])]:
                new = [key, *row[1:]]
                if table is cases:
                    new[1] = tracking(complaint)
                    record = row[_RECORD].replace(str(old.complaint_id), str(complaint))
                    new[_RECORD] = record.replace(old.tracking, new[1])
                out.setdefault(table, []).append(new)
        yield out


def rows_of(kind: Kept, dialect: Dialect) -> Sequence[tuple[Table, Raw]]:
    case, lines, causes = kind.case, kind.history, kind.causes
    key, rows = case.complaint_id, CaseRows()
    found = [
        (cases, rows.case(case, len(lines))),
        (case_texts, text_row(key, case.complaint or {})),
        *((case_owed, row) for row in rows.owed(case)),
        *((case_history, line_row(key, n, e)) for n, e in enumerate(lines)),
        *((case_causes, cause_row(key, cause)) for cause in causes),
    ]
    return [(table, [_raw(value, dialect) for value in row]) for table, row in found]


def _raw(value: Any, dialect: Dialect) -> Any:
    if isinstance(value, UUID):
        return Id().process_bind_param(value, dialect)
    if isinstance(value, datetime):
        return Moment().process_bind_param(value, dialect)
    return value


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

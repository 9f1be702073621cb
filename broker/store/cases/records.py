"""The port ``CaseRecords``: a walk through all cases in one transaction, on a connection and a
thread of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from orjson import loads
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarResult,
    Select,
    literal_column,
    or_,
    select,
    text,
)

from broker.errors import StoreUnavailable
from broker.ports.case_records import Step
from broker.store.cases.record_parts import Range, begin_reading, layout, lying, striped
from broker.store.cases.tables import case_history, case_texts, cases
from broker.store.database import Database, end

T = TypeVar("T")

PAGE: Final = 4_000
"""Records that are read at a time: some megabytes."""
_IDS: Final = 1_000
"""Ids in one statement."""
_CONFIDENTIAL: Final = '"confidential":true'
"""As a complaint is written; quotation marks inside of a text are escaped there."""
_OF_CLOCKS: Final = ('"what":"escalated"', '"what":"deadline"')
"""As lines are written that are left out before they are read; they are most of all lines."""


class SqlCaseRecords:
    """Implements the port. ``make``: the database, opened when somebody asks first."""

    def __init__(self, make: Callable[[], Database], within: float) -> None:
        self._make = make
        self._within = within
        self._database: Database | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["SqlSnapshot"]:
        """See the port."""
        async with self._turn:
            database = self._database = self._database or self._make()
            connection = await database.run(partial(begin_reading, database), self._within)
            try:
                yield SqlSnapshot(connection, database, self._within)
            finally:
                with suppress(StoreUnavailable):
                    await database.finish(partial(end, connection), self._within)

    async def close(self) -> None:
        """Close its connection, if there is any."""
        if self._database is not None:
            await self._database.close()


@dataclass(frozen=True, slots=True)
class SqlPart:
    """Implements the port ``RecordsPart``. ``url``: with its password. ``snapshot``: PostgreSQL's
    name of it; ``layout``: SQLite's number of the schema, which VACUUM changes too."""

    url: str = field(repr=False)
    within: float
    ranges: Sequence[Range]
    snapshot: str | None
    layout: int | None

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SqlSnapshot"]:
        """See the port."""
        database = Database(self.url)
        try:
            connection = await database.run(partial(self._begin, database), self.within)
            try:
                yield SqlSnapshot(connection, database, self.within, self.ranges)
            finally:
                await database.finish(partial(end, connection), self.within)
        finally:
            await database.close()

    def _begin(self, database: Database) -> Connection:
        connection = begin_reading(database, self.snapshot)
        if database.is_sqlite and layout(connection) != self.layout:
            end(connection)
            raise StoreUnavailable("the file of cases was just written anew: try again")
        return connection


class SqlSnapshot:
    """Implements the port ``RecordsSnapshot``."""

    def __init__(
        self,
        connection: Connection,
        database: Database,
        within: float,
        ranges: Sequence[Range | None] = (None,),
    ) -> None:
        self._connection = connection
        self._database = database
        self._within = within
        self._ranges = ranges

    async def parts(self, many: int, fewest: int) -> Sequence[SqlPart]:
        """See the port."""
        return await self._run(partial(self._parts, many, fewest))

    async def pages(self, ended_since: datetime) -> AsyncIterator[Sequence[str]]:
        """See the port. The table is read as it lies: an index would lead to each row by itself."""
        wanted = or_(cases.c.closed_at.is_(None), cases.c.closed_at >= ended_since)
        # On PostgreSQL a cursor of the server's: else all of it would come at once.
        streaming = self._connection.execution_options(stream_results=True, max_row_buffer=PAGE)
        for within in self._ranges:
            query = select(cases.c.record).where(wanted, *lying(within, self._database.is_sqlite))
            rows = await self._run(partial(_scalars, streaming, query))
            while page := await self._run(partial(rows.fetchmany, PAGE)):
                yield page

    async def steps(self, complaints: Collection[UUID]) -> dict[UUID, list[Step]]:
        """See the port."""
        found: dict[UUID, list[Step]] = {}
        for some in _portions(complaints):
            found |= await self._run(partial(_steps, some, self._connection))
        return found

    async def confidential(self, complaints: Collection[UUID]) -> set[UUID]:
        """See the port."""
        public: set[UUID] = set()
        for some in _portions(complaints):
            public |= await self._run(partial(_public, some, self._connection))
        return {one for one in complaints if one not in public}

    def _parts(self, many: int, fewest: int) -> Sequence[SqlPart]:
        connection, snapshot, number = self._connection, None, None
        found = striped(connection, many, fewest)
        if self._database.is_sqlite:
            number = layout(connection)
        elif found:
            snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        place = self._database.engine.url.render_as_string(hide_password=False)
        return [SqlPart(place, self._within, ranges, snapshot, number) for ranges in found]

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._within)


def _scalars(connection: Connection, query: Select[tuple[str]]) -> ScalarResult[str]:
    return connection.scalars(query)


def _steps(complaints: Sequence[UUID], connection: Connection) -> dict[UUID, list[Step]]:
    columns = case_history.c
    # As the driver gives it: an id is made of it once for each case, not for each line.
    key: ColumnElement[bytes | UUID] = literal_column("complaint_id")
    query = select(key, columns.line).where(columns.complaint_id.in_(complaints))
    found: dict[bytes | UUID, list[Step]] = {}
    for complaint, line in connection.execute(query.order_by(columns.complaint_id, columns.n)):
        if _OF_CLOCKS[0] not in line and _OF_CLOCKS[1] not in line:
            found.setdefault(complaint, []).append(_step(line))
    return {
        UUID(bytes=one) if isinstance(one, bytes) else one: steps for one, steps in found.items()
    }


def _step(text: str) -> Step:
    line: dict[str, Any] = loads(text)
    before, after = line["state"]
    agency_from, agency_to = line["agency"]
    return Step(
        datetime.fromisoformat(line["at"]),
        line["who"],
        line["what"],
        before,
        after,
        agency_from,
        agency_to,
        line["detail"].get("supporting"),
        line["detail"].get("handover") is True,
    )


def _public(complaints: Sequence[UUID], connection: Connection) -> set[UUID]:
    columns = case_texts.c
    query = select(columns.complaint_id).where(
        columns.complaint_id.in_(complaints),
        columns.complaint.not_like(f"%{_CONFIDENTIAL}%"),
    )
    return set(connection.scalars(query))


def _portions(complaints: Collection[UUID]) -> Iterator[Sequence[UUID]]:
    everybody = list(complaints)
    for start in range(0, len(everybody), _IDS):
        yield everybody[start : start + _IDS]

"""Lists of cases, and what whoever searches asks."""

from collections.abc import AsyncIterator, Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Select, select, tuple_

from broker.domain.case import EVERY_OPEN, Case, CaseFilter, Said
from broker.ports import CaseVersions, ListPlace, Owed
from broker.store.cases import listing
from broker.store.cases.listing import WHOLE
from broker.store.cases.rows import case_of, said_of_row
from broker.store.cases.tables import case_conversation, case_owed, cases
from broker.store.database import Database

T = TypeVar("T")


class Searching:
    """The part of the case store that lists cases, with the port ``CaseSearch``."""

    _scrapes: Database

    async def _read(
        self,
        question: Callable[[Connection], T],
        by: Database | None = None,
        within: float | None = None,
    ) -> T:
        raise NotImplementedError

    async def listed(
        self,
        wanted: CaseFilter = EVERY_OPEN,
        *,
        most: int = 1000,
        after: ListPlace | None = None,
    ) -> AsyncIterator[Case]:
        """See the port. Read page by page: what changes meanwhile shows or does not."""
        async for found in listing.pages(wanted, most, self._read, after):
            for case in found:
                yield case
                most -= 1
                if most <= 0:
                    return

    async def late(
        self,
        at: datetime,
        *,
        agency: str | None = None,
        at_desk: bool = False,
        clock: str | None = None,
        after: Owed | None = None,
        most: int,
    ) -> list[Owed]:
        """See the port."""
        columns = case_owed.c
        query = select(columns.due_at, columns.complaint_id, columns.agency, columns.clock)
        query = query.where(columns.due_at < at)
        if agency is not None:
            query = query.where(columns.agency == agency)
        if at_desk:
            query = query.where(columns.agency.is_(None))
        if clock is not None:
            query = query.where(columns.clock == clock)
        return await self._read(partial(late, query, after, most))

    async def how_many(self, wanted: CaseFilter = EVERY_OPEN) -> int:
        """See the port. What no column tells is counted as it is listed."""
        if wanted.looks_inside:
            return sum([len(p) async for p in listing.pages(wanted, listing.PAGE, self._read)])
        return await self._read(partial(listing.how_many, wanted), self._scrapes)

    async def versions(self, *, closed: bool, after: ListPlace | None, most: int) -> CaseVersions:
        """See the port."""
        return await self._read(partial(versions, closed, after, most), self._scrapes)

    async def with_words(self, complaints: Collection[UUID]) -> list[tuple[Case, list[Said]]]:
        """See the port."""
        return await self._read(partial(with_words, complaints), self._scrapes)

    async def found(self, complaints: Collection[UUID]) -> dict[UUID, Case]:
        """See the port."""
        return await self._read(partial(found, complaints))


def versions(
    closed: bool, after: ListPlace | None, most: int, connection: Connection
) -> CaseVersions:
    """See the port. Along the index of open cases, or of closed ones that have their words; of all
    of them two values are read, since there are very many."""
    begins, id_of = (cases.c.closed_at if closed else cases.c.opened_at), cases.c.complaint_id
    query = select(id_of, cases.c.lines)
    if closed:
        query = query.where(cases.c.closed_at.is_not(None), cases.c.words_gone.is_(None))
    else:
        query = query.where(cases.c.closed_at.is_(None))
    if after is not None:
        query = query.where(tuple_(begins, id_of) > after)
    rows = connection.execute(query.order_by(begins, id_of).limit(most)).all()
    lines = {complaint: lines for complaint, lines in rows}
    if len(rows) < most:
        return CaseVersions(lines)
    last = rows[-1][0]
    moment = connection.execute(select(begins).where(id_of == last)).scalar_one()
    return CaseVersions(lines, (moment, last))


def with_words(
    complaints: Collection[UUID], connection: Connection
) -> list[tuple[Case, list[Said]]]:
    """See the port."""
    there, columns = found(complaints, connection), case_conversation.c
    said: dict[UUID, list[Said]] = {}
    query = select(columns.complaint_id, columns.said).where(columns.complaint_id.in_(there))
    for complaint, text_ in connection.execute(query.order_by(columns.complaint_id, columns.n)):
        said.setdefault(complaint, []).append(said_of_row(text_))
    return [(case, said.get(complaint, [])) for complaint, case in there.items()]


def found(complaints: Collection[UUID], connection: Connection) -> dict[UUID, Case]:
    """See the port."""
    if not complaints:
        return {}
    query = WHOLE.where(cases.c.complaint_id.in_(complaints))
    rows = connection.execute(query)
    return {row.complaint_id: case_of(row.record, row.complaint) for row in rows}


def late(query: Select[Any], after: Owed | None, most: int, connection: Connection) -> list[Owed]:
    """See the port. Along the index of deadlines."""
    columns = case_owed.c
    place = columns.due_at, columns.complaint_id, columns.clock
    if after is not None:
        query = query.where(tuple_(*place) > (*after.place, after.clock))
    rows = connection.execute(query.order_by(*place).limit(most))
    return [Owed((due_at, id), agency, clock) for due_at, id, agency, clock in rows]

"""Cases as a transaction gives them out: locked, until it ends."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, select

from broker.domain.case import Case
from broker.store.cases.conversation import newest_of
from broker.store.cases.given import Given, GivenOut
from broker.store.cases.hot import HotStatements
from broker.store.cases.rows import case_of, digest
from broker.store.cases.tables import cases

_CASE: Final = (cases.c.lines, cases.c.record)


class Loading:
    """Gives out cases on one connection, and notes them in ``given``."""

    def __init__(self, connection: Connection, hot: HotStatements, given: GivenOut) -> None:
        self._connection = connection
        self._hot = hot
        self._given = given

    def load(
        self,
        complaints: Collection[UUID],
        causes: Mapping[UUID, Collection[str]],
        whole: Collection[UUID] | None,
        told: Collection[UUID] = (),
    ) -> dict[UUID, Case]:
        """See the port. In order, so that no two wait for each other in a circle."""
        rows = self._hot.load(sorted(set(complaints), key=_order))
        # Read only when the cases are ours, and by statements of their own: on PostgreSQL one
        # that waited for another transaction would still see the texts of before.
        there = [complaint for complaint, _, _ in rows]
        if not there:
            return {}
        texts = self._hot.texts(there if whole is None else [one for one in there if one in whole])
        seen = self._seen(there, causes)
        said = newest_of([one for one in there if one in told], self._connection)
        found = {}
        for complaint, lines, record in rows:
            case = case_of(record, texts.get(complaint), seen.get(complaint, ()), lines)
            if complaint in said:
                case = replace(case, conversation=said[complaint])
            found[complaint] = case
            self._given[complaint] = Given(case, lines)
        return found

    def named(self, codes: Collection[str]) -> dict[str, set[UUID]]:
        """See the port."""
        found: dict[str, set[UUID]] = {}
        query = select(cases.c.tracking, cases.c.complaint_id)
        for code, complaint in self._connection.execute(query.where(cases.c.tracking.in_(codes))):
            found.setdefault(code, set()).add(complaint)
        return found

    def due(self, watermark: datetime, most: int) -> list[Case]:
        """See the port."""
        query = select(*_CASE).where(cases.c.next_due <= watermark).order_by(cases.c.next_due)
        return self._unheld(query, most)

    def outdated(self, calendar: str, most: int) -> list[Case]:
        """See the port. Two ranges of an index: "not equal" would read every open case."""
        found: list[Case] = []
        for other in (cases.c.calendar < calendar, cases.c.calendar > calendar):
            query = select(*_CASE).where(cases.c.closed_at.is_(None), other)
            found += self._unheld(query.order_by(cases.c.calendar), most - len(found))
        return found

    def _unheld(self, query: Select[Any], most: int) -> list[Case]:
        """Cases that nobody else has in hand, without their complaints."""
        query = query.limit(most).with_for_update(skip_locked=True)
        found = []
        for row in self._connection.execute(query):
            case = case_of(row.record)
            self._given[case.complaint_id] = Given(case, row.lines)
            found.append(case)
        return found

    def _seen(
        self, complaints: Sequence[UUID], causes: Mapping[UUID, Collection[str]]
    ) -> dict[UUID, list[str]]:
        wanted = {(c, digest(cause)): cause for c in complaints for cause in causes.get(c, ())}
        seen: dict[UUID, list[str]] = {}
        for complaint, cause in self._hot.seen(list(wanted)):
            seen.setdefault(complaint, []).append(wanted[complaint, cause])
        return seen


def _order(complaint: UUID) -> int:
    return complaint.int

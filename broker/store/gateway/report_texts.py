"""Texts of reports in the gateway's store: one transaction a call."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Row, func, select
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports.report_texts import ReportText
from broker.store.database import Database
from broker.store.gateway.tables import report_texts

T = TypeVar("T")


class SqlReportTexts:
    """Implements the port ``ReportTexts``. ``within``: seconds that a call may take."""

    def __init__(self, database: Database, within: float) -> None:
        self._database = database
        self._within = within
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def write(self, version: ReportText) -> bool:
        """See the port."""
        return await self._run(partial(self._write, version))

    async def texts(self, periods: Collection[str]) -> list[ReportText]:
        """See the port."""
        return await self._run(partial(self._texts, tuple(periods)))

    async def versions(self, period: str, field: str) -> list[ReportText]:
        """See the port."""
        return await self._run(partial(self._versions, period, field))

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._within)

    # The rest runs in the database's thread.

    def _write(self, version: ReportText) -> bool:
        columns = report_texts.c
        newest = select(func.coalesce(func.max(columns.n), 0)).where(
            columns.period == version.period, columns.field == version.field
        )
        with self._database.transaction() as connection:
            if connection.scalar(newest) != version.n - 1:
                return False
            # Two at once: the key lets one in.
            statement = self._insert(report_texts).values(
                period=version.period,
                field=version.field,
                n=version.n,
                text=version.text,
                by=version.by,
                at=version.at,
            )
            written = statement.on_conflict_do_nothing().returning(columns.n)
            return connection.execute(written).first() is not None

    def _texts(self, periods: tuple[str, ...]) -> list[ReportText]:
        columns = report_texts.c
        newest = (
            select(columns.period, columns.field, func.max(columns.n).label("n"))
            .where(columns.period.in_(periods))
            .group_by(columns.period, columns.field)
            .subquery()
        )
        query = select(report_texts).join(
            newest,
            (columns.period == newest.c.period)
            & (columns.field == newest.c.field)
            & (columns.n == newest.c.n),
        )
        with self._database.transaction(reading=True) as connection:
            found = connection.execute(query)
            return sorted(map(_text, found), key=lambda one: (one.period, one.field))

    def _versions(self, period: str, field: str) -> list[ReportText]:
        columns = report_texts.c
        query = select(report_texts).where(columns.period == period, columns.field == field)
        with self._database.transaction(reading=True) as connection:
            return [_text(row) for row in connection.execute(query.order_by(columns.n.desc()))]


def _text(row: Row[Any]) -> ReportText:
    return ReportText(row.period, row.field, row.n, row.text, row.by, row.at)

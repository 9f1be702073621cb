"""Who is on duty, in the gateway's store: each call one transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Row, delete, insert, select, update

from broker.ports.duty import Contact, Duty
from broker.store.database import Database
from broker.store.gateway.tables import duties

T = TypeVar("T")


class SqlDuties:
    """Implements the port ``DutyStore``."""

    def __init__(self, database: Database, within: float) -> None:
        self._database = database
        self._within = within

    async def add_duties(self, duties: Sequence[Duty]) -> None:
        """See the port."""
        if duties:
            await self._run(partial(self._add, tuple(duties)))

    async def change_duty(self, before: Duty, after: Duty) -> bool:
        """See the port."""
        return await self._run(partial(self._change, before, after))

    async def remove_duty(self, duty: Duty) -> bool:
        """See the port."""
        return await self._run(partial(self._remove, duty))

    async def duty(self, id: str) -> Duty | None:
        """See the port."""
        return await self._run(partial(self._one, id))

    async def duties(
        self, first: date, last: date, agencies: Collection[str] | None = None
    ) -> list[Duty]:
        """See the port."""
        of = None if agencies is None else tuple(agencies)
        return await self._run(partial(self._some, first, last, of))

    async def forget_duties(self, before: date) -> int:
        """See the port."""
        return await self._run(partial(self._forget, before))

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._within)

    # The rest runs in the database's thread.

    def _add(self, new: tuple[Duty, ...]) -> None:
        with self._database.transaction() as connection:
            connection.execute(insert(duties), [_row(one) for one in new])

    def _change(self, before: Duty, after: Duty) -> bool:
        with self._database.transaction() as connection:
            wanted = update(duties).where(*(duties.c[n] == v for n, v in _row(before).items()))
            return connection.execute(wanted.values(**_row(after))).rowcount > 0

    def _remove(self, duty: Duty) -> bool:
        with self._database.transaction() as connection:
            wanted = delete(duties).where(*(duties.c[n] == v for n, v in _row(duty).items()))
            return connection.execute(wanted).rowcount > 0

    def _one(self, id: str) -> Duty | None:
        with self._database.transaction(reading=True) as connection:
            row = connection.execute(select(duties).where(duties.c.id == id)).first()
            return None if row is None else _duty(row)

    def _some(self, first: date, last: date, of: tuple[str, ...] | None) -> list[Duty]:
        wanted = select(duties).where(duties.c.first <= last, duties.c.last >= first)
        if of is not None:
            wanted = wanted.where(duties.c.agency.in_(of))
        with self._database.transaction(reading=True) as connection:
            found = [_duty(row) for row in connection.execute(wanted)]
        # In Python: databases sort letters each in their own way.
        return sorted(found, key=lambda one: (one.agency, one.first, one.id))

    def _forget(self, before: date) -> int:
        with self._database.transaction() as connection:
            return connection.execute(delete(duties).where(duties.c.last < before)).rowcount


def _row(duty: Duty) -> dict[str, object]:
    deputy = duty.deputy or Contact("")
    return {
        "id": duty.id,
        "agency": duty.agency,
        "first": duty.first,
        "last": duty.last,
        "name": duty.officer.name,
        "phone": duty.officer.phone,
        "email": duty.officer.email,
        "deputy": None if duty.deputy is None else deputy.name,
        "deputy_phone": deputy.phone,
        "deputy_email": deputy.email,
        "changed_by": duty.changed_by,
        "changed_at": duty.changed_at,
    }


def _duty(row: Row[Any]) -> Duty:
    deputy = None
    if row.deputy is not None:
        deputy = Contact(row.deputy, row.deputy_phone, row.deputy_email)
    officer = Contact(row.name, row.phone, row.email)
    return Duty(
        row.id, row.agency, row.first, row.last, officer, deputy, row.changed_by, row.changed_at
    )

"""Who is at which case, in the gateway's store; one transaction a call."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports.presence import Presence
from broker.store.database import Database
from broker.store.gateway.tables import deciding, presence

T = TypeVar("T")


class SqlPresence:
    """Implements the port ``PresenceStore``."""

    def __init__(self, database: Database, within: float) -> None:
        self._database = database
        self._within = within
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def here(self, one: Presence) -> None:
        """See the port."""
        await self._run(partial(self._here, one))

    async def left(self, complaint: UUID, person: str) -> None:
        """See the port."""
        await self._run(partial(self._left, complaint, person))

    async def present(self, complaints: Collection[UUID], since: datetime) -> list[Presence]:
        """See the port."""
        return await self._run(partial(self._present, tuple(complaints), since))

    async def claim(
        self, complaint: UUID, person: str, form: str, at: datetime, since: datetime
    ) -> str | None:
        """See the port."""
        return await self._run(partial(self._claim, complaint, person, form, at, since))

    async def release(self, complaint: UUID, form: str) -> None:
        """See the port."""
        await self._run(partial(self._release, complaint, form))

    async def forget_case(self, complaint: UUID) -> None:
        """See the port."""
        await self._run(partial(self._forget_case, complaint))

    async def forget_presence(self, before: datetime) -> int:
        """See the port."""
        return await self._run(partial(self._forget, before))

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._within)

    # The rest runs in the database's thread.

    def _here(self, one: Presence) -> None:
        row = {"at": one.at, "typing": one.typing}
        adding = self._insert(presence).values(complaint=one.complaint, person=one.person, **row)
        keys = [presence.c.complaint, presence.c.person]
        with self._database.transaction() as connection:
            connection.execute(adding.on_conflict_do_update(index_elements=keys, set_=row))

    def _left(self, complaint: UUID, person: str) -> None:
        there = presence.c.complaint == complaint, presence.c.person == person
        with self._database.transaction() as connection:
            connection.execute(delete(presence).where(*there))

    def _present(self, complaints: tuple[UUID, ...], since: datetime) -> list[Presence]:
        wanted = select(presence).where(presence.c.complaint.in_(complaints))
        wanted = wanted.where(presence.c.at >= since)
        wanted = wanted.order_by(presence.c.complaint, presence.c.person)
        with self._database.transaction(reading=True) as connection:
            return [
                Presence(row.complaint, row.person, row.at, row.typing)
                for row in connection.execute(wanted)
            ]

    def _claim(
        self, complaint: UUID, person: str, form: str, at: datetime, since: datetime
    ) -> str | None:
        row = {"person": person, "form": form, "at": at}
        taking = self._insert(deciding).values(complaint=complaint, **row)
        taking = taking.on_conflict_do_update(
            index_elements=[deciding.c.complaint],
            set_=row,
            # One statement: of two at once the second sees what the first wrote.
            where=or_(deciding.c.form == form, deciding.c.at < since),
        )
        holder = select(deciding.c.person, deciding.c.form).where(deciding.c.complaint == complaint)
        with self._database.transaction() as connection:
            connection.execute(taking)
            found = connection.execute(holder).one()
            return None if found.form == form else str(found.person)

    def _release(self, complaint: UUID, form: str) -> None:
        there = deciding.c.complaint == complaint, deciding.c.form == form
        with self._database.transaction() as connection:
            connection.execute(delete(deciding).where(*there))

    def _forget_case(self, complaint: UUID) -> None:
        with self._database.transaction() as connection:
            for table in (presence, deciding):
                connection.execute(delete(table).where(table.c.complaint == complaint))

    def _forget(self, before: datetime) -> int:
        with self._database.transaction() as connection:
            gone = connection.execute(delete(presence).where(presence.c.at < before)).rowcount
            over = connection.execute(delete(deciding).where(deciding.c.at < before)).rowcount
            return gone + over

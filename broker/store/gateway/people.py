"""People in the gateway's store: each call one transaction."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports.people import PeopleLine, Person, TryLimit, WebSession
from broker.store.database import Database
from broker.store.gateway.person_record import from_json, to_json
from broker.store.gateway.tables import people, people_lines, sessions
from broker.store.gateway.tries import count_try, forget_old_tries, right_try, waits_of

T = TypeVar("T")


class SqlPeople:
    """Implements the port ``PeopleStore``."""

    def __init__(self, database: Database, within: float) -> None:
        self._database = database
        self._within = within
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def add_person(self, person: Person) -> bool:
        """See the port."""
        return await self._run(partial(self._add, person))

    async def change_person(self, before: Person, after: Person) -> bool:
        """See the port."""
        return await self._run(partial(self._change, before, after))

    async def person(self, name: str) -> Person | None:
        """See the port."""
        return None if "\0" in name else await self._run(partial(self._one, people.c.name == name))

    async def person_by_oidc(self, oidc: str) -> Person | None:
        """See the port."""
        return None if "\0" in oidc else await self._run(partial(self._one, people.c.oidc == oidc))

    async def people(self) -> list[Person]:
        """See the port."""
        return await self._run(self._all)

    async def remove_person(self, name: str) -> bool:
        """See the port."""
        return "\0" not in name and await self._run(partial(self._remove, name))

    async def add_session(self, session: WebSession) -> None:
        """See the port."""
        await self._run(partial(self._add_session, session))

    async def session(self, digest: bytes) -> tuple[WebSession, Person] | None:
        """See the port."""
        return await self._run(partial(self._session, digest))

    async def seen(self, digest: bytes, at: datetime) -> None:
        """See the port."""
        await self._run(partial(self._seen, digest, at))

    async def sessions(self, person: str) -> list[WebSession]:
        """See the port."""
        return await self._run(partial(self._sessions, person))

    async def end_sessions(
        self, person: str, *, only: Collection[bytes] | None = None, but: bytes | None = None
    ) -> int:
        """See the port."""
        named = None if only is None else tuple(only)
        return await self._run(partial(self._end, person, named, but))

    async def forget_sessions(self, made_before: datetime, seen_before: datetime) -> int:
        """See the port."""
        return await self._run(partial(self._forget_sessions, made_before, seen_before))

    async def try_now(self, limits: Collection[TryLimit], now: datetime) -> datetime | None:
        """See the port."""
        return await self._run(partial(count_try, self._database, tuple(limits), now))

    async def tried_rightly(self, forget: Collection[bytes], one_less: Collection[bytes]) -> None:
        """See the port."""
        await self._run(partial(right_try, self._database, tuple(forget), tuple(one_less)))

    async def waits(self, of: Collection[bytes]) -> dict[bytes, datetime]:
        """See the port."""
        return await self._run(partial(waits_of, self._database, tuple(of)))

    async def forget_tries(self, before: datetime) -> int:
        """See the port."""
        return await self._run(partial(forget_old_tries, self._database, before))

    async def write_people_line(self, line: PeopleLine) -> None:
        """See the port."""
        await self._run(partial(self._write, line))

    async def people_lines(self, newest: int) -> list[PeopleLine]:
        """See the port."""
        return await self._run(partial(self._lines, newest))

    async def forget_people_lines(self, before: datetime) -> int:
        """See the port."""
        return await self._run(partial(self._forget_lines, before))

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._within)

    # The rest runs in the database's thread.

    def _add(self, person: Person) -> bool:
        with self._database.transaction() as connection:
            adding = self._insert(people).values(version=0, **_row(person))
            counted = {"preserve_rowcount": True}
            adding = adding.on_conflict_do_nothing()
            return connection.execute(adding, execution_options=counted).rowcount > 0

    def _change(self, before: Person, after: Person) -> bool:
        # By its version: what an earlier program wrote holds the same person in other words.
        kept = select(people.c.record, people.c.version).where(people.c.name == before.name)
        others = select(people.c.name).where(
            people.c.oidc == after.oidc, people.c.name != before.name
        )
        with self._database.transaction() as connection:
            row = connection.execute(kept).first()
            if row is None or from_json(row.record) != before:
                return False
            if after.oidc is not None and connection.execute(others).first() is not None:
                return False
            same = people.c.name == before.name, people.c.version == row.version
            changed = update(people).where(*same).values(version=row.version + 1, **_row(after))
            return connection.execute(changed).rowcount > 0

    def _one(self, which: ColumnElement[bool]) -> Person | None:
        with self._database.transaction(reading=True) as connection:
            record = connection.execute(select(people.c.record).where(which)).scalar()
            return None if record is None else from_json(record)

    def _all(self) -> list[Person]:
        with self._database.transaction(reading=True) as connection:
            return kept_people(connection)

    def _remove(self, name: str) -> bool:
        with self._database.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.person == name))
            return connection.execute(delete(people).where(people.c.name == name)).rowcount > 0

    def _add_session(self, session: WebSession) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                insert(sessions).values(
                    digest=session.digest,
                    person=session.person,
                    made_at=session.made_at,
                    seen_at=session.seen_at,
                    factors=" ".join(sorted(session.factors)),
                    place=session.place,
                )
            )

    def _session(self, digest: bytes) -> tuple[WebSession, Person] | None:
        wanted = (
            select(sessions, people.c.record)
            .join(people, people.c.name == sessions.c.person)
            .where(sessions.c.digest == digest, people.c.disabled.is_(False))
        )
        with self._database.transaction(reading=True) as connection:
            row = connection.execute(wanted).first()
            return None if row is None else (_session(row), from_json(row.record))

    def _seen(self, digest: bytes, at: datetime) -> None:
        with self._database.transaction() as connection:
            wanted = update(sessions).where(sessions.c.digest == digest, sessions.c.seen_at < at)
            connection.execute(wanted.values(seen_at=at))

    def _sessions(self, person: str) -> list[WebSession]:
        wanted = select(sessions).where(sessions.c.person == person)
        wanted = wanted.order_by(sessions.c.made_at.desc())
        with self._database.transaction(reading=True) as connection:
            return [_session(row) for row in connection.execute(wanted)]

    def _end(self, person: str, only: tuple[bytes, ...] | None, but: bytes | None) -> int:
        wanted = delete(sessions).where(sessions.c.person == person)
        if only is not None:
            wanted = wanted.where(sessions.c.digest.in_(only))
        if but is not None:
            wanted = wanted.where(sessions.c.digest != but)
        with self._database.transaction() as connection:
            return connection.execute(wanted).rowcount

    def _forget_sessions(self, made_before: datetime, seen_before: datetime) -> int:
        over = or_(sessions.c.made_at < made_before, sessions.c.seen_at < seen_before)
        with self._database.transaction() as connection:
            return connection.execute(delete(sessions).where(over)).rowcount

    def _write(self, line: PeopleLine) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                insert(people_lines).values(
                    at=line.at, who=line.who, what=line.what, of=line.of, detail=line.detail
                )
            )

    def _lines(self, newest: int) -> list[PeopleLine]:
        wanted = select(people_lines).order_by(people_lines.c.n.desc()).limit(newest)
        with self._database.transaction(reading=True) as connection:
            return [
                PeopleLine(row.at, row.who, row.what, row.of, row.detail, row.n)
                for row in connection.execute(wanted)
            ]

    def _forget_lines(self, before: datetime) -> int:
        with self._database.transaction() as connection:
            wanted = delete(people_lines).where(people_lines.c.at < before)
            return connection.execute(wanted).rowcount


def kept_people(connection: Connection) -> list[Person]:
    """All, by name."""
    rows = connection.execute(select(people.c.record).order_by(people.c.name))
    return [from_json(record) for (record,) in rows]


def _row(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "oidc": person.oidc,
        "disabled": person.disabled_at is not None,
        "record": to_json(person),
    }


def _session(row: Row[Any]) -> WebSession:
    return WebSession(
        bytes(row.digest),
        row.person,
        row.made_at,
        row.seen_at,
        frozenset(row.factors.split()),
        row.place,
    )

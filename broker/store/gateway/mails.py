"""The mails in SQLite or PostgreSQL: one thread, one transaction a call."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, Select, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports.mail import DIGEST_MOST, Mail, MailOutcome, MailState, Waiting
from broker.store.checking import StoreCheck
from broker.store.database import Database, Waits
from broker.store.gateway.tables import check, mails
from broker.store.schema import upgraded

T = TypeVar("T")

_WAITS: Final = Waits()
_URGENT: Final = "escalations"
_FIELDS: Final = tuple(Mail.__dataclass_fields__)
_FREE: Final = mails.c.claimed_until


async def open_mail_store(url: str, waits: Waits = _WAITS) -> "SqlMailStore":
    """Open the store at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(Database(url), "gateway", waits.claim)
    return SqlMailStore(database, StoreCheck(Database(url), [mails], check, waits.check), waits)


class SqlMailStore:
    """Implements the port ``MailStore``."""

    def __init__(self, database: Database, checks: StoreCheck, waits: Waits) -> None:
        self._database = database
        self._checks = checks
        self._waits = waits
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def keep(self, each: Sequence[Mail]) -> None:
        """See the port."""
        if each:
            await self._run(partial(self._keep, tuple(each)))

    async def claim(self, now: datetime, until: datetime) -> list[Mail]:
        """See the port."""
        return await self._run(partial(self._claim, now, until))

    async def record(self, outcomes: Sequence[MailOutcome], at: datetime) -> None:
        """See the port."""
        await self._run(partial(self._record, tuple(outcomes), at))

    async def next_due(self) -> datetime | None:
        """See the port."""
        return await self._run(self._next_due)

    async def waiting(self) -> list[Waiting]:
        """See the port."""
        return await self._run(self._waiting)

    async def listed(self, states: Collection[MailState], most: int) -> list[Mail]:
        """See the port."""
        return await self._run(partial(self._listed, tuple(states), most))

    async def again(self, id: str, now: datetime) -> bool:
        """See the port."""
        return await self._run(partial(self._again, id, now))

    async def forget_mails(self, before: datetime, most: int) -> int:
        """See the port."""
        return await self._run(partial(self._forget, before, most))

    async def check(self) -> None:
        """See the port."""
        await self._checks.check()

    async def close(self) -> None:
        """See the port."""
        await self._database.close()
        await self._checks.close()

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._waits.claim)

    # The rest runs in the database's thread.

    def _keep(self, each: tuple[Mail, ...]) -> None:
        # In order, so that two processes never wait for each other.
        rows = [_row(mail) for mail in sorted(each, key=lambda mail: mail.id)]
        with self._database.transaction() as connection:
            connection.execute(self._insert(mails).on_conflict_do_nothing(), rows)

    def _claim(self, now: datetime, until: datetime) -> list[Mail]:
        due = select(mails).where(
            mails.c.state == "waiting",
            mails.c.due_at <= now,
            or_(_FREE.is_(None), now >= _FREE),
        )
        due = due.order_by(mails.c.urgency, mails.c.due_at, mails.c.id)
        with self._database.transaction() as connection:
            found = _taken(connection, due.limit(1))
            if found and found[0].digest:
                same = due.where(mails.c.digest.is_(True), mails.c.address == found[0].address)
                found = _taken(connection, same.limit(DIGEST_MOST))
            ids = [row.id for row in found]
            if ids:
                mine = update(mails).where(mails.c.id.in_(ids)).values(claimed_until=until)
                connection.execute(mine)
        return [_mail(row, claimed_until=until) for row in found]

    def _record(self, outcomes: tuple[MailOutcome, ...], at: datetime) -> None:
        with self._database.transaction() as connection:
            for one in sorted(outcomes, key=lambda outcome: outcome.id):
                values: dict[str, object] = {
                    "state": one.state,
                    "tries": one.tries,
                    "error": one.error,
                    "claimed_until": None,
                    "ended_at": None if one.state == "waiting" else at,
                }
                if one.due_at is not None:
                    values["due_at"] = one.due_at
                connection.execute(update(mails).where(mails.c.id == one.id).values(values))

    def _next_due(self) -> datetime | None:
        wanted = select(mails.c.due_at, _FREE).where(mails.c.state == "waiting")
        claimed = wanted.where(_FREE.is_not(None)).order_by(_FREE).limit(1)
        free = wanted.where(_FREE.is_(None)).order_by(mails.c.due_at).limit(1)
        with self._database.transaction(reading=True) as connection:
            rows = [*connection.execute(claimed), *connection.execute(free)]
        return min((max(row.due_at, row.claimed_until or row.due_at) for row in rows), default=None)

    def _waiting(self) -> list[Waiting]:
        wanted = select(mails.c.kind, func.count().label("many"), func.min(mails.c.due_at))
        wanted = wanted.where(mails.c.state == "waiting").group_by(mails.c.kind)
        with self._database.transaction(reading=True) as connection:
            rows = connection.execute(wanted.order_by(mails.c.kind))
            return [Waiting(*row) for row in rows]

    def _listed(self, states: tuple[MailState, ...], most: int) -> list[Mail]:
        wanted = select(mails).where(mails.c.state.in_(states))
        wanted = wanted.order_by(mails.c.made_at, mails.c.id).limit(most)
        with self._database.transaction(reading=True) as connection:
            return [_mail(row) for row in connection.execute(wanted)]

    def _again(self, id: str, now: datetime) -> bool:
        ended = update(mails).where(mails.c.id == id, mails.c.state != "waiting")
        anew = ended.values(
            state="waiting", tries=0, due_at=now, made_at=now, error=None, ended_at=None
        )
        with self._database.transaction() as connection:
            return connection.execute(anew).rowcount > 0

    def _forget(self, before: datetime, most: int) -> int:
        old = select(mails.c.id).where(mails.c.ended_at < before)
        old = old.order_by(mails.c.ended_at).limit(most).with_for_update(skip_locked=True)
        with self._database.transaction() as connection:
            return connection.execute(delete(mails).where(mails.c.id.in_(old))).rowcount


def _taken(connection: Connection, wanted: Select[Any]) -> list[Row[Any]]:
    return list(connection.execute(wanted.with_for_update(skip_locked=True)))


def _row(mail: Mail) -> dict[str, object]:
    row = {name: getattr(mail, name) for name in _FIELDS}
    return {**row, "urgency": 0 if mail.kind == _URGENT else 1}


def _mail(row: Row[Any], **others: object) -> Mail:
    fields = {name: getattr(row, name) for name in _FIELDS}
    return Mail(**{**fields, **others})

"""The gateway's store: one thread, one transaction a call."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Delete, Row, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports.gateway import ApiKey, Submitted, Window
from broker.store.checking import StoreCheck
from broker.store.database import Database, Waits
from broker.store.gateway.attachments import SqlAttachments
from broker.store.gateway.duty import SqlDuties
from broker.store.gateway.people import SqlPeople
from broker.store.gateway.presence import SqlPresence
from broker.store.gateway.report_texts import SqlReportTexts
from broker.store.gateway.tables import check, keys, link_ends, secrets, submitted, windows
from broker.store.schema import upgraded

T = TypeVar("T")

_WAITS: Final = Waits()
_SECRET_BYTES: Final = 32
_AT_ONCE: Final = 500
"""Keys in one statement; SQLite before 3.32 takes 999 values."""


async def open_gateway_store(url: str, waits: Waits = _WAITS) -> "SqlGatewayStore":
    """Open the store at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(Database(url), "gateway", waits.claim)
    checks = StoreCheck(Database(url), [submitted, windows], check, waits.check)
    return SqlGatewayStore(database, checks, waits)


class SqlGatewayStore:
    """Implements the port ``GatewayStore``."""

    def __init__(self, database: Database, checks: StoreCheck, waits: Waits) -> None:
        self._database = database
        self._checks = checks
        self._waits = waits
        self.attachments = SqlAttachments(database, waits.claim)
        self.people = SqlPeople(database, waits.claim)
        self.duties = SqlDuties(database, waits.claim)
        self.presence = SqlPresence(database, waits.claim)
        self.report_texts = SqlReportTexts(database, waits.claim)
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def secret(self, name: str) -> bytes:
        """See the port."""
        return await self._run(partial(self._secret, name))

    async def add_key(self, key: ApiKey) -> None:
        """See the port."""
        await self._run(partial(self._add_key, key))

    async def key(self, id: str) -> ApiKey | None:
        """See the port."""
        return next(iter(await self._run(partial(self._keys, id))), None)

    async def keys(self) -> list[ApiKey]:
        """See the port."""
        return await self._run(partial(self._keys, None))

    async def revoke_key(self, id: str, at: datetime) -> bool:
        """See the port."""
        return await self._run(partial(self._revoke, id, at))

    async def key_used(self, used: Mapping[str, datetime]) -> None:
        """See the port."""
        if used:
            await self._run(partial(self._used, dict(used)))

    async def submitted(self, each: Sequence[Submitted], at: datetime) -> dict[bytes, bytes]:
        """See the port."""
        return await self._run(partial(self._submitted, tuple(each), at)) if each else {}

    async def count(self, new: Mapping[Window, int]) -> dict[Window, int]:
        """See the port."""
        return await self._run(partial(self._count, dict(new))) if new else {}

    async def end_links(self, of: str, before: datetime) -> None:
        """See the port."""
        await self._run(partial(self._end_links, of, before))

    async def links_ended(self, of: Collection[str]) -> dict[str, datetime]:
        """See the port."""
        return await self._run(partial(self._links_ended, tuple(of)))

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        return await self._run(partial(self._forget, before, most))

    async def forget_windows(self, before: datetime) -> None:
        """See the port."""
        old = windows.c.begins < before.timestamp()
        await self._run(partial(self._delete, delete(windows).where(old)))

    async def forget_keys(self, before: datetime) -> int:
        """See the port."""
        ended = or_(keys.c.revoked_at < before, keys.c.expires_at < before)
        return await self._run(partial(self._delete, delete(keys).where(ended)))

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

    def _secret(self, name: str) -> bytes:
        fresh = {"name": name, "secret": os.urandom(_SECRET_BYTES)}
        with self._database.transaction() as connection:
            connection.execute(self._insert(secrets).values(fresh).on_conflict_do_nothing())
            kept = select(secrets.c.secret).where(secrets.c.name == name)
            return bytes(connection.execute(kept).scalar_one())

    def _add_key(self, key: ApiKey) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                insert(keys).values(
                    id=key.id,
                    digest=key.digest,
                    of=key.of,
                    scopes=" ".join(sorted(key.scopes)),
                    made_at=key.made_at,
                    expires_at=key.expires_at,
                    used_at=key.used_at,
                    revoked_at=key.revoked_at,
                )
            )

    def _keys(self, id: str | None) -> list[ApiKey]:
        with self._database.transaction(reading=True) as connection:
            return kept_keys(connection, id)

    def _revoke(self, id: str, at: datetime) -> bool:
        wanted = update(keys).where(keys.c.id == id, keys.c.revoked_at.is_(None))
        with self._database.transaction() as connection:
            return connection.execute(wanted.values(revoked_at=at)).rowcount > 0

    def _used(self, used: dict[str, datetime]) -> None:
        with self._database.transaction() as connection:
            for id, at in sorted(used.items()):
                connection.execute(update(keys).where(keys.c.id == id).values(used_at=at))

    def _submitted(self, each: Sequence[Submitted], at: datetime) -> dict[bytes, bytes]:
        # In order, so that two processes never wait for each other.
        in_order = sorted(each, key=_by_key)
        rows = [{"key": one.key, "body": one.body, "at": at} for one in in_order]
        found: dict[bytes, bytes] = {}
        with self._database.transaction() as connection:
            statement = self._insert(submitted).on_conflict_do_nothing()
            connection.execute(statement, rows)
            for first in range(0, len(rows), _AT_ONCE):
                wanted = [one.key for one in in_order[first : first + _AT_ONCE]]
                found |= _bodies(connection, wanted)
        return found

    def _count(self, new: dict[Window, int]) -> dict[Window, int]:
        rows = [
            {"who": window.who, "begins": window.begins, "requests": new[window]}
            for window in sorted(new, key=lambda window: (window.who, window.begins))
        ]
        adding = self._insert(windows)
        more = windows.c.requests + adding.excluded.requests
        adding = adding.on_conflict_do_update(
            index_elements=[windows.c.who, windows.c.begins], set_={"requests": more}
        )
        counted: dict[Window, int] = {}
        with self._database.transaction() as connection:
            connection.execute(adding, rows)
            for window in new:
                total = select(windows.c.requests).where(
                    windows.c.who == window.who, windows.c.begins == window.begins
                )
                counted[window] = connection.execute(total).scalar_one()
        return counted

    def _end_links(self, of: str, before: datetime) -> None:
        adding = self._insert(link_ends).values(of=of, before=before)
        adding = adding.on_conflict_do_update(
            index_elements=[link_ends.c.of],
            set_={"before": adding.excluded.before},
            where=link_ends.c.before < adding.excluded.before,
        )
        with self._database.transaction() as connection:
            connection.execute(adding)

    def _links_ended(self, of: tuple[str, ...]) -> dict[str, datetime]:
        wanted = select(link_ends.c.of, link_ends.c.before).where(link_ends.c.of.in_(of))
        with self._database.transaction(reading=True) as connection:
            return {row.of: row.before for row in connection.execute(wanted)}

    def _forget(self, before: datetime, most: int) -> int:
        old = select(submitted.c.key).where(submitted.c.at < before)
        old = old.order_by(submitted.c.at).limit(most).with_for_update(skip_locked=True)
        return self._delete(delete(submitted).where(submitted.c.key.in_(old)))

    def _delete(self, wanted: Delete) -> int:
        with self._database.transaction() as connection:
            return connection.execute(wanted).rowcount


def _by_key(one: Submitted) -> bytes:
    return one.key


def _bodies(connection: Connection, wanted: Sequence[bytes]) -> dict[bytes, bytes]:
    found = select(submitted.c.key, submitted.c.body).where(submitted.c.key.in_(wanted))
    return {bytes(key): bytes(body) for key, body in connection.execute(found)}


def kept_keys(connection: Connection, id: str | None = None) -> list[ApiKey]:
    """All keys, or one, oldest first."""
    wanted = select(keys).order_by(keys.c.made_at, keys.c.id)
    if id is not None:
        wanted = wanted.where(keys.c.id == id)
    return [_key(row) for row in connection.execute(wanted)]


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        digest=bytes(row.digest),
        of=row.of,
        scopes=frozenset(row.scopes.split()),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )

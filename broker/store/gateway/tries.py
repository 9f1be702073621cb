"""Tries to sign in, counted for all processes; each function one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports.people import TryLimit
from broker.store.database import Database
from broker.store.gateway.tables import tries


def count_try(database: Database, limits: Sequence[TryLimit], now: datetime) -> datetime | None:
    """See ``PeopleStore.try_now``."""
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    # In order, so that two processes never wait for each other.
    ordered = sorted(limits, key=lambda limit: limit.of)
    with database.transaction() as connection:
        for limit in ordered:
            fresh = insert(tries).values(of=limit.of, tries=0, at=now, until=None)
            connection.execute(fresh.on_conflict_do_nothing())
        kept = [_kept(connection, limit, now) for limit in ordered]
        waits = [until for _, until in kept if until is not None and until > now]
        if waits:
            return max(waits)
        for limit, (counted, _) in zip(ordered, kept, strict=True):
            more = {"tries": counted + 1, "at": now, "until": limit.until(counted + 1, now)}
            connection.execute(update(tries).where(tries.c.of == limit.of).values(more))
    return None


def _kept(connection: Connection, limit: TryLimit, now: datetime) -> tuple[int, datetime | None]:
    row = connection.execute(select(tries).where(tries.c.of == limit.of).with_for_update()).one()
    return (0, None) if row.at < now - limit.quiet else (row.tries, row.until)


def right_try(database: Database, forget: Sequence[bytes], one_less: Sequence[bytes]) -> None:
    """See ``PeopleStore.tried_rightly``."""
    fewer = update(tries).where(tries.c.of.in_(one_less), tries.c.tries > 0)
    with database.transaction() as connection:
        connection.execute(delete(tries).where(tries.c.of.in_(forget)))
        connection.execute(fewer.values(tries=tries.c.tries - 1, until=None))


def waits_of(database: Database, of: Sequence[bytes]) -> dict[bytes, datetime]:
    """See ``PeopleStore.waits``."""
    wanted = select(tries.c.of, tries.c.until).where(tries.c.of.in_(of), tries.c.until.is_not(None))
    with database.transaction(reading=True) as connection:
        return {bytes(row.of): row.until for row in connection.execute(wanted)}


def forget_old_tries(database: Database, before: datetime) -> int:
    """See ``PeopleStore.forget_tries``."""
    with database.transaction() as connection:
        return connection.execute(delete(tries).where(tries.c.at < before)).rowcount

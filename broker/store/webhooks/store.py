"""The store of the webhooks: one thread, one transaction a call. It is the gateway's database."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Connection

from broker.ports.webhooks import (
    Backlog,
    Delivery,
    Endpoint,
    EndpointState,
    Taken,
    Tried,
    Wanted,
)
from broker.store.cases.vacuum import VACUUM_WITHIN, vacuum
from broker.store.checking import StoreCheck
from broker.store.database import Database, Waits
from broker.store.gateway.tables import check
from broker.store.schema import upgraded
from broker.store.webhooks import deliveries as tasks
from broker.store.webhooks import endpoints as hooks
from broker.store.webhooks.tables import deliveries, endpoints

T = TypeVar("T")

_WAITS: Final = Waits()
_TABLES: Final = (deliveries.name,)


async def open_webhook_store(url: str, waits: Waits = _WAITS) -> "SqlWebhookStore":
    """Open the store at a URL, creating or migrating its tables.

    Raises:
        StoreUnavailable: the database is away; try again later.
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    database = await upgraded(Database(url), "gateway", waits.claim)
    checks = StoreCheck(Database(url), [endpoints, deliveries], check, waits.check)
    return SqlWebhookStore(database, checks, waits)


class SqlWebhookStore:
    """Implements the port ``WebhookStore``; what each method does stands there."""

    def __init__(self, database: Database, checks: StoreCheck, waits: Waits) -> None:
        self._database = database
        self._checks = checks
        self._waits = waits

    async def add(self, endpoint: Endpoint) -> bool:
        return await self._write(lambda at: hooks.add(at, endpoint))

    async def endpoint(self, name: str) -> Endpoint | None:
        return next(iter(await self._read(lambda at: hooks.found(at, name))), None)

    async def endpoints(self) -> list[Endpoint]:
        return await self._read(lambda at: hooks.found(at, None))

    async def move(self, name: str, url: str) -> bool:
        return await self._write(lambda at: hooks.move(at, name, url))

    async def pause(self, name: str, state: EndpointState, why: str, at: datetime) -> bool:
        return await self._write(lambda on: hooks.pause(on, name, state, why, at))

    async def resume(self, name: str, at: datetime) -> bool:
        return await self._write(lambda on: hooks.resume(on, name, at))

    async def rotate(self, name: str, secret: bytes, old_until: datetime) -> bool:
        return await self._write(lambda at: hooks.rotate(at, name, secret, old_until))

    async def end_old(self, name: str) -> bool:
        return await self._write(lambda at: hooks.end_old(at, name))

    async def remove(self, name: str) -> int | None:
        return await self._write(lambda at: hooks.remove(at, name))

    async def acquire(self, name: str, holder: str, beat: int) -> bool:
        return await self._write(lambda at: hooks.acquire(at, name, holder, beat))

    async def renew(self, holder: str, names: Collection[str]) -> set[str]:
        if not names:
            return set()
        return await self._write(lambda at: hooks.renew(at, holder, names))

    async def release(self, holder: str, names: Collection[str]) -> None:
        if names:
            await self._write(lambda at: hooks.release(at, holder, names))

    async def take(
        self, name: str, holder: str, events: Sequence[Taken], at: datetime
    ) -> int | None:
        return await self._write(lambda on: tasks.take(on, name, holder, events, at))

    async def due(
        self, name: str, now: datetime, most: int, under_way: Collection[str] = ()
    ) -> list[Delivery]:
        return await self._read(lambda at: tasks.due(at, name, now, most, under_way))

    async def tried(self, tried: Tried) -> bool:
        return await self._write(lambda at: tasks.tried(at, tried))

    async def give_back(self, ids: Sequence[int]) -> int:
        return await self._write(lambda at: tasks.give_back(at, ids))

    async def backlog(self) -> list[Backlog]:
        return await self._read(tasks.backlog)

    async def deliveries(
        self, wanted: Wanted, most: int, *, bodies: bool = False, oldest: bool = False
    ) -> list[Delivery]:
        return await self._read(lambda at: tasks.listed(at, wanted, most, bodies, oldest))

    async def replay(self, wanted: Wanted, now: datetime) -> int:
        return await self._write(lambda at: tasks.replay(at, wanted, now))

    async def forget_case(self, case: str, without_person: Callable[[bytes], bytes]) -> int:
        return await self._write(lambda at: tasks.forget_case(at, case, without_person))

    async def vacuum(self) -> str | None:
        return await self._database.run(lambda: vacuum(self._database, _TABLES), VACUUM_WITHIN)

    async def forget(self, before: datetime, most: int) -> int:
        return await self._write(lambda at: tasks.forget(at, before, most))

    async def check(self) -> None:
        await self._checks.check()

    async def close(self) -> None:
        await self._database.close()
        await self._checks.close()

    async def _read(self, work: Callable[[Connection], T]) -> T:
        return await self._run(work, reading=True)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await self._run(work, reading=False)

    async def _run(self, work: Callable[[Connection], T], *, reading: bool) -> T:
        def job() -> T:
            with self._database.transaction(reading=reading) as connection:
                return work(connection)

        return await self._database.run(job, self._waits.claim)

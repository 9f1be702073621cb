"""A transaction that stays open while its caller publishes, however long that is held."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from broker.errors import StoreUnavailable
from broker.store.database import Database

PING_EVERY: Final = 20.0
"""Seconds; PostgreSQL ends a transaction that is idle for 60 (broker.store.engine), so that one of
a process that was stopped does not hold up the others for ever. This process is not stopped."""


@asynccontextmanager
async def kept_open(
    database: Database, ping: Callable[[], object], within: float
) -> AsyncIterator[None]:
    """While the block runs, ask something of the open transaction now and then.

    Args:
        ping: a job for the database's thread, on the connection of the transaction.
        within: seconds that it may take.

    SQLite ends no transaction for idleness: there nothing is asked.
    """
    if database.is_sqlite:
        yield
        return
    asking = asyncio.create_task(_ask_now_and_then(database, ping, within))
    try:
        yield
    finally:
        asking.cancel()


async def _ask_now_and_then(database: Database, ping: Callable[[], object], within: float) -> None:
    while True:
        await asyncio.sleep(PING_EVERY)
        # What is wrong with the connection the commit will tell.
        with suppress(StoreUnavailable):
            await database.finish(ping, within)

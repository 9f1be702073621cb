"""The case store of a process: opened with patience, and watched."""

from functools import partial
from typing import Final

from broker.errors import StoreUnavailable
from broker.ports import CaseStore
from consumers.runtime.health import Health
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service

_WATCH_EVERY: Final = 3.0


async def opened_cases(service: Service, outside: Outside) -> CaseStore | None:
    """The store, as soon as it can be had; None where the process is told to stop first.

    Raises:
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    return await service.patiently(outside.open_cases, "store")


async def watch_store(service: Service, store: CaseStore) -> None:
    """Say in the health whether the store can be written, until the process is told to stop.

    Work waits a minute for whoever has the store in hand, longer than anybody may take it for
    ready; and work of which there is none notices nothing.
    """
    await service.every(_WATCH_EVERY, partial(_look_at, store, service.health))


async def _look_at(store: CaseStore, health: Health) -> None:
    try:
        await store.check()
    except StoreUnavailable as why:
        health.fails("store", str(why))
        raise
    health.holds("store")

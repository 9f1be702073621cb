"""The case store of these settings, and the clock whose beginning is kept there."""

from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from broker.errors import StoreUnavailable
from broker.ports import CaseStore, TimeSource
from broker.store.cases import open_case_store
from consumers.runtime.clock import FastClock, SystemClock
from consumers.runtime.health import Health
from consumers.runtime.service import Service
from consumers.runtime.store_url import store_url

log = structlog.get_logger()

_WATCH_EVERY: Final = 3.0


async def opened_cases(service: Service) -> CaseStore | None:
    """The store, as soon as it can be had; None where the process is told to stop first.

    Raises:
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
    """
    settings = service.settings
    return await service.patiently(lambda: open_case_store(store_url(settings, "cases")), "store")


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


async def shared_clock(service: Service) -> TimeSource | None:
    """The system's clock; or, for a demonstration, the fast one of all processes on one store.

    None where the process is told to stop before the store can be had.
    """
    speed = service.settings.clock_speed
    if speed == 1:
        return SystemClock()
    store = await opened_cases(service)
    if store is None:
        return None
    try:
        began = await service.patiently(lambda: store.began(SystemClock().now()), "store")
    finally:
        with suppress(StoreUnavailable):
            await store.close()
    if began is None:
        return None
    service.health.holds("store")
    clock = FastClock(began, speed)
    log.warning(
        "clock.fast",
        speed=speed,
        began=began.isoformat(),
        now=clock.now().isoformat(),
        note="for demonstrations only: deadlines are not those of the calendar on the wall",
    )
    return clock

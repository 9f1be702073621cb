"""The one place that wires things and reads the configuration."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Final

import structlog
import uvloop

from broker.ports import TimeSource
from config.loading.configuration import load_configuration
from config.loading.snapshot import digest_of, look
from config.logging import configure_logging
from config.settings import Settings, load_settings
from consumers.cases.service import serve_cases
from consumers.escalations.service import serve_escalations
from consumers.router.service import serve_router
from consumers.runtime.broker_address import BrokerAddress, broker_address
from consumers.runtime.case_store import shared_clock
from consumers.runtime.garbage import collect_garbage
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.reloading import keep_rules
from consumers.runtime.service import Service
from consumers.runtime.topology import keep_topology

log = structlog.get_logger()

_BATCHFUL: Final = 20_000
"""Values that there may be more of before the collector looks among the young for cycles."""
_TURN: Final = 0.0002
"""Seconds for which one thread may keep the interpreter while another one wants it."""

Part = Callable[[Service, BrokerAddress, LiveConfig, TimeSource], Coroutine[None, None, None]]
PARTS: dict[str, Part] = {
    "router": serve_router,
    "cases": serve_cases,
    "escalations": serve_escalations,
}


def run(name: str) -> None:
    """``pintu run NAME``: until a signal ends it.

    Raises:
        BadConfiguration: settings or rules.
        NotInstalled: no RabbitMQ for a private node.
    """
    settings = load_settings()
    configure_logging(settings.log_format)
    uvloop.run(_serve(name, settings))


async def _serve(name: str, settings: Settings) -> None:
    folder = settings.config_dir
    # Before it is loaded: what is edited meanwhile is seen as a change.
    seen, digest = look(folder) if folder else (), digest_of(folder)
    live_config = LiveConfig(*load_configuration(folder), digest)
    collect_garbage()
    # A batch is tens of thousands of values that all go at its end: looking for cycles among
    # them seven hundred at a time (the default) is a fifth of the case consumer's
    # work and finds none.
    gc.set_threshold(_BATCHFUL, 20, 10)
    # Between two statements a store's thread waits this long for its turn while the loop decides:
    # with 5 ms, the default, every claim and commit held up the batch behind it.
    sys.setswitchinterval(_TURN)
    service = Service(name, settings)
    async with service.running(), broker_address(settings) as address:
        clock = await shared_clock(service)
        if clock is not None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(serve(service, address, live_config, clock))
                tasks.create_task(keep_rules(service, address, live_config, seen))
    log.info("service.stopped")


async def serve(
    service: Service, address: BrokerAddress, live_config: LiveConfig, clock: TimeSource
) -> None:
    """The parts that the service is named for, on one topology, until it is told to stop."""
    name = service.name
    views = service.split(PARTS) if name == "all" else {name: service}
    async with asyncio.TaskGroup() as parts:
        parts.create_task(keep_topology(service, address, live_config))
        for part, view in views.items():
            parts.create_task(PARTS[part](view, address, live_config, clock))

"""The one place that wires things and reads the configuration."""

import asyncio
import gc
from collections.abc import Callable, Coroutine

import structlog
import uvloop

from broker.domain.clocks import Clocks
from broker.domain.routing.rules import Rules
from broker.ports import Clock
from config.loading import load_rules
from config.loading.clocks import load_clocks
from config.logging import configure_logging
from config.settings import Settings, load_settings
from consumers.address import BrokerAddress, broker_address
from consumers.clock import SystemClock
from consumers.router.service import run_router
from consumers.service import Service

log = structlog.get_logger()

Part = Callable[[Service, BrokerAddress, Rules, Clocks, Clock], Coroutine[None, None, None]]
PARTS: dict[str, tuple[Part, ...]] = {"router": (run_router,), "all": (run_router,)}


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
    rules, clocks = load_rules(settings.config_dir), load_clocks(settings.config_dir)
    # The rules stay for good: the collector need not walk them at every full collection.
    gc.freeze()
    clock = SystemClock()
    service = Service(name, settings)
    async with (
        service.running(),
        broker_address(settings) as address,
        asyncio.TaskGroup() as parts,
    ):
        for part in PARTS[name]:
            parts.create_task(part(service, address, rules, clocks, clock))
    log.info("service.stopped")

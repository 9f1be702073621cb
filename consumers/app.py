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
from consumers.case_store import shared_clock
from consumers.cases.service import serve_cases
from consumers.escalations.service import serve_escalations
from consumers.router.service import serve_router
from consumers.service import Service
from consumers.topology import keep_topology

log = structlog.get_logger()

Part = Callable[[Service, BrokerAddress, Rules, Clocks, Clock], Coroutine[None, None, None]]
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
    rules, clocks = load_rules(settings.config_dir), load_clocks(settings.config_dir)
    # The rules stay for good: the collector need not walk them at every full collection.
    gc.freeze()
    service = Service(name, settings)
    async with service.running(), broker_address(settings) as address:
        clock = await shared_clock(service)
        if clock is not None:
            await serve(service, address, rules, clocks, clock)
    log.info("service.stopped")


async def serve(
    service: Service, address: BrokerAddress, rules: Rules, clocks: Clocks, clock: Clock
) -> None:
    """The parts that the service is named for, on one topology, until it is told to stop."""
    name = service.name
    views = service.split(PARTS) if name == "all" else {name: service}
    async with asyncio.TaskGroup() as parts:
        parts.create_task(keep_topology(service, address, rules))
        for part, view in views.items():
            parts.create_task(PARTS[part](view, address, rules, clocks, clock))

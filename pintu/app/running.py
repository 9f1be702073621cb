"""``pintu run``: the parts that run, on one topology, until a signal ends them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from broker.errors import StoreUnavailable
from pintu.app.configuration import configuration_of, program_version, system_clock
from pintu.app.reaching import clock_of_broker, reached

if TYPE_CHECKING:
    from broker.domain.routing.rules import Rules
    from broker.ports import TimeSource
    from config.settings import Settings
    from consumers.runtime.live_config import LiveConfig
    from consumers.runtime.outside import Outside
    from consumers.runtime.service import Service

    Part = Callable[[Service, Outside, LiveConfig, TimeSource], Coroutine[None, None, None]]


_TURN: Final = 0.0002
"""Seconds for which one thread may keep the interpreter while another one wants it."""


def run(name: str) -> None:
    """``pintu run NAME``: until a signal ends it.

    Raises:
        BadConfiguration: settings or rules.
        NotInstalled: no RabbitMQ for a private node.
    """
    import uvloop

    from config.logging import configure_logging
    from config.settings import load_settings

    settings = load_settings()
    configure_logging(settings.log_format)
    uvloop.run(_serve(name, settings))


async def _serve(name: str, settings: Settings) -> None:
    import structlog

    from broker.amqp.address import parse_address
    from config.loading.snapshot import digest_of, look
    from consumers.runtime.agreed_clock import AgreedClock
    from consumers.runtime.clock_watch import keep_clock
    from consumers.runtime.garbage import collect_garbage
    from consumers.runtime.live_config import LiveConfig
    from consumers.runtime.metrics import BuildMetrics
    from consumers.runtime.reloading import keep_rules
    from consumers.runtime.service import Service
    from consumers.runtime.store_files import examine_files

    folder = settings.config_dir
    # Before it is loaded: what is edited meanwhile is seen as a change.
    seen, digest = look(folder) if folder else (), digest_of(folder)
    live_config = LiveConfig(*configuration_of(folder), digest)
    collect_garbage()
    # Between two statements a store's thread waits this long for its turn while the loop decides:
    # with 5 ms, the default, every claim and commit held up the batch behind it.
    sys.setswitchinterval(_TURN)
    service = Service(name, settings)
    build = BuildMetrics(service.registry, program_version())
    build.show(live_config.rules.version, digest)
    live_config.subscribe(lambda rules, _: build.show(rules.version, live_config.digest))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(service.running())
        await examine_files(settings)
        if name == "learner":
            from pintu.app.learner import run_alone

            await run_alone(service, live_config, seen)
            structlog.get_logger().info("service.stopped")
            return
        ways = await stack.enter_async_context(reached(settings))
        clock = await _shared_clock(service, ways)
        if clock is not None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(serve(service, ways, live_config, clock))
                if parse_address(ways.address.url).tls is not None:
                    # Late: who needs no TLS need not know what certificates are.
                    from consumers.runtime.certificate_watch import keep_certificates

                    tasks.create_task(keep_certificates(service, ways.address))
                tasks.create_task(keep_rules(service, ways.address, live_config, seen))
                if isinstance(clock, AgreedClock):
                    read = partial(clock_of_broker, ways.address)
                    tasks.create_task(keep_clock(service, ways.open_cases, read, clock))
    structlog.get_logger().info("service.stopped")


async def serve(
    service: Service, ways: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """The parts that the service is named for, on one topology, until it is told to stop."""
    from consumers.runtime.topology import keep_topology

    name, parts = service.name, _parts()
    if not service.settings.learn_in_all:
        del parts["learner"]
    views = service.split(parts) if name == "all" else {name: service}
    async with asyncio.TaskGroup() as running:
        running.create_task(keep_topology(service, ways.address, live_config))
        for part, view in views.items():
            running.create_task(parts[part](view, ways, live_config, clock))


def _parts() -> dict[str, Part]:
    from consumers.cases.service import serve_cases
    from consumers.escalations.service import serve_escalations
    from consumers.mail.service import serve_mail
    from consumers.router.service import serve_router
    from consumers.webhooks.service import serve_webhooks
    from gateway.service import serve_gateway
    from pintu.app.learner import serve_learner

    return {
        "router": serve_router,
        "cases": serve_cases,
        "escalations": serve_escalations,
        "gateway": partial(serve_gateway, contract=_contract),
        "learner": serve_learner,
        "mail": serve_mail,
        "webhooks": serve_webhooks,
    }


def _contract(rules: Rules) -> Mapping[str, str]:
    """What ``/docs`` shows: the exported contract."""
    from pintu.contract import contract_files

    return contract_files(rules, program_version())


async def _shared_clock(service: Service, ways: Outside) -> TimeSource | None:
    """This machine's clock as others agree with it; or, for a demonstration, the fast one of all
    processes on one store.

    None where the process is told to stop before the store can be had.

    Raises:
        BadConfiguration: a fast clock, and the store holds cases of real time.
    """
    import structlog

    from consumers.runtime.case_store import opened_cases
    from consumers.runtime.clock import FastClock, agreed_clock
    from consumers.runtime.clock_watch import refuse_speed

    speed = service.settings.clock_speed
    if speed == 1:
        return agreed_clock()
    store = await opened_cases(service, ways)
    if store is None:
        return None
    try:
        state = await service.patiently(store.clock_state, "store")
        if state is None:
            return None
        refuse_speed(state, speed)
        began = await service.patiently(lambda: store.began(system_clock().now()), "store")
    finally:
        with suppress(StoreUnavailable):
            await store.close()
    if began is None:
        return None
    service.health.holds("store")
    clock = FastClock(began, speed)
    structlog.get_logger().warning(
        "clock.fast",
        speed=speed,
        began=began.isoformat(),
        now=clock.now().isoformat(),
        note="for demonstrations only: deadlines are not those of the calendar on the wall",
    )
    return clock

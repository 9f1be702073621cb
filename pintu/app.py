"""The composition root: a broker, a store, rules and a time source are made here and nowhere else.

Commands ask here for what they work with; what is needed for one of them alone is imported there,
so that `pintu due` starts without a broker's client.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from broker.errors import StoreUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from broker.domain.clocks import SlaCalendar
    from broker.domain.routing.directory import AgencyDirectory
    from broker.domain.routing.rules import Rules
    from broker.ports import CaseStore, Journal, ParkedMessages, TimeSource
    from config.settings import Settings
    from consumers.runtime.agreed_clock import AgreedClock
    from consumers.runtime.broker_address import BrokerAddress
    from consumers.runtime.clock_watch import ReadBroker
    from consumers.runtime.live_config import LiveConfig
    from consumers.runtime.outside import Outside
    from consumers.runtime.service import Service
    from gateway.desk.session import DeskSession

    Part = Callable[[Service, Outside, LiveConfig, TimeSource], Coroutine[None, None, None]]

_TURN: Final = 0.0002
"""Seconds for which one thread may keep the interpreter while another one wants it."""


def rules_of(folder: Path | None) -> Rules:
    """The rules of a configuration folder; None is the shipped one. Raises BadConfiguration."""
    from config.loading import load_rules

    return load_rules(folder)


def clocks_of(folder: Path | None) -> SlaCalendar:
    """Its calendar and policies. Raises BadConfiguration."""
    from config.loading.clocks import load_clocks

    return load_clocks(folder)


def configuration_of(folder: Path | None) -> tuple[Rules, SlaCalendar]:
    """Both, or every error of both at once. Raises BadConfiguration."""
    from config.loading.configuration import load_configuration

    return load_configuration(folder)


def directory_of(folder: Path | None) -> AgencyDirectory:
    """Its agencies alone, in a quarter of the time. Raises BadConfiguration."""
    from config.loading.directory import load_directory

    return load_directory(folder)


def system_clock() -> TimeSource:
    """The machine's time."""
    from consumers.runtime.clock import SystemClock

    return SystemClock()


def program_version() -> str:
    """The version of this program."""
    from importlib.metadata import version

    return version("pintu")


def outside(settings: Settings, address: BrokerAddress) -> Outside:
    """Ways to RabbitMQ and to the stores of these settings."""
    from broker.amqp.client import client
    from broker.amqp.session import RabbitBroker
    from consumers.runtime.outside import Outside

    return Outside(
        address,
        broker=lambda name: RabbitBroker(address.url, name=name),
        client=lambda name: client(address.url, name),
        open_cases=partial(_open_cases, settings),
        open_journal=partial(_open_journal, settings),
    )


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Outside]:
    """The same, with a private node running where the settings name no RabbitMQ.

    Raises:
        NotInstalled: a private node is wanted and rabbitmq-server is not on this machine.
        BrokerUnavailable: the private node does not start.
    """
    from consumers.runtime.broker_address import broker_address

    async with broker_address(settings) as address:
        yield outside(settings, address)


async def _open_cases(settings: Settings) -> CaseStore:
    from broker.store.cases import open_case_store
    from consumers.runtime.store_url import store_url

    return await open_case_store(store_url(settings, "cases"))


async def _open_journal(settings: Settings) -> Journal:
    from broker.store.journal import open_journal
    from consumers.runtime.store_url import store_url

    return await open_journal(store_url(settings, "journal"))


async def _time_of(settings: Settings, store: CaseStore) -> TimeSource:
    """The system's clock; in a demonstration, the fast one of all processes on that store.

    Raises:
        BadConfiguration: cases of real time and a demonstration in one store.
    """
    from consumers.runtime.clock import FastClock
    from consumers.runtime.clock_watch import refuse_speed

    refuse_speed(await store.clock_state(), settings.clock_speed)
    if settings.clock_speed == 1:
        return system_clock()
    return FastClock(await store.began(system_clock().now()), settings.clock_speed)


# --- commands -------------------------------------------------------------------------------


@asynccontextmanager
async def open_desk() -> AsyncIterator[DeskSession]:
    """What a command of the desk works with, by the settings of this environment.

    Raises:
        BadConfiguration: settings, rules, or a store of another version.
        StoreUnavailable: it is away.
    """
    from config.logging import configure_logging
    from config.settings import load_settings
    from gateway.desk.session import DeskSession

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    folder = settings.config_dir
    agencies, clocks = directory_of(folder), clocks_of(folder)
    store = await _open_cases(settings)
    try:
        yield DeskSession(
            agencies,
            clocks,
            store,
            await _time_of(settings, store),
            _where(settings),
            reach=partial(reached, settings),
            load=cache(partial(rules_of, folder)),
        )
    finally:
        await store.close()


@asynccontextmanager
async def open_parked() -> AsyncIterator[ParkedMessages]:
    """The parked messages, read alone. Raises BrokerUnavailable."""
    from broker.amqp.parked import parked_messages
    from config.logging import configure_logging
    from config.settings import load_settings
    from consumers.runtime.broker_address import broker_address

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    async with (
        broker_address(settings) as address,
        parked_messages(address.url) as messages,
    ):
        yield messages


@asynccontextmanager
async def open_clocks() -> AsyncIterator[tuple[CaseStore, AgreedClock, ReadBroker]]:
    """The store, this machine's clock and the way to RabbitMQ's, by the settings.

    Raises:
        BadConfiguration: settings, or the store is a demonstration's.
        StoreUnavailable: it is away.
    """
    from config.logging import configure_logging
    from config.settings import load_settings
    from consumers.runtime.broker_address import BrokerAddress
    from consumers.runtime.clock import agreed_clock
    from consumers.runtime.clock_watch import refuse_speed

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)

    async def no_clock() -> None:
        """A private node is on this machine and has no other clock."""

    read: ReadBroker = no_clock
    if (url := settings.amqp_url) is not None:
        given = settings.management_url
        at = given.get_secret_value() if given else None
        read = partial(_broker_clock, BrokerAddress(url.get_secret_value(), at, private=False))
    store = await _open_cases(settings)
    try:
        refuse_speed(await store.clock_state(), 1.0)
        yield store, agreed_clock(), read
    finally:
        await store.close()


@asynccontextmanager
async def time_alone(settings: Settings) -> AsyncIterator[TimeSource]:
    """The time for whoever needs nothing else of the store: mostly it is not opened."""
    if settings.clock_speed == 1:
        yield system_clock()
        return
    store = await _open_cases(settings)
    try:
        yield await _time_of(settings, store)
    finally:
        await store.close()


def _where(settings: Settings) -> str:
    if settings.database_url is not None:
        return "the database of PINTU_DATABASE_URL"
    return os.fspath(settings.state_dir / "cases.sqlite3")


# --- pintu run ------------------------------------------------------------------------------


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

    from config.loading.snapshot import digest_of, look
    from consumers.runtime.agreed_clock import AgreedClock
    from consumers.runtime.clock_watch import keep_clock
    from consumers.runtime.garbage import collect_garbage
    from consumers.runtime.live_config import LiveConfig
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
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(service.running())
        await examine_files(settings)
        ways = await stack.enter_async_context(reached(settings))
        clock = await _shared_clock(service, ways)
        if clock is not None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(serve(service, ways, live_config, clock))
                tasks.create_task(keep_rules(service, ways.address, live_config, seen))
                if isinstance(clock, AgreedClock):
                    read = partial(_broker_clock, ways.address)
                    tasks.create_task(keep_clock(service, ways.open_cases, read, clock))
    structlog.get_logger().info("service.stopped")


async def serve(
    service: Service, ways: Outside, live_config: LiveConfig, clock: TimeSource
) -> None:
    """The parts that the service is named for, on one topology, until it is told to stop."""
    from consumers.runtime.topology import keep_topology

    name, parts = service.name, _parts()
    views = service.split(parts) if name == "all" else {name: service}
    async with asyncio.TaskGroup() as running:
        running.create_task(keep_topology(service, ways.address, live_config))
        for part, view in views.items():
            running.create_task(parts[part](view, ways, live_config, clock))


async def _broker_clock(address: BrokerAddress) -> tuple[datetime, bool] | None:
    from broker.amqp.topology.clock import broker_clock

    found = await broker_clock(address.url, address.management_url)
    return None if found is None else (found[0], found[1] and not address.private)


def _parts() -> dict[str, Part]:
    from consumers.cases.service import serve_cases
    from consumers.escalations.service import serve_escalations
    from consumers.router.service import serve_router

    return {"router": serve_router, "cases": serve_cases, "escalations": serve_escalations}


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

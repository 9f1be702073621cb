"""What a check runs on: a test node, this system on it, and the relay to it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from broker.amqp.client import client
from broker.amqp.relay import Relay, relay
from broker.errors import BadConfiguration, BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.ports import Client
from config.foreign import told
from config.language import worded
from config.settings import Settings
from consumers.runtime.broker_address import BrokerAddress, broker_address
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from gateway.desk.session import objection
from pintu.app import configuration_of, outside, serve, system_clock
from pintu.conformance.record import Kind, Record
from pintu.conformance.session import Session

WORK: Final = (names.ROUTER_QUEUE, names.CASES_QUEUE)
_LOOK_EVERY: Final = 0.05
_HEARTBEAT: Final = 60
_LEAVE_WITHIN: Final = 5.0
"""Seconds for a queue that is emptied."""


class NotATestNode(BadConfiguration):
    """Something else works on that node: a check would disturb it, or be disturbed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """This system at work on a node where nothing else does."""

    address: BrokerAddress
    ways: Outside
    config: LiveConfig


def configured(settings: Settings) -> LiveConfig:
    """The configuration of the settings. Raises BadConfiguration."""
    return LiveConfig(*configuration_of(settings.config_dir))


def no_such(config: LiveConfig, kind: Kind, code: str) -> str | None:
    """Why there is no such channel or agency in that configuration; None if there is."""
    if kind == "agency":
        return objection(code, config.rules, _today(config))
    if code in config.rules.channels:
        return None
    known = ", ".join(sorted(config.rules.channels))
    return worded(
        "no channel has the code {code!r}: it would hear of nothing; there are {known}",
        code=code,
        known=known,
    )


@asynccontextmanager
async def stage(settings: Settings, config: LiveConfig) -> AsyncIterator[Stage]:
    """This system on the node of the settings, or on a private one of its own; its store is in a
    folder that is removed at the end.

    Raises:
        NotATestNode: another one is at work there.
        BrokerUnavailable: the node is away. NotInstalled: there is no RabbitMQ to start.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="pintu-check-", ignore_cleanup_errors=True)
        )
        own = settings.model_copy(
            update={
                "database_url": None,
                "state_dir": Path(folder),
                "http": "off",
                "clock_speed": 1.0,
            }
        )
        address = _patient(await stack.enter_async_context(broker_address(own)))
        await _refuse_work(address)
        ways = outside(own, address)
        service = Service("all", own)
        system = asyncio.create_task(serve(service, ways, config, system_clock()))
        try:
            while not service.health.ready:
                if system.done():
                    await system
                await asyncio.sleep(_LOOK_EVERY)
            yield Stage(address, ways, config)
        finally:
            service.stop.set()
            await system


@asynccontextmanager
async def session(
    stage: Stage, kind: Kind, code: str, timeout: float, listen: tuple[str, int]
) -> AsyncIterator[Session]:
    """One check on that stage: a relay of its own, and an ear on every exchange.

    Raises:
        NotATestNode: messages wait in the queue already.
        BadConfiguration: the port is taken.
    """
    queue = names.agency_queue(code) if kind == "agency" else names.channel_queue(code)
    async with (
        _relay(stage, listen) as passing,
        client(stage.address.url, "check ear") as ear,
        stage.ways.broker("check").publisher(names.EVENTS) as voice,
    ):
        waiting, consumers = await ear.waiting(queue)
        if waiting or consumers:
            raise NotATestNode(
                worded(
                    "{waiting} messages wait in {queue}, and {consumers} read it: a check "
                    "needs a node of its own; unset PINTU_AMQP_URL for one, or empty the "
                    "queue",
                    waiting=waiting,
                    queue=queue,
                    consumers=consumers,
                )
            )
        record = Record(kind, code, passing.seen)
        listening = await _hear(ear, record)
        clock, clocks = system_clock(), stage.config.clocks
        now = clock.now()
        try:
            yield Session(
                passing,
                record,
                voice,
                ear,
                clock.now,
                timeout,
                other=_another(stage, code),
                respond_by=clocks.respond_by(now),
                resolve_by=clocks.resolve_by(now, "complaint", oversight=False),
            )
        finally:
            listening.cancel()
            await passing.leave()
            await _empty(ear, {queue, *_agencies_of(record)})


@asynccontextmanager
async def _relay(stage: Stage, listen: tuple[str, int]) -> AsyncIterator[Relay]:
    async with AsyncExitStack() as stack:
        try:
            made = await stack.enter_async_context(relay(stage.address.url, *listen))
        except OSError as why:
            host, port = listen
            raise BadConfiguration(
                worded(
                    "--listen {host}:{port}: {value}; take another port, or 0 for a free one",
                    host=host,
                    port=port,
                    value=told(why.strerror or why),
                )
            ) from None
        yield made


async def _hear(ear: Client, record: Record) -> "asyncio.Task[None]":
    tap = await ear.tap(names.INTAKE, names.UPDATES, names.EVENTS)

    async def listen() -> None:
        async for message in ear.consume(tap, prefetch=500):
            record.hear(message)
            record.seen.news.set()

    return asyncio.create_task(listen())


def _patient(address: BrokerAddress) -> BrokerAddress:
    """Others may keep this machine busy: a check is not over because a heartbeat came late."""
    if "heartbeat=" in address.url:
        return address
    url = f"{address.url}{'&' if '?' in address.url else '?'}heartbeat={_HEARTBEAT}"
    return replace(address, url=url)


async def _refuse_work(address: BrokerAddress) -> None:
    async with client(address.url, "check") as look:
        for queue in WORK:
            with suppress(Unroutable):  # nothing was ever declared there
                waiting, consumers = await look.waiting(queue)
                if waiting or consumers:
                    raise NotATestNode(
                        worded(
                            "{waiting} messages wait in {queue}, and {consumers} read it: another "
                            "Pintu works on this node, and a check needs one of its own; unset "
                            "PINTU_AMQP_URL for a private one",
                            waiting=waiting,
                            queue=queue,
                            consumers=consumers,
                        )
                    )


def _another(stage: Stage, code: str) -> str:
    """An agency that is not the one that is checked."""
    on = _today(stage.config)
    agencies = stage.config.rules.agencies
    return max(one for one, agency in agencies.items() if one != code and agency.active(on))


def _agencies_of(record: Record) -> set[str]:
    return {
        names.agency_queue(agency)
        for one in record.events
        if names.is_code(agency := one.key.split(".")[1]) and agency != names.TRIAGE
    }


async def _empty(ear: Client, queues: set[str]) -> None:
    """Take out what this check has put in: they were empty when it began."""
    for queue in queues:
        with suppress(Unroutable, BrokerUnavailable, TimeoutError):  # or others take it out
            async with asyncio.timeout(_LEAVE_WITHIN):
                left, _ = await ear.waiting(queue)
                async with aclosing(ear.consume(queue)) as taking:  # type: ignore[type-var] # -- a generator of ours
                    while left:
                        await anext(taking)
                        left -= 1


def _today(config: LiveConfig) -> date:
    return config.clocks.calendar.local_day(system_clock().now())

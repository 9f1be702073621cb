"""What the demonstration runs on: a node, a topology and a router of its own, in a folder that
is removed at the end."""

import asyncio
import socket
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import SecretStr

from broker.amqp.client import client
from broker.contacts import Contact, Contacts
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.ports import Client
from config.settings import Settings
from consumers.runtime.broker_address import BrokerAddress, broker_address
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from pintu.app import configuration_of, outside, serve
from pintu.demo.hourglass import Hourglass
from pintu.demo.listening import Mailbox, mailbox

MAILED: Final = "dindikbud"
"""The agency that has nothing but mail here."""
Event = dict[str, Any]
"""An event as whoever reads it from a queue sees it: JSON taken apart."""


@dataclass(slots=True)
class Heard:
    """What passed through the exchanges, in order."""

    events: list[tuple[str, Event]] = field(default_factory=list)
    parked: list[Incoming] = field(default_factory=list)
    submitted: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def of(self, verb: str) -> list[Event]:
        """The data of all events of a verb."""
        return [event["data"] for key, event in self.events if key.split(".", 1)[0] == verb]

    def take(self, message: Incoming) -> None:
        if message.exchange == names.PARKED_EXCHANGE:
            self.parked.append(message)
        elif message.exchange == names.EVENTS:
            self.events.append((message.routing_key, orjson.loads(message.body)))
        self.news.set()


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a scene needs. ``system``: what runs, over where it failed."""

    address: BrokerAddress
    ways: Outside
    gateway: str
    mailbox: Mailbox
    rules: Rules
    clocks: SlaCalendar
    service: Service
    clock: Hourglass
    adapter: Client
    heard: Heard
    sent: Counter[str]
    system: "asyncio.Task[None]"

    async def until(self, condition: Any, within: float = 30.0) -> None:
        """Wait until ``condition(heard)`` holds. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not condition(self.heard):
                self.heard.news.clear()
                await self.heard.news.wait()


@asynccontextmanager
async def broker_for_demo(settings: Settings) -> AsyncIterator[tuple[Settings, BrokerAddress]]:
    """A private node in a folder of its own, whatever the environment says."""
    with tempfile.TemporaryDirectory(prefix="pintu-demo-", ignore_cleanup_errors=True) as folder:
        own = settings.model_copy(
            update={
                "amqp_url": None,
                "management_url": None,
                "database_url": None,
                "state_dir": Path(folder),
                "http": "off",
                "gateway": ("127.0.0.1", _free_port()),
                "smtp_url": SecretStr(f"smtp://127.0.0.1:{_free_port()}?rate=6000"),
                "mail_sender": "lapor@demo.test",
                "gateway_url": None,
                "second_factor": frozenset(),
            }
        )
        async with broker_address(own) as address:
            yield own, address


@asynccontextmanager
async def stage(settings: Settings, address: BrokerAddress) -> AsyncIterator[Stage]:
    """The whole system in this process, and an ear on every exchange."""
    rules, clocks = configuration_of(settings.config_dir)
    told = Contact("agency", MAILED, f"{MAILED}@demo.test", tells=frozenset(("complaints",)))
    rules = replace(rules, contacts=Contacts((told,)))
    service, clock = Service("all", settings), Hourglass()
    ways, gateway = outside(settings, address), "http://{}:{}".format(*settings.gateway or ())
    async with mailbox(settings.smtp.port if settings.smtp else 0) as box:
        system = asyncio.create_task(serve(service, ways, LiveConfig(rules, clocks), clock))
        try:
            while not service.health.ready:
                if system.done():
                    await system
                await asyncio.sleep(0.05)
            async with (
                client(address.url, "demo adapter") as adapter,
                client(address.url, "demo ear") as ear,
            ):
                heard = Heard()
                tap = await ear.tap(names.EVENTS, names.PARKED_EXCHANGE)
                listening = asyncio.create_task(_listen(ear, tap, heard))
                yield Stage(
                    *(address, ways, gateway, box, rules, clocks, service, clock, adapter, heard),
                    Counter(),
                    system,
                )
                listening.cancel()
        finally:
            service.stop.set()
            await system


async def _listen(ear: Client, tap: str, heard: Heard) -> None:
    async for message in ear.consume(tap, prefetch=500):
        heard.take(message)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])

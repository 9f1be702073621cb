"""The gateway's application on stores in memory: no server, no RabbitMQ."""

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlencode

import httpx
from prometheus_client import CollectorRegistry

from broker.domain.case import Case, Entry, Said
from broker.errors import BrokerUnavailable
from broker.memory import MemoryCaseStore
from broker.memory.gateway_store import MemoryGatewayStore
from broker.messaging.messages import Outgoing
from broker.ports import CaseChange, Submitted
from config.loading.configuration import load_configuration
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import AttachmentMetrics, GatewayMetrics
from gateway.access.keys import new_key
from gateway.api.application import application
from gateway.api.asking import Updates
from gateway.api.batching import Batches
from gateway.api.documents import Contract
from gateway.api.rates import Rates
from gateway.api.sending import Intake
from gateway.api.traces import trace_here
from gateway.api.world import Gateway
from gateway.attachments.folders import Folder
from gateway.attachments.keeping import Attachments
from gateway.attachments.links import Links
from gateway.attachments.receiving import Most
from gateway.attachments.scanning import Scanner
from schemas.receipt import ReceivedData

TOWN: Final = Path(__file__).parents[2] / "acceptance" / "town"
loaded: Final = cache(load_configuration)
"""Values: nobody changes them."""
NOW: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


BASE: Final = "https://lapor.example.go.id"


class Time:
    """It stands still."""

    def now(self) -> datetime:
        return NOW


def a_receipt(outcome: str = "accepted", **more: Any) -> ReceivedData:
    """As the cases send it."""
    return ReceivedData.model_validate({"outcome": outcome, **more})


@dataclass
class Sent:
    """In place of RabbitMQ: what was published, and what is answered."""

    messages: list[Outgoing] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    receipt: ReceivedData | None = field(default_factory=a_receipt)
    away: bool = False

    async def send(self, message: Outgoing) -> None:
        if self.away:
            raise BrokerUnavailable("away")
        self.messages.append(message)

    async def say(self, who: str, code: str, verb: str, **more: Any) -> ReceivedData | None:
        if self.away:
            raise BrokerUnavailable("away")
        self.said.append({"speaker": f"{who}.{code}", "verb": verb, "trace": trace_here(), **more})
        return self.receipt


@dataclass
class MemoryDoor:
    """The application, its keys and what it works on."""

    client: httpx.AsyncClient
    cases: MemoryCaseStore
    sent: Sent
    world: Gateway
    app: Any
    keys: Mapping[str, str]

    async def get(self, path: str, key: str | None = "web", **query: Any) -> httpx.Response:
        sent = {"api_key": self.keys[key]} if key else {}
        return await self.client.get(path, params={**sent, **query})

    async def post(
        self, path: str, fields: Sequence[tuple[str, str]] | Mapping[str, str], key: str = "web"
    ) -> httpx.Response:
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        body = urlencode([*pairs, ("api_key", self.keys[key])]) if key else urlencode(pairs)
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return await self.client.post(path, content=body, headers=kind)

    async def keep(
        self, case: Case, lines: Sequence[Entry] = (), said: Sequence[Said] = ()
    ) -> Case:
        """A case with its history, in the store."""
        async with self.cases.transaction() as transaction:
            await transaction.load([case.complaint_id])
            await transaction.save([CaseChange(case, tuple(lines), said=tuple(said))])
        return case


class MemoryFolder:
    """In place of a folder."""

    where = "memory"
    spool: str | None = None

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fails: Exception | None = None

    def write(self, place: str, content: BinaryIO) -> None:
        self.check()
        content.seek(0)
        self.files[place] = content.read()

    def open(self, place: str) -> BinaryIO | None:
        self.check()
        return io.BytesIO(self.files[place]) if place in self.files else None

    def remove(self, place: str) -> None:
        self.check()
        self.files.pop(place, None)

    def older(self, seconds: float) -> list[str]:
        return list(self.files)

    def check(self) -> None:
        if self.fails is not None:
            raise self.fails


def memory_attachments(
    store: MemoryGatewayStore, folder: Folder, scanner: Scanner | None = None
) -> Attachments:
    """The way of files, to a folder in memory."""
    counted = AttachmentMetrics(CollectorRegistry())
    links = Links(b"l" * 32, BASE)
    most = Most(1_000_000, 5)
    return Attachments(store.attachments, folder, links, most, Time(), counted, scanner)


@dataclass
class Remembering:
    """In place of what works in batches: one at a time."""

    store: MemoryGatewayStore

    async def add(self, item: tuple[bytes, bytes]) -> bytes:
        return (await self.store.submitted([Submitted(*item)], NOW))[item[0]]


@asynccontextmanager
async def memory_door(
    config: Path = TOWN,
    contract: Contract | None = None,
    folder: Folder | None = None,
    scanner: Scanner | None = None,
) -> AsyncIterator[MemoryDoor]:
    """A gateway with a key for web, sms, agency.dlh, and one of web that only reads."""
    cases, store, sent = MemoryCaseStore(), MemoryGatewayStore(), Sent()
    keys = {}
    for name, of, scopes in (
        ("web", "channel.web", {"submit", "speak", "read"}),
        ("sms", "channel.sms", {"submit", "speak", "read"}),
        ("reads", "channel.web", {"read"}),
        ("agency", "agency.dlh", {"speak", "read"}),
    ):
        key, keys[name] = new_key(of, frozenset(scopes), NOW - timedelta(days=1))
        await store.add_key(key)

    world = Gateway(
        LiveConfig(*loaded(config)),
        cases,
        store,
        cast(Intake, sent),
        cast(Updates, sent),
        Rates(),
        cast(Batches[tuple[bytes, bytes], bytes], Remembering(store)),
        Time(),
        b"p" * 32,
        memory_attachments(store, folder or MemoryFolder(), scanner),
        BASE,
        wall=Time().now,
    )
    app = application(world, GatewayMetrics(CollectorRegistry()), "1.2.3", contract)
    transport = httpx.ASGITransport(app=app)
    headers = {"Accept-Language": "en"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://gateway.test", headers=headers
    ) as client:
        yield MemoryDoor(client, cases, sent, world, app, keys)

"""``pintu run gateway``: the doors over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from typing import Final

import structlog

from broker.amqp.address import shown
from broker.errors import STORE_REFUSALS, PintuError, StoreUnavailable
from broker.ports import CaseStore, GatewayStore, Submitted, TimeSource
from config.settings import Settings, attachments_place
from config.sign_in import whole_client
from consumers.mail.links import LINKS
from consumers.runtime.case_store import opened_cases
from consumers.runtime.health_http import PortTaken
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import AttachmentMetrics, GatewayMetrics
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from consumers.runtime.tracing import request_spans
from gateway.access.key_watch import watch_keys
from gateway.access.oidc import OidcProvider
from gateway.api.application import application
from gateway.api.asking import Updates
from gateway.api.batching import Batches
from gateway.api.documents import Contract
from gateway.api.rates import RATES, Rates
from gateway.api.sending import Intake
from gateway.api.world import Gateway, keep_counts
from gateway.attachments.folders import folder_of
from gateway.attachments.keeping import Attachments
from gateway.attachments.links import Links
from gateway.attachments.receiving import Most
from gateway.attachments.scanning import Scanner
from gateway.attachments.watching import AttachmentWatch
from gateway.desk.indexing import Indexing
from gateway.desk.parked_room import ParkedRoom
from gateway.desk.session import DeskSession
from gateway.retention import forget, forget_people
from gateway.search_watch import watch_search
from gateway.serving import Server
from gateway.staff.people.elsewhere import BACK

log = structlog.get_logger()

DEFAULT: Final = ("127.0.0.1", 8080)
_FORGET_EVERY: Final = 600.0


async def serve_gateway(
    service: Service,
    outside: Outside,
    live_config: LiveConfig,
    clock: TimeSource,
    contract: Contract | None = None,
) -> None:
    """Answer over HTTP until the service is told to stop; ``contract``: what ``/docs`` shows."""
    address = service.settings.gateway or DEFAULT
    if address == "off":
        service.health.holds("connected", "publishing", "consuming", "store")
        return
    listening = _listen(address, service)
    if listening is None:
        return
    with listening:
        server = Server(
            GatewayMetrics(service.registry), listening, service.settings.gateway_proxies
        )
        server.metrics.counts_from_nought(rate.name for rate in RATES)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.until_stopped(service))
            cases = await opened_cases(service, outside)
            if cases is None:
                return
            try:
                store = await service.patiently(outside.open_gateway, "store", final=STORE_REFUSALS)
                if store is None:
                    return
                try:
                    await _serve(
                        service, outside, live_config, clock, cases, store, server, contract
                    )
                finally:
                    with suppress(StoreUnavailable):
                        await store.close()
            finally:
                await cases.close()


async def _serve(
    service: Service,
    outside: Outside,
    live_config: LiveConfig,
    clock: TimeSource,
    cases: CaseStore,
    store: GatewayStore,
    server: Server,
    contract: Contract | None,
) -> None:
    intake = Intake(outside.broker("pintu gateway"), service, server.metrics)
    updates = Updates(lambda: outside.client("pintu gateway updates"))

    async def remember(each: Sequence[tuple[bytes, bytes]]) -> Sequence[bytes | PintuError]:
        first = await store.submitted([Submitted(*one) for one in each], clock.now())
        return [first[key] for key, _ in each]

    pins = await service.patiently(lambda: store.secret("pins"), "store")
    links = await service.patiently(lambda: store.secret(LINKS), "store")
    signing = await service.patiently(lambda: store.secret("attachments"), "store")
    forms = await service.patiently(lambda: store.secret("forms"), "store")
    if pins is None or links is None or signing is None or forms is None:
        return
    counted = AttachmentMetrics(service.registry)
    files = Links(signing, service.settings.gateway_url or server.address)
    attachments = _attachments(service.settings, store, files, clock, counted)
    remembering = Batches[tuple[bytes, bytes], bytes](remember)
    parked = ParkedRoom(outside.open_parked, clock.now)
    indexing = Indexing(cases, clock)
    world = Gateway(
        live_config,
        cases,
        store,
        intake,
        updates,
        Rates(),
        remembering,
        clock,
        pins,
        attachments,
        service.settings.gateway_url,
        links,
        forms,
        _desk(outside, live_config, cases, clock),
        lambda: parked,
        server.metrics,
        request_spans(service.tracing, live_config),
        indexing,
        second_factor=service.settings.second_factor,
        oidc=_oidc(service.settings, server.address),
        state=service.settings.state_dir,
    )
    server.open(application(world, server.metrics, version("pintu"), contract))
    service.health.holds("consuming", "store")
    log.info(
        "gateway.serves", broker=shown(outside.address.url), gateway=server.address,
        http=service.url,
    )  # fmt: skip
    async with asyncio.TaskGroup() as tasks:
        others = [
            tasks.create_task(intake.run()),
            tasks.create_task(remembering.run()),
            tasks.create_task(keep_counts(world)),
        ]
        tasks.create_task(watch_store(service, store))
        tasks.create_task(_forget(service, store, clock, world.wall))
        watch = AttachmentWatch(service, attachments, cases, clock, counted)
        tasks.create_task(watch.run())
        tasks.create_task(watch_keys(service, world))
        tasks.create_task(watch_search(service, indexing, server.metrics))
        await service.stop.wait()
        # What was taken in is still confirmed; then the ways out are closed.
        await server.left()
        for task in others:
            task.cancel()
        await parked.close()
    await updates.close()


def _desk(
    outside: Outside, live_config: LiveConfig, cases: CaseStore, clock: TimeSource
) -> Callable[[], DeskSession]:
    """Makes what the use cases of the desk work with, by the rules of the moment."""

    @asynccontextmanager
    async def reach() -> AsyncIterator[Outside]:
        yield outside

    def session() -> DeskSession:
        return DeskSession(live_config.rules, live_config.clocks, cases, clock, "", reach)

    return session


def _oidc(settings: Settings, address: str) -> OidcProvider | None:
    """Where people sign in elsewhere, by the settings. Raises BadConfiguration."""
    given = whole_client(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if given is None:
        return None
    issuer, client, secret = given
    back = f"{settings.gateway_url or address}{BACK}"
    return OidcProvider(issuer, client, secret, settings.oidc_name or "SSO", back)


def _attachments(
    settings: Settings,
    store: GatewayStore,
    links: Links,
    clock: TimeSource,
    metrics: AttachmentMetrics,
) -> Attachments:
    """By the settings. Raises BadConfiguration."""
    most = Most(settings.attachment_bytes, settings.attachment_count)
    scanner = Scanner(settings.clamd) if settings.clamd else None
    folder = folder_of(attachments_place(settings))
    return Attachments(store.attachments, folder, links, most, clock, metrics, scanner)


async def _forget(
    service: Service, store: GatewayStore, clock: TimeSource, wall: Callable[[], datetime]
) -> None:
    async def old() -> None:
        await forget(store, service.settings, clock.now())
        await forget_people(store.people, service.settings, wall())

    await service.every(_FORGET_EVERY, old)


def _listen(address: tuple[str, int], service: Service) -> socket.socket | None:
    """The socket; None where several parts share the process and somebody else has the default."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as why:
        listening.close()
        told = (
            f"cannot listen on {host}:{port}: {why.strerror}; set PINTU_GATEWAY to another"
            " host:port, or to off"
        )
        if service.settings.gateway is None and service.name == "all":
            # Nobody asked for it: the rest is not to fail for a port that another program has.
            log.warning("gateway.off", error=told)
            service.health.holds("connected", "publishing", "consuming", "store")
            return None
        raise PortTaken(told) from why
    listening.setblocking(False)
    return listening

"""``pintu run gateway``: the doors over HTTP."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.metadata import version
from typing import Final

import structlog
import uvicorn

from broker.amqp.address import shown
from broker.errors import STORE_REFUSALS, PintuError, StoreUnavailable
from broker.ports import CaseStore, GatewayStore, Submitted, TimeSource
from consumers.runtime.case_store import opened_cases
from consumers.runtime.health_http import PortTaken
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import GatewayMetrics
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from consumers.runtime.store_watch import watch_store
from gateway.api.application import application
from gateway.api.asking import Updates
from gateway.api.batching import Batches
from gateway.api.connections import Connections, limits_here
from gateway.api.documents import Contract
from gateway.api.rates import Rates
from gateway.api.sending import Intake
from gateway.api.world import Gateway, keep_counts

log = structlog.get_logger()

DEFAULT: Final = ("127.0.0.1", 8080)
_GRACE: Final = 5
"""Seconds for requests that are under way when the process is told to stop."""
_FORGET_EVERY: Final = 600.0
_REMEMBERED: Final = timedelta(days=90)
"""For which an idempotency key is: as long as a message may wait in a queue."""
_AT_ONCE: Final = 10_000


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
        cases = await opened_cases(service, outside)
        if cases is None:
            return
        try:
            store = await service.patiently(outside.open_gateway, "store", final=STORE_REFUSALS)
            if store is None:
                return
            try:
                await _serve(
                    service, outside, live_config, clock, cases, store, listening, contract
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
    listening: socket.socket,
    contract: Contract | None,
) -> None:
    intake = Intake(outside.broker("pintu gateway"), service)
    updates = Updates(lambda: outside.client("pintu gateway updates"))

    async def remember(each: Sequence[tuple[bytes, bytes]]) -> Sequence[bytes | PintuError]:
        first = await store.submitted([Submitted(*one) for one in each], clock.now())
        return [first[key] for key, _ in each]

    pins = await service.patiently(lambda: store.secret("pins"), "store")
    if pins is None:
        return
    remembering = Batches[tuple[bytes, bytes], bytes](remember)
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
        service.settings.gateway_url,
    )
    metrics = GatewayMetrics(service.registry)
    app = application(world, metrics, version("pintu"), contract)
    connections = Connections(limits_here(), lambda status: metrics.answered("-", "-", status, 0))
    server = _Server(
        uvicorn.Config(
            app,
            http=connections.protocol,
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1,::1",
            timeout_graceful_shutdown=_GRACE,
            timeout_keep_alive=int(connections.limits.idle),
        )
    )
    service.health.holds("consuming", "store")
    host, port = listening.getsockname()[:2]
    log.info(
        "gateway.serves", broker=shown(outside.address.url), gateway=f"http://{host}:{port}",
        http=service.url,
    )  # fmt: skip
    async with asyncio.TaskGroup() as tasks:
        others = [
            tasks.create_task(intake.run()),
            tasks.create_task(remembering.run()),
            tasks.create_task(keep_counts(world)),
            tasks.create_task(connections.run()),
        ]
        tasks.create_task(watch_store(service, store))
        tasks.create_task(_forget(service, store, clock))
        tasks.create_task(_until_stopped(service, server, listening))
        await service.stop.wait()
        # What was taken in is still confirmed; then the ways out are closed.
        while not server.should_exit or server.server_state.connections:
            await asyncio.sleep(0.05)
            if server.force_exit:
                break
        for task in others:
            task.cancel()
    await updates.close()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the service's."""
        yield


async def _until_stopped(
    service: Service, server: uvicorn.Server, listening: socket.socket
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await service.stop.wait()
    server.should_exit = True
    await serving


async def _forget(service: Service, store: GatewayStore, clock: TimeSource) -> None:
    async def step() -> None:
        while await store.forget(clock.now() - _REMEMBERED, _AT_ONCE) == _AT_ONCE:
            pass

    await service.every(_FORGET_EVERY, step)


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

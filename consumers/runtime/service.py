"""What every long-running command has around its work: signals, health over HTTP, supervision."""

import asyncio
import copy
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar

import structlog
from prometheus_client import CollectorRegistry

from broker.errors import PintuError, Unavailable
from config.logging import where
from config.settings import Settings
from consumers.runtime.health import Health
from consumers.runtime.health_http import serving
from consumers.runtime.metrics import (
    CommonMetrics,
    EscalationMetrics,
    HealthMetrics,
    StoreMetrics,
)
from consumers.runtime.outage_log import BROKER, STORE, WATCH, WATCH_FAULT, fault_of, kind_of
from consumers.runtime.tracing import tracing
from consumers.runtime.waiting import Backoff

if TYPE_CHECKING:
    from consumers.runtime.tracing.exporting import Tracing

T = TypeVar("T")

log = structlog.get_logger()

_AWAY: Final = (BROKER, STORE, WATCH)
_LOOPS: Final = count()
"""Each tells of outages under a number of its own."""

PORTS: Final = {
    "all": 9464,
    "router": 9464,
    "cases": 9465,
    "escalations": 9466,
    "gateway": 9467,
    "mail": 9469,
    "webhooks": 9468,
    "learner": 9463,
}

_TIDY_UP: Final = 2.0
"""Seconds for work that is cancelled; a broker that hangs is left without a farewell."""
_STDOUT, _STDERR = 1, 2
_SAME_SIGNAL: Final = 0.5
"""Seconds; timeout(1) and others send one signal twice, to the process and to its group."""


class Service:
    """One process: its stop signal, its health, its metrics."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.stop = asyncio.Event()
        self.reload = asyncio.Event()
        """Set by SIGHUP; whoever reads the configuration again clears it."""
        self.health = Health(name)
        self.registry = CollectorRegistry()
        self.metrics = CommonMetrics(self.registry)
        self.health_metrics = HealthMetrics(self.registry)
        self.escalation_metrics = cache(partial(EscalationMetrics, self.registry))
        """Of whoever fires rungs in this process: the cases too, before an update."""
        self.store_metrics = cache(partial(StoreMetrics, self.registry))
        """Of whoever looks at the case store in this process: cases and escalations."""
        self.tracing: Tracing | None = None
        """Where it is switched on."""
        self.url: str | None = None
        self.declared = asyncio.Event()
        """Set once the topology stands."""
        self._signalled_at = 0.0
        self._on_terminal = os.isatty(_STDERR)

    def split(self, parts: Iterable[str]) -> "dict[str, Service]":
        """This service as each of several parts sees it: with a health of its own, and the
        stop signal, the metrics and the topology of all."""
        return {name: self._seen_by(health) for name, health in self.health.split(parts).items()}

    def _seen_by(self, health: Health) -> "Service":
        view = copy.copy(self)
        view.health = health
        return view

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer signals and HTTP while the block runs."""
        async with AsyncExitStack() as stack:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._signalled, number)
                stack.callback(loop.remove_signal_handler, number)
            loop.add_signal_handler(signal.SIGHUP, self._hung_up)
            stack.callback(loop.remove_signal_handler, signal.SIGHUP)
            address = self.settings.http or ("127.0.0.1", PORTS[self.name])
            if address != "off":
                self.url = await stack.enter_async_context(
                    serving(
                        address,
                        self.registry,
                        self.health,
                        before_scrape=partial(self.health_metrics.show, self.health),
                    )
                )
            self.tracing = tracing(os.environ, self.name)
            if self.tracing is not None:
                stack.callback(self.tracing.close)
            try:
                yield
            finally:
                self.health.outages.finish()

    async def patiently(
        self,
        what: Callable[[], Awaitable[T]],
        condition: str,
        *,
        final: tuple[type[Unavailable], ...] = (),
    ) -> T | None:
        """Try until it works; None where the process is told to stop first.

        ``final``: what is raised and not tried again.
        """
        backoff, who = Backoff(), f"{self.health.part} {next(_LOOPS)}"
        outages = self.health.outages
        while not self.stop.is_set():
            try:
                found = await self.unless_stopped(what())
            except final:
                raise
            except Unavailable as why:
                self.health.fails(condition, str(why))
                outages.met(kind_of(why), who, str(why))
                await self.sleep(backoff.next())
            else:
                for kind in _AWAY:
                    outages.over(kind, who)
                return found
        return None

    async def every(self, seconds: float, what: Callable[[], Awaitable[None]]) -> None:
        """Repeat until stopped; what is unavailable, or failed, is tried again the next time."""
        who, outages = f"{self.health.part} {next(_LOOPS)}", self.health.outages
        fault = fault_of(WATCH_FAULT, who)
        while not self.stop.is_set():
            try:
                await self.unless_stopped(what())
                for kind in (*_AWAY, fault):
                    outages.over(kind, who)
            except Unavailable as why:
                outages.met(kind_of(why), who, str(why), beside=True)
            except PintuError:
                raise
            except Exception as error:  # what is only watched must not end the work beside it
                outages.met(fault, who, where(error))
            outages.look()
            await self.sleep(seconds)

    async def unless_stopped(self, work: Awaitable[T]) -> T | None:
        """What the work gives; None where the process is told to stop: it is cancelled then."""
        working = asyncio.ensure_future(work)
        stopping = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.wait({working}, timeout=_TIDY_UP)
        return working.result() if working.done() and not working.cancelled() else None

    async def sleep(self, seconds: float, *, wakes: asyncio.Event | None = None) -> None:
        """So many seconds, or until the process is told to stop, or ``wakes`` is set."""
        events = [self.stop] if wakes is None else [self.stop, wakes]
        waiting = [asyncio.create_task(event.wait()) for event in events]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    def _signalled(self, number: signal.Signals) -> None:
        moment = asyncio.get_running_loop().time()
        if self.stop.is_set() and moment - self._signalled_at < _SAME_SIGNAL:
            return
        if self.stop.is_set():
            log.warning("service.left_at_once")
            os._exit(128 + number)
        log.info("service.stopping", signal=signal.Signals(number).name)
        self._signalled_at = moment
        self.stop.set()

    def _hung_up(self) -> None:
        """SIGHUP: read the configuration again; or the terminal that it was started on is gone."""
        if self._on_terminal and not os.isatty(_STDERR):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for gone in (_STDOUT, _STDERR):  # a line of the log would fail there
                os.dup2(nowhere, gone)
            self._signalled(signal.SIGHUP)
        else:
            self.reload.set()

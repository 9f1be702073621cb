"""uvicorn as a part of this program: it listens from the first moment on."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import uvicorn
from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from consumers.runtime.metrics import GatewayMetrics
from consumers.runtime.service import Service
from gateway.api.application import Answers, Surrounded
from gateway.api.connections import Connections, limits_here
from gateway.api.problems import Problem

_GRACE: Final = 5
"""Seconds for requests that are under way when the process is told to stop."""


_ANSWERS: Final = Answers(None)


class Entrance:
    """Whoever comes before the stores are open is told so at once, and does not wait for them."""

    def __init__(self, metrics: GatewayMetrics) -> None:
        self._app: ASGIApp = Surrounded(_closed, metrics, _ANSWERS)

    def open(self, app: ASGIApp) -> None:
        """From now on that one answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def _closed(scope: Scope, receive: Receive, send: Send) -> None:
    await _ANSWERS.to(Request(scope), Problem("store-away"))(scope, receive, send)


class Server(uvicorn.Server):
    """Serves on a socket that listens already, until the service is told to stop.

    ``proxies``: whose X-Forwarded-For is believed.
    """

    def __init__(
        self, metrics: GatewayMetrics, listening: socket.socket, proxies: Sequence[str]
    ) -> None:
        self.metrics = metrics
        self._connections = Connections(
            limits_here(), lambda status: metrics.answered("-", "-", status, 0)
        )
        self._entrance = Entrance(metrics)
        self._listening = listening
        super().__init__(
            uvicorn.Config(
                self._entrance,
                http=self._connections.protocol,
                ws="none",
                loop="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=True,
                forwarded_allow_ips=list(proxies),
                timeout_graceful_shutdown=_GRACE,
                timeout_keep_alive=int(self._connections.limits.idle),
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the service's."""
        yield

    @property
    def address(self) -> str:
        """Its own, for the log."""
        host, port = self._listening.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def open(self, app: ASGIApp) -> None:
        """From now on the application answers."""
        self._entrance.open(app)

    async def until_stopped(self, service: Service) -> None:
        """Serve; then answer what is under way, and close every connection."""
        serving = asyncio.create_task(self.serve(sockets=[self._listening]))
        watching = asyncio.create_task(self._connections.run())
        try:
            await service.stop.wait()
            self.should_exit = True
            await serving
        finally:
            watching.cancel()
            serving.cancel()

    async def left(self) -> None:
        """Until nobody is served any more, after ``until_stopped`` was told to stop."""
        while not self.should_exit or self.server_state.connections:
            await asyncio.sleep(0.05)
            if self.force_exit:
                return

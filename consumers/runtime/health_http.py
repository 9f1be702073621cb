"""/metrics, /livez and /readyz."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from broker.errors import PintuError
from consumers.runtime.health import Health


class PortTaken(PintuError):
    """The HTTP address cannot be listened on."""


@asynccontextmanager
async def serving(
    address: tuple[str, int],
    registry: CollectorRegistry,
    health: Health,
    *,
    before_scrape: Callable[[], None] = lambda: None,
) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address as a URL.

    Raises:
        PortTaken: somebody else listens there.
    """

    async def metrics(_: web.Request) -> web.Response:
        before_scrape()
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def livez(_: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def readyz(_: web.Request) -> web.Response:
        told = {"ready": health.ready, "wanting": health.wanting, "since": health.since}
        return web.json_response(told, status=200 if health.ready else 503)

    app = web.Application()
    app.add_routes(
        [
            web.get("/metrics", metrics),
            web.get("/livez", livez),
            web.get("/readyz", readyz),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    host, port = address
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as why:
        await runner.cleanup()
        raise PortTaken(
            f"cannot listen on {host}:{port}: {why.strerror}; set PINTU_HTTP to another"
            " host:port, or to off"
        ) from why
    try:
        bound = runner.addresses[0]
        yield f"http://{bound[0]}:{bound[1]}"
    finally:
        await runner.cleanup()

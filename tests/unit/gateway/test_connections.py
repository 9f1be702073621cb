"""Whoever is slow, or never says anything, holds a connection for a bounded time, and keeps nobody
else from one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from gateway.api.connections import Connections, Limits, limits_here
from tests.support.eventually import eventually_async

BRIEF = 0.2
LONG = 3600.0
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LARGE = b"x" * 20_000_000


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """``/wait`` reads the body first; ``/large`` has a large answer."""
    if scope["path"] == "/wait":
        while (await receive()).get("more_body"):
            pass
    body = LARGE if scope["path"] == "/large" else b"yes"
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Wire]]


@asynccontextmanager
async def _serving(limits: Limits, statuses: list[int] | None = None) -> AsyncIterator[Connect]:
    connections = Connections(limits, (statuses if statuses is not None else []).append)
    config = uvicorn.Config(
        _app, http=connections.protocol, ws="none", lifespan="off", log_config=None, port=0
    )
    server = uvicorn.Server(config)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    sweeping = asyncio.create_task(connections.run(every=0.02))
    port = server.servers[0].sockets[0].getsockname()[1]
    opened: list[asyncio.StreamWriter] = []

    async def connect() -> Wire:
        wire = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
        opened.append(wire[1])
        return wire

    try:
        yield connect
    finally:
        sweeping.cancel()
        for writer in opened:
            writer.close()
        server.force_exit = True
        await server.shutdown()


async def _ended(wire: Wire) -> bytes:
    """What came until the other side ended it."""
    try:
        return await asyncio.wait_for(wire[0].read(), 30)
    except ConnectionResetError:
        return b""


async def _answered(wire: Wire, sent: bytes = GET) -> bool:
    wire[1].write(sent)
    head = await asyncio.wait_for(wire[0].readuntil(b"\r\n\r\n"), 30)
    return head.startswith(b"HTTP/1.1 200") and await wire[0].readexactly(3) == b"yes"


def limits(**given: float) -> Limits:
    patient = Limits(100, head_within=LONG, idle=LONG, rest_within=LONG, unread=LONG)
    return replace(patient, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", [b"", b"GET / HT", GET[:-2], GET[:-2] + b"X: ", b"\r\n\r\n"])
async def test_a_head_that_never_ends_ends_the_connection(sent: bytes) -> None:
    async with _serving(limits(head_within=BRIEF)) as connect:
        wire = await connect()
        wire[1].write(sent)
        assert await _ended(wire) == b""


async def test_bytes_that_drip_do_not_make_the_time_for_a_head_longer() -> None:
    async with _serving(limits(head_within=BRIEF)) as connect:
        wire = await connect()
        ended = asyncio.create_task(_ended(wire))

        def drips() -> bool:
            wire[1].write(b"\r\n")
            return ended.done()

        await eventually_async(drips)


async def test_a_connection_that_asks_nothing_more_is_ended() -> None:
    async with _serving(limits(idle=BRIEF)) as connect:
        wire = await connect()
        assert await _answered(wire)
        assert await _ended(wire) == b""


async def test_the_rest_of_a_body_that_nobody_waits_for_is_read_for_a_while_only() -> None:
    async with _serving(limits(rest_within=BRIEF)) as connect:
        wire = await connect()
        sent = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
        assert await _answered(wire, sent)
        assert await _ended(wire) == b""


async def test_only_so_much_of_such_a_rest_is_read() -> None:
    async with _serving(limits(rest=100_000)) as connect:
        wire = await connect()
        assert await _answered(
            wire, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n"
        )
        wire[1].write(b"x" * 9_000_000)
        assert await _ended(wire) == b""


async def test_a_reader_who_takes_nothing_of_an_answer_is_left() -> None:
    async with _serving(limits(unread=BRIEF)) as connect:
        reader, writer = await connect()
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        transport = writer.transport
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()

        # It is ended although its reader reads nothing: writing to it fails then.
        def is_left() -> bool:
            writer.write(b"x")
            return transport.is_closing()

        await eventually_async(is_left)
        assert len(await _ended((reader, writer))) < len(LARGE)


async def test_where_all_are_taken_the_one_that_waits_longest_makes_room() -> None:
    async with _serving(limits(connections=8)) as connect:
        slow = await connect()
        slow[1].write(b"POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        silent = [await connect() for _ in range(7)]
        for _ in range(50):
            wire = await connect()
            assert await _answered(wire)
        for wire in (slow, *silent):
            assert await _ended(wire) == b""


async def test_a_head_beyond_all_bounds_is_refused_before_it_ends() -> None:
    statuses: list[int] = []
    async with _serving(limits(head=10_000), statuses) as connect:
        wire = await connect()
        wire[1].write(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        ended = asyncio.create_task(_ended(wire))

        def is_refused() -> bool:
            wire[1].write(b"a" * 6_000)
            return ended.done()

        await eventually_async(is_refused)
    assert statuses == [431]


def test_connections_leave_files_for_the_rest_of_the_process() -> None:
    assert 16 <= limits_here().connections <= 4096

"""A TCP server that says one thing and closes."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Answering:
    """Where it listens, on the loopback."""

    port: int


@asynccontextmanager
async def answering(says: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[Answering]:
    """Answer every connection with the same bytes while the block runs."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield Answering(server.sockets[0].getsockname()[1])

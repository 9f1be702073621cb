"""A virus scanner that speaks clamd's protocol, and finds what is called a virus here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.attachments.scanning import Scanner


@dataclass
class Clamd:
    """``most``: its StreamMaxLength; ``says``: what it answers whatever it sees."""

    most: int = 1 << 25
    says: bytes | None = None
    seen: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        answer = b"PONG" if command == b"zPING\0" else b"UNKNOWN COMMAND"
        if command == b"zINSTREAM\0":
            answer = await self._scan(reader)
        if self.says is not None:
            answer = self.says
        if answer:
            writer.write(answer + b"\0")
        writer.close()

    async def _scan(self, reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
            if len(content) > self.most:
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if b"EICAR" in content else b"stream: OK"


@asynccontextmanager
async def clamd(path: str | None = None, **more: object) -> AsyncIterator[tuple[Clamd, Scanner]]:
    """One that serves, by TCP or on a socket, and the way to it."""
    made = Clamd(**more)  # type: ignore[arg-type]  # fields of it
    if path is None:
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server, address = await asyncio.start_unix_server(made.serve, path), path
    async with server:
        yield made, Scanner(address)

"""A RabbitMQ that is none: it shakes hands, then says what a test wants it to say."""

import asyncio
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from pamqp import base, commands
from pamqp.commands import Basic
from pamqp.common import FieldTable

from tests.support.amqp_frames import confirm, method, unmarshalled
from tests.support.amqp_wire import agreeable

CAPABILITIES: FieldTable = {
    "publisher_confirms": True,
    "consumer_cancel_notify": True,
    "basic.nack": True,
}

Instead = Callable[[int, base.Frame], bytes | None]
"""What is said to a method on a channel instead of the usual answer; None for the usual one."""


def nothing(_: int) -> bytes:
    return b""


@dataclass
class Server:
    """``says``: for the n-th consumer that comes, from 0, what it hears."""

    says: Callable[[int], bytes] = nothing
    frame_max: int = 131_072
    heartbeat: int = 0
    mechanisms: str = "AMQPLAIN PLAIN"
    start: bytes | None = None
    """Instead of connection.start."""
    instead: Instead = lambda channel, asked: None
    tls: ssl.SSLContext | None = None
    consumers: int = 0
    url: str = ""
    port: int = 0
    asked: list[base.Frame] = field(default_factory=list)
    """Every method that was heard, of all connections."""
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            await self._serve(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self.open.discard(writer)
            writer.close()

    def says_to_all(self, data: bytes) -> None:
        for writer in self.open:
            writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        if self.start is not None:
            writer.write(self.start)
            await reader.read()
            return
        properties: FieldTable = {"capabilities": CAPABILITIES}
        writer.write(method(commands.Connection.Start(0, 9, properties, self.mechanisms), 0))
        published: Counter[int] = Counter()
        while True:
            head = await reader.readexactly(7)
            kind, channel, size = struct.unpack(">BHI", head)
            payload = (await reader.readexactly(size + 1))[:-1]
            if kind != 1:
                continue
            asked = cast(base.Frame, unmarshalled(kind, channel, payload))
            self.asked.append(asked)
            if isinstance(asked, commands.Channel.Open):
                published[channel] = 0
            published[channel] += isinstance(asked, Basic.Publish)
            said = self.instead(channel, asked)
            if said is None:
                said = self._usual(channel, asked, published[channel])
            writer.write(said)
            if isinstance(asked, commands.Connection.Close) and said:
                return

    def _usual(self, channel: int, asked: base.Frame, published: int) -> bytes:
        match asked:
            case commands.Connection.StartOk():
                return method(commands.Connection.Tune(2047, self.frame_max, self.heartbeat), 0)
            case commands.Connection.Open():
                return method(commands.Connection.OpenOk(), 0)
            case Basic.Publish():
                return confirm(published, channel=channel)
            case Basic.Consume():
                said = agreeable(channel, asked) + self.says(self.consumers)
                self.consumers += 1
                return said
            case _:
                return agreeable(channel, asked)


@asynccontextmanager
async def serving(server: Server, port: int = 0) -> AsyncIterator[Server]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", port, ssl=server.tls)
    server.port = listening.sockets[0].getsockname()[1]
    scheme, host = ("amqps", "localhost") if server.tls else ("amqp", "127.0.0.1")
    server.url = f"{scheme}://guest:guest@{host}:{server.port}/"
    try:
        yield server
    finally:
        listening.close()
        for writer in list(server.open):
            writer.transport.abort()
        # What is left running cleans up behind itself.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            _, pending = await asyncio.wait(others, timeout=5)
            if pending:
                break

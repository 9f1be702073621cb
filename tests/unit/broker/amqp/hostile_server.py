"""A RabbitMQ that is none: it shakes hands, then says what a test wants it to say."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pamqp.frame
from pamqp import base, commands
from pamqp.common import FieldTable

CAPABILITIES: FieldTable = {
    "publisher_confirms": True,
    "consumer_cancel_notify": True,
    "basic.nack": True,
}


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def a_delivery(tag: int, body: bytes) -> bytes:
    deliver = b"\x00\x3c\x00\x3c" + b"\x01c" + struct.pack(">QB", tag, 0) + b"\x01e\x01k"
    head = struct.pack(">HHQH", 60, 0, len(body), 0)
    return frame(1, 1, deliver) + frame(2, 1, head) + frame(3, 1, body)


@dataclass
class Server:
    """``says``: for the n-th consumer that comes, from 0, what it hears."""

    says: Callable[[int], bytes]
    frame_max: int = 131_072
    start: bytes | None = None
    """Instead of connection.start."""
    consumers: int = 0
    url: str = ""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def send(method: base.Frame, channel: int) -> None:
            writer.write(pamqp.frame.marshal(method, channel))

        await reader.readexactly(8)
        if self.start is not None:
            writer.write(self.start)
            await reader.read()
            return
        properties: FieldTable = {"capabilities": CAPABILITIES}
        send(commands.Connection.Start(server_properties=properties), 0)
        while True:
            head = await reader.readexactly(7)
            kind, channel, size = struct.unpack(">BHI", head)
            rest = await reader.readexactly(size + 1)
            if kind != 1:
                continue
            _, _, method = pamqp.frame.unmarshal(head + rest)
            match method:
                case commands.Connection.StartOk():
                    send(commands.Connection.Tune(2047, self.frame_max, 0), 0)
                case commands.Connection.Open():
                    send(commands.Connection.OpenOk(), 0)
                case commands.Connection.Close():
                    send(commands.Connection.CloseOk(), 0)
                    return
                case commands.Channel.Open():
                    send(commands.Channel.OpenOk(), channel)
                case commands.Channel.Close():
                    send(commands.Channel.CloseOk(), channel)
                case commands.Confirm.Select():
                    send(commands.Confirm.SelectOk(), channel)
                case commands.Basic.Qos():
                    send(commands.Basic.QosOk(), channel)
                case commands.Basic.Consume():
                    send(commands.Basic.ConsumeOk("c"), channel)
                    writer.write(self.says(self.consumers))
                    self.consumers += 1


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Server]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"amqp://guest:guest@127.0.0.1:{port}/"
    try:
        yield server
    finally:
        listening.close()
        # What the library left running cleans up behind itself.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            _, pending = await asyncio.wait(others, timeout=5)
            if pending:
                break

"""A gate between a program and a server on this machine: shut, cut or held, as in an outage."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Gate:
    """Passes bytes on in both directions while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._server_address = (host, port)
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._listening: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Refuse new connections and cut those that are there: the server is gone."""
        if self._listening is not None:
            self._listening.close()
        self.cut()
        self.release()
        if self._serving:
            await asyncio.wait(self._serving)

    def cut(self) -> None:
        """Cut the connections that are there."""
        for writer in self._writers:
            writer.transport.abort()

    def hold(self) -> None:
        """Pass nothing on, and say nothing: the server hangs."""
        self._flows.clear()

    def release(self) -> None:
        self._flows.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._server_address)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass(reader, back))
            group.create_task(self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError):
            while chunk := await reader.read(65536):
                await self._flows.wait()
                writer.write(chunk)
                await writer.drain()
        self._writers.discard(writer)
        writer.close()


@asynccontextmanager
async def gate_to(host: str, port: int) -> AsyncIterator[Gate]:
    gate = Gate(host, port)
    await gate.open()
    try:
        yield gate
    finally:
        await gate.shut()

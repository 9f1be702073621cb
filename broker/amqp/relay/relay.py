"""The listener: for each connection of a foreign client one of its own to RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote

from broker.amqp.address import Address, parse_address
from broker.amqp.relay.seen import Faults, Link, Seen
from broker.amqp.relay.splitting import Frame, Frames
from broker.amqp.relay.watching import Watching

_CHUNK = 64 * 1024


class Relay:
    """``url`` is where the foreign client has to connect. What it does comes into ``seen``."""

    def __init__(self, address: Address) -> None:
        self.seen = Seen()
        self.faults = Faults()
        self.url = ""
        self._address = address
        self._at_work: dict[asyncio.Task[None], Link] = {}

    def cut(self) -> int:
        """Lose every connection that there is now; how many."""
        found = [(job, link) for job, link in self._at_work.items() if link.opened]
        for job, link in found:
            link.cut = True
            job.cancel()
        return len(found)

    def listens_at(self, host: str, port: int) -> None:
        """Tell the client's URL."""
        login = f"{quote(self._address.user, safe='')}:{quote(self._address.password, safe='')}"
        at = f"[{host}]" if ":" in host else host
        self.url = f"amqp://{login}@{at}:{port}/{quote(self._address.vhost, safe='')}"

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end leaves."""
        link = Link(len(self.seen.links) + 1)
        self.seen.links.append(link)
        job = asyncio.current_task()
        assert job is not None
        self._at_work[job] = link
        # What is cancelled here was meant to end: asyncio would write a traceback of it.
        with suppress(OSError, asyncio.CancelledError):
            await self._pass_on(link, reader, writer)
        del self._at_work[job]
        link.closed = True
        writer.close()
        self.seen.news.set()

    async def leave(self) -> None:
        """End what there is."""
        for job in list(self._at_work):
            job.cancel()
        while self._at_work:
            await asyncio.wait(list(self._at_work))

    async def _pass_on(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        theirs_in, theirs_out = await self._connected()
        watching = Watching(self.seen, link, self.faults)
        up = asyncio.create_task(
            _pump(link, reader, theirs_out, Frames(greeted=False), watching.from_client)
        )
        down = asyncio.create_task(
            _pump(link, theirs_in, writer, Frames(greeted=True), watching.from_server)
        )
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in (up, down):
                pump.cancel()
            await asyncio.wait({up, down})
            theirs_out.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        failure: OSError = OSError("no host")
        context = self._address.tls.context() if self._address.tls else None
        for host, port in self._address.hosts:
            try:
                return await asyncio.open_connection(host, port, ssl=context)
            except OSError as why:
                failure = why
        raise failure


async def _pump(
    link: Link,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    frames: Frames,
    see: Callable[[Frame], bytes | None],
) -> None:
    """Pass on until the end, or until the link is cut."""
    while chunk := await reader.read(_CHUNK):
        for frame in frames.of(chunk):
            if link.cut:
                return
            if (raw := see(frame)) is not None:
                writer.write(raw)
        await writer.drain()
        if link.cut:
            return


@asynccontextmanager
async def relay(url: str, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Relay]:
    """A relay to the RabbitMQ of an AMQP URL, on a port of its own where 0 is given.

    The client speaks plain TCP with it, whatever the URL says.

    Raises:
        OSError: the port is taken.
        ValueError: not a usable URL.
    """
    made = Relay(parse_address(url))
    server = await asyncio.start_server(made.accept, host, port)
    where = server.sockets[0].getsockname()
    made.listens_at(where[0], where[1])
    try:
        yield made
    finally:
        server.close()
        await made.leave()

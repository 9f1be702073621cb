"""HTTP/1.1 on connections that are kept, with as little as there can be on the asking side: the
machine is shared, and what asks must not be what is measured."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

Request = Callable[[int], bytes]
"""The bytes of the n-th request."""

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


@dataclass
class Load:
    """What came of many requests: seconds each, and how often each status."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    last: bytes = b""
    """The body of one of the last answers."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def within(self, share: float) -> float:
        """Milliseconds within which that share was answered."""
        return sorted(self.took)[min(int(len(self.took) * share), len(self.took) - 1)] * 1e3


def rendered(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """One request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def flat_out(port: int, request: Request, many: int, clients: int) -> Load:
    """So many requests by so many clients, each with one under way at any time."""
    load, numbers = Load(), iter(range(many))

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            await _asked(load, reader, writer, request(number))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    load.seconds = time.perf_counter() - began
    return load


async def paced(port: int, request: Request, rate: float, seconds: float) -> Load:
    """So many a second, whatever becomes of those before; what one takes counts from the moment at
    which it was due."""
    load, free = Load(), list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()

    async def one(number: int, due: float) -> None:
        reader, writer = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
        await _asked(load, reader, writer, request(number), due)
        free.append((reader, writer))

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number, due in _moments(began, rate, seconds):
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            tasks.create_task(one(number, due))
    load.seconds = time.perf_counter() - began
    for _, writer in free:
        writer.close()
    return load


def _moments(began: float, rate: float, seconds: float) -> Iterator[tuple[int, float]]:
    for number in count():
        due = began + number / rate
        if due > began + seconds:
            return
        yield number, due


async def _asked(
    load: Load,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    request: bytes,
    due: float | None = None,
) -> None:
    began = due or time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(_END)
    load.last = await reader.readexactly(_length(head))
    load.took.append(time.perf_counter() - began)
    load.statuses[int(head[9:12])] += 1


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0

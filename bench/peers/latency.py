"""How long a complaint takes from being submitted until its agency has it, at a steady rate."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final

import aio_pika

from bench.peers.load import Load, number_of
from bench.peers.measured import Ended, Running
from broker.messaging import names

_AFTERWARDS: Final = 30.0
"""Seconds that the last messages may take."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds."""

    p50: float
    p99: float


@dataclass(slots=True)
class Observer:
    """One for all programs: sees each delivery at each agency's queue, and takes it away."""

    arrived: dict[int, float] = field(default_factory=dict)
    """The moment, by the number of the complaint."""

    async def take(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        self.arrived.setdefault(number_of(message.body), time.perf_counter())


@asynccontextmanager
async def observing(url: str, load: Load) -> AsyncIterator[Observer]:
    """Consume the queues of all agencies of the load, without acknowledgements."""
    async with await aio_pika.connect(url) as connection:
        channel, observer = await connection.channel(), Observer()
        for name in load.queues():
            queue = await channel.get_queue(name, ensure=False)
            await queue.consume(observer.take, no_ack=True)
        yield observer


async def latency(program: Running, url: str, load: Load, rate: int, seconds: int) -> Latency:
    """Raises Ended when messages are missing in the end."""
    count = rate * seconds
    async with observing(url, load) as observer:
        sent = await _send(url, load, rate, count)
        until = time.perf_counter() + _AFTERWARDS
        while len(observer.arrived) < count:
            program.check()
            if time.perf_counter() > until:
                raise Ended(f"{count - len(observer.arrived)} of {count} complaints are missing")
            await asyncio.sleep(0.05)
    took = [1000 * (observer.arrived[n] - sent[n]) for n in range(count // 10, count)]
    hundredths = quantiles(took, n=100)
    return Latency(hundredths[49], hundredths[98])


async def _send(url: str, load: Load, rate: int, count: int) -> list[float]:
    """The moment at which each was submitted. Nobody waits for a confirm before the next."""
    run, sent = f"l{time.monotonic_ns():x}", [0.0] * count
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        intake = await channel.get_exchange(names.INTAKE, ensure=False)
        started, under_way = time.perf_counter(), set[asyncio.Task[object]]()
        for number in range(count):
            made = load.message(run, number)
            message = aio_pika.Message(
                made.body,
                content_type=made.content_type,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                message_id=made.message_id,
                type=made.type,
            )
            await asyncio.sleep(max(started + number / rate - time.perf_counter(), 0))
            sent[number] = time.perf_counter()
            task: asyncio.Task[object] = asyncio.create_task(
                intake.publish(message, made.routing_key)
            )
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)
    return sent

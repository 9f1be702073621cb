"""How fast a program empties a full intake, and what that costs it and RabbitMQ."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

import aio_pika

from bench.peers.load import Load
from bench.peers.measured import Ended, Measured, Running
from broker.messaging import names

_LOOK_EVERY: Final = 0.02
_STILL: Final = 60.0
"""Seconds without a message after which it is given up."""


@dataclass(frozen=True, slots=True)
class FlatOut:
    rate: float
    """Messages a second."""
    client_cpu: float
    """CPU microseconds a message."""
    rabbitmq_cpu: float
    resident: float
    """MiB at the end."""


class Queues:
    """Their lengths."""

    def __init__(self, channel: aio_pika.abc.AbstractChannel) -> None:
        self._channel = channel

    async def length(self, name: str) -> int:
        found = await self._channel.declare_queue(name, passive=True)
        return found.declaration_result.message_count or 0


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    done: int
    client: float
    rabbitmq: float


async def flat_out(
    program: Running, rabbitmq: Measured, queues: Queues, load: Load, count: int
) -> FlatOut:
    """Measured from a tenth of the messages to the last, by the copies that the cases get.

    Raises:
        Ended: it ended, or stood still, or did not put each message where it belongs.
    """

    async def look(at_least: int) -> _Look:
        done = await _until(program, queues, at_least)
        return _Look(time.perf_counter(), done, program.cpu(), rabbitmq.cpu())

    first = await look(count // 10)
    last = await look(count)
    resident = program.resident()
    messages = last.done - first.done
    if messages < count / 2:
        raise Ended(f"too quick to measure: give it more than {count} complaints")
    await check_distribution(queues, load, count)
    return FlatOut(
        messages / (last.at - first.at),
        (last.client - first.client) / messages * 1e6,
        (last.rabbitmq - first.rabbitmq) / messages * 1e6,
        resident,
    )


async def _until(program: Running, queues: Queues, at_least: int) -> int:
    """Wait for so many messages in the queue of the cases."""
    before, moved = -1, time.perf_counter()
    while (done := await queues.length(names.CASES_QUEUE)) < at_least:
        program.check()
        if done != before:
            before, moved = done, time.perf_counter()
        elif time.perf_counter() - moved > _STILL:
            raise Ended(f"it stands still at {done}\n{program.last_words()}")
        await asyncio.sleep(_LOOK_EVERY)
    return done


async def check_distribution(queues: Queues, load: Load, count: int) -> None:
    """Raises Ended when a queue has another number of messages than the keys of the load ask."""
    for name, wanted in load.expected(count).items():
        if (found := await queues.length(name)) != wanted:
            raise Ended(f"queue {name} got {found} messages instead of {wanted}")

"""Hostile messages amid honest ones: honest ones are routed, and nothing stands still or ends.

By default a fifth of the whole; `HOSTILE_SCALE=1` tries 2,000 amid 20,000: see
docs/reference/limits.md.
"""

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from aiormq.abc import ChannelFrame

from broker.amqp.protocol.connection import batch_channel, connected
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from tests.acceptance.program import Program
from tests.chaos.hostile import hostile, without_id
from tests.chaos.load import declare, depth, find_all, ids, intake_is_empty, publish
from tests.support.eventually import eventually_async

SCALE = float(os.environ.get("HOSTILE_SCALE", "0.2"))
HONEST = int(20_000 * SCALE)
HOSTILE = int(2_000 * SCALE)
SILENT = 2.0
"""Seconds in which /livez answers."""
RESIDENT = 400 * 1024 * 1024


@dataclass
class Watched:
    """The longest that /livez kept somebody waiting, and the most memory."""

    silent: float = 0.0
    resident: int = 0


async def test_honest_complaints_are_routed_amid_hostile_messages(
    amqp_url: str, tmp_path: Path
) -> None:
    await declare(amqp_url)
    program = await asyncio.to_thread(Program, "all", amqp_url, tmp_path)
    watched, confirmed = Watched(), set[int]()
    watching = asyncio.create_task(_watch(program, watched))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(publish(amqp_url, range(HONEST), confirmed))
            tasks.create_task(_publish_hostile(amqp_url))
            tasks.create_task(_publish_without_ids(amqp_url, HOSTILE // 10))

        async def settled() -> bool:
            if program.process.poll() is not None:
                raise RuntimeError(f"the program ended with {program.process.returncode}")
            # What is in hand is in no queue: what was routed is counted.
            routed = await asyncio.to_thread(program.metric, "pintu_routing_seconds_count")
            if routed < HONEST:
                return False
            return await intake_is_empty(amqp_url) and not await depth(amqp_url, names.CASES_QUEUE)

        await eventually_async(settled, within=60 + 240 * SCALE, saying="everything is settled")
        watching.cancel()
        program.signal()
        assert await asyncio.to_thread(program.left, 30) == 0
    finally:
        watching.cancel()
        program.kill()
    print(f"\n/livez silent for {watched.silent:.2f} s, {watched.resident >> 20} MiB at most")
    found = await find_all(amqp_url)
    assert ids(range(HONEST)) <= found.events.keys()
    assert watched.silent < SILENT
    assert watched.resident < RESIDENT
    # What is broken is parked, the rest of the hostile ones is routed or its sender told.
    assert found.parked > 0


async def _watch(program: Program, watched: Watched) -> None:
    """An answer that does not come, or is refused, is silence until the next one."""
    process = psutil.Process(program.process.pid)
    answered = time.monotonic()
    while program.process.poll() is None:
        with suppress(OSError):
            await asyncio.to_thread(program.get, "/livez")
            watched.silent = max(watched.silent, time.monotonic() - answered)
            answered = time.monotonic()
        watched.silent = max(watched.silent, time.monotonic() - answered)
        watched.resident = max(watched.resident, process.memory_info().rss)
        await asyncio.sleep(0.05)


async def _publish_hostile(url: str) -> None:
    broker = RabbitBroker(url, name="hostile")
    messages = list(hostile(HOSTILE - HOSTILE // 10))
    async with broker.publisher(names.INTAKE) as outgoing:
        for start in range(0, len(messages), 10):
            await outgoing.publish(messages[start : start + 10])


async def _publish_without_ids(url: str, count: int) -> None:
    """Properties that no library would write."""
    async with connected(url, "hostile bytes") as connection:
        channel = await batch_channel(connection)
        channel.delivery_tag += count  # so many confirms will come
        for number in range(count):
            payload = without_id("web", f"jalan rusak parah {number}".encode())
            await channel.write_queue.put(ChannelFrame(payload=payload, should_close=False))
        await channel.exchange_declare(names.INTAKE, passive=True)  # answered after all of them

"""The router with everything on, beside what one would write with aio-pika instead.

Run: ``python -m bench.router [--complaints N] [--rounds R] [--soak N]``. One RabbitMQ node of its
own, one topology, the same messages; the relays only copy each message to complaints.events,
the router validates, decides, journals, counts and logs. Nothing is asserted.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

import aio_pika
import orjson
import uvloop

from bench.support.node import a_node, emptied
from bench.support.program import Program
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas.complaint import SUBMITTED

_TEXTS = (
    "jalan berlubang besar di depan pasar, sudah tiga bulan tidak diperbaiki, banyak motor jatuh",
    "lampu jalan mati di simpang tiga dekat sekolah, malam hari gelap sekali pak mohon diperbaiki",
    "sampah menumpuk di TPS samping lapangan, sudah seminggu tidak diangkut, bau sekali",
    "air PDAM tidak mengalir sejak kemarin pagi di seluruh gang kami, tolong dicek min",
    "mau tanya syarat mengurus akta kelahiran anak yang lahir di luar kota, apakah bisa online",
)
_VILLAGES = (("Toboali", "Rias"), ("Airgegas", "Nyelanding"), ("Payung", "Malik"))


def messages(count: int, run: str) -> AsyncIterator[list[Outgoing]]:
    """Batches of submitted complaints of about 700 bytes, every id once."""

    async def batches() -> AsyncIterator[list[Outgoing]]:
        places, texts = cycle(_VILLAGES), cycle(_TEXTS)
        made = (_one(f"{run}-{n}", next(texts), next(places)) for n in range(count))
        while batch := list(islice(made, 500)):
            yield batch

    return batches()


def _one(event_id: str, text: str, place: tuple[str, str]) -> Outgoing:
    body = orjson.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "/channels/web",
            "type": SUBMITTED,
            "time": "2026-11-24T01:02:03Z",
            "datacontenttype": "application/json",
            "data": {
                "text": f"Assalamualaikum, {text}. Terima kasih sebelumnya ({event_id})",
                "title": "Laporan warga",
                "location": {"district": place[0], "village": place[1]},
                "reporter": {"name": "Warga", "phone": "0800-000-0000"},
                "extra": {"form": "v3", "agent": "bench", "session": "x" * 160},
            },
        }
    )
    return Outgoing(names.INTAKE, "web", body, event_id, SUBMITTED)


async def fill(url: str, count: int, run: str) -> None:
    broker = RabbitBroker(url, name="bench filler")
    async with broker.session(names.PARKED_QUEUE, 1) as session:
        async for batch in messages(count, run):
            await session.publish(batch)


async def relay_one_at_a_time(url: str, count: int) -> None:
    """``async for message in queue: publish, ack``: what the tutorials show."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=400)
        exchange = await channel.get_exchange(names.EVENTS, ensure=False)
        queue = await channel.get_queue(names.ROUTER_QUEUE, ensure=False)
        done = 0
        async with queue.iterator() as arriving:
            async for message in arriving:
                await exchange.publish(_copy(message), "routed.dpupr.web")
                await message.ack()
                done += 1
                if done == count:
                    return


async def relay_concurrently(url: str, count: int) -> None:
    """A callback a message, 400 in flight: what one writes when that is too slow."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=400)
        exchange = await channel.get_exchange(names.EVENTS, ensure=False)
        queue = await channel.get_queue(names.ROUTER_QUEUE, ensure=False)
        finished = asyncio.Event()
        done = 0

        async def handle(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            nonlocal done
            await exchange.publish(_copy(message), "routed.dpupr.web")
            await message.ack()
            done += 1
            if done == count:
                finished.set()

        await queue.consume(handle)
        await finished.wait()


def _copy(message: aio_pika.abc.AbstractIncomingMessage) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type=message.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=str(uuid4()),
    )


async def timed(what: Callable[[str, int], Awaitable[None]], url: str, count: int) -> float:
    """Messages a second."""
    await fill(url, count, uuid4().hex[:8])
    started = time.perf_counter()
    await what(url, count)
    return count / (time.perf_counter() - started)


async def routed(url: str, count: int, state: Path) -> tuple[float, float]:
    """The router: messages a second, and CPU microseconds a message."""
    await fill(url, count, uuid4().hex[:8])
    async with Program("router", url, state).running() as process:
        while await process.value("pintu_complaints_received_total") == 0:
            await asyncio.sleep(0.02)
        first, started = await _done(process), time.perf_counter()
        cpu = await process.cpu()
        while (done := await _done(process)) < count:
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - started
        cpu = await process.cpu() - cpu
    return (done - first) / seconds, cpu / (done - first) * 1e6


async def _done(process: Program) -> float:
    return await process.value("pintu_complaints_routed_total") + await process.value(
        "pintu_complaints_triaged_total"
    )


async def drained(url: str) -> None:
    await emptied(url, names.CASES_QUEUE, names.TRIAGE_QUEUE, names.ROUTER_QUEUE)


async def soak(url: str, count: int, state: Path) -> None:
    """Memory after very many complaints through one router."""
    async with Program("router", url, state).running() as process:
        step = 20_000
        for start in range(0, count, step):
            await fill(url, min(step, count - start), uuid4().hex[:8])
            while await _done(process) < min(start + step, count):
                await asyncio.sleep(0.2)
            await drained(url)
            if (start // step) % 5 == 4 or start + step >= count:
                resident = await process.value("process_resident_memory_bytes")
                mebibytes = f"{resident / 2**20:.0f} MiB"
                print(f"{start + step:>9,} complaints: resident {mebibytes}", flush=True)


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--complaints", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--soak", type=int, default=0, metavar="N")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with a_node(Path(folder)) as url:
            if given.soak:
                await soak(url, given.soak, Path(folder) / "soak")
                return
            print("| round | aio-pika, one at a time | aio-pika, 400 in flight | router | CPU |")
            print("| --- | --- | --- | --- | --- |")
            for n in range(given.rounds):
                slow = await timed(relay_one_at_a_time, url, given.complaints // 4)
                await drained(url)
                quick = await timed(relay_concurrently, url, given.complaints)
                await drained(url)
                rate, cpu = await routed(url, given.complaints, Path(folder) / f"state{n}")
                await drained(url)
                print(
                    f"| {n + 1} | {slow:,.0f}/s | {quick:,.0f}/s | {rate:,.0f}/s"
                    f" ({rate / quick:.1f} times) | {cpu:.0f} µs |",
                    flush=True,
                )


if __name__ == "__main__":
    uvloop.run(main())

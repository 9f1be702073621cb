"""The case consumer beside the router flat out, and alone.

Run: ``python -m bench.cases [--complaints N] [--rounds R] [--modes beside alone updates]
[--postgres URL]``. One RabbitMQ node of its own, the shipped topology, ``pintu run router`` and
``pintu run cases`` as an operator runs them, on SQLite or an empty PostgreSQL database. Three
modes: router and cases *beside* each other, the intake full at the start; the cases *alone*, their
queue full at the start; *updates* for those cases (acknowledged, responded, resolved). ``--series``
prints the length of the queue over time. Nothing is asserted.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aio_pika
import orjson
import uvloop

from bench.router import fill
from bench.support.node import a_node, emptied
from bench.support.program import Program
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import CaseStore
from broker.store.cases import open_case_store

_EVERY = 0.25
"""Seconds between two looks at the queue."""
_VERBS = ("acknowledged", "responded", "resolved")


@dataclass
class Watch:
    """The queue and what is in it, looked at now and then."""

    channel: aio_pika.abc.AbstractChannel
    store: CaseStore
    series: list[tuple[float, int, int]] = field(default_factory=list)
    """Seconds since the start, length of the queue ``cases``, length of ``router.intake``."""

    async def length(self, queue: str) -> int:
        found = await self.channel.declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0

    async def cases(self) -> int:
        return sum(count for _, _, count in await self.store.counts())

    async def look(self, since: float) -> tuple[float, int, int]:
        cases = await self.length(names.CASES_QUEUE)
        intake = await self.length(names.ROUTER_QUEUE)
        self.series.append((time.perf_counter() - since, cases, intake))
        return self.series[-1]

    async def until(self, done: Callable[[], Awaitable[bool]], since: float) -> float:
        """Seconds since, when it was so."""
        while not await done():
            await self.look(since)
            await asyncio.sleep(_EVERY)
        return time.perf_counter() - since


@dataclass
class Place:
    """Where a round happens."""

    url: str
    state: Path
    database: str | None
    watch: Watch

    def program(self, name: str) -> Program:
        settings = {"DATABASE_URL": self.database} if self.database else {}
        return Program(name, self.url, self.state, **settings)

    async def empty(self, queue: str) -> bool:
        return await self.watch.length(queue) == 0


async def beside(place: Place, count: int) -> list[str]:
    """Router and cases beside each other, the intake full when they start."""
    await fill(place.url, count, uuid4().hex[:8])
    watch = place.watch
    before = await watch.cases()
    async with (
        place.program("cases").running() as case_consumer,
        place.program("router").running() as router,
    ):
        started, kept, decided = time.perf_counter(), await case_consumer.cpu(), await router.cpu()
        left = await watch.length(names.ROUTER_QUEUE)
        done = await watch.cases() - before
        routing = await watch.until(lambda: place.empty(names.ROUTER_QUEUE), started)
        length = await watch.length(names.CASES_QUEUE)
        behind = count - (await watch.cases() - before)
        decided = await router.cpu() - decided
        kept_by_then, cases_by_then = (
            await case_consumer.cpu() - kept,
            await watch.cases() - before - done,
        )

        async def all_there() -> bool:
            return await watch.cases() - before >= count

        await watch.until(all_there, started)
        return [
            f"{left / routing:,.0f}/s",
            f"{cases_by_then / routing:,.0f}/s",
            f"{max((length for _, length, _ in watch.series), default=0):,}",
            f"{length:,}",
            f"{behind:,}",
            f"{decided / left * 1e6:.0f} µs",
            f"{kept_by_then / cases_by_then * 1e6:.0f} µs",
            f"{router.most_resident()} MiB",
            f"{case_consumer.most_resident()} MiB",
        ]


async def alone(place: Place, count: int) -> list[str]:
    """The cases with a queue that the router filled before."""
    await fill(place.url, count, uuid4().hex[:8])
    watch = place.watch
    async with place.program("router").running():
        await watch.until(lambda: place.empty(names.ROUTER_QUEUE), time.perf_counter())
    return await _drain(place, await watch.length(names.CASES_QUEUE))


async def updates(place: Place, count: int) -> list[str]:
    """What the agencies say of the cases that are there."""
    said = 0
    broker = RabbitBroker(place.url, name="bench agencies")
    async with broker.session(names.PARKED_QUEUE, 1) as session:
        for verb in _VERBS:
            batch: list[Outgoing] = []
            async for case in place.watch.store.listed(most=count):
                if case.agency is not None:
                    batch.append(_update(str(case.complaint_id), case.agency, verb))
            for start in range(0, len(batch), 500):
                await session.publish(batch[start : start + 500])
            said += len(batch)
    return await _drain(place, said)


def _update(complaint: str, agency: str, verb: str) -> Outgoing:
    event_id, kind = uuid4().hex, f"complaint.{verb}.v1"
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/agencies/{agency}",
        "type": kind,
        "subject": complaint,
        "datacontenttype": "application/json",
        "data": {"note": "Sudah kami terima dan petugas segera menuju lokasi. Terima kasih."},
    }
    key = names.update_key("agency", agency, verb)
    return Outgoing(names.UPDATES, key, orjson.dumps(event), event_id, kind)


async def _drain(place: Place, messages: int) -> list[str]:
    async with place.program("cases").running() as case_consumer:
        watch = place.watch
        started, cpu = time.perf_counter(), await case_consumer.cpu()
        left = await watch.length(names.CASES_QUEUE)
        seconds = await watch.until(lambda: place.empty(names.CASES_QUEUE), started)
        cpu = await case_consumer.cpu() - cpu
        resident = case_consumer.most_resident()
    # What the start took is in neither figure.
    return [
        f"{messages:,}",
        f"{left / seconds:,.0f}/s",
        f"{cpu / left * 1e6:.0f} µs",
        f"{resident} MiB",
    ]


_MODES = {"beside": beside, "alone": alone, "updates": updates}
_HEADS = {
    "beside": "routed | cases | longest queue | when the intake is empty: queue"
    " | not yet kept, in hand included | router CPU | cases CPU | router RSS | cases RSS",
    "alone": "messages | handled | CPU | RSS",
    "updates": "messages | handled | CPU | RSS",
}


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--complaints", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--modes", nargs="+", choices=list(_MODES), default=list(_MODES))
    arguments.add_argument("--series", action="store_true")
    arguments.add_argument("--postgres", metavar="URL", help="an empty database")
    given = arguments.parse_args()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = await stack.enter_async_context(a_node(folder))
        connection = await stack.enter_async_context(await aio_pika.connect(url))
        channel = await connection.channel()
        for number in range(given.rounds):
            state = folder / f"state{number}"
            state.mkdir()
            store = await open_case_store(given.postgres or f"sqlite:///{state}/cases.sqlite3")
            for mode in given.modes:
                watch = Watch(channel, store)
                place = Place(url, state, given.postgres, watch)
                found = await _MODES[mode](place, given.complaints)
                load = f"load {os.getloadavg()[0]:.1f}"
                print(f"| {mode} {number + 1} | {_HEADS[mode]} |", flush=True)
                print(f"| {load} | {' | '.join(found)} |", flush=True)
                if given.series:
                    for seconds, cases, intake in watch.series[::4]:
                        print(f"    {seconds:6.1f} s: cases {cases:>7,}, intake {intake:>7,}")
                await emptied(url, names.CASES_QUEUE, names.TRIAGE_QUEUE, names.ROUTER_QUEUE)
            await store.close()


if __name__ == "__main__":
    uvloop.run(main())

"""The escalations at scale: very many open cases, very many rungs due at one moment.

Run: ``python -m bench.escalations [--postgres] [--open N ...] [--rungs N] [--seconds S]``. A
RabbitMQ node of its own with the shipped topology, ``pintu run cases`` beside ``pintu run
escalations``; the store is SQLite, or a PostgreSQL that is started for it. With each number of open
cases: start to ready; where there are enough, ``rungs`` that are long due, published and recorded;
then 100 due a second for so many seconds. What was fired is counted at the queue, rung by rung.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import uvloop

from bench.support.filling import Plan, fill, opened
from bench.support.node import a_node, emptied
from bench.support.program import Program
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.identifiers import tracking
from tests.support.due_cases import breached
from tests.support.postgres import OwnPostgres

_FIRED = "pintu_escalations_total"
_A_SECOND = 100
_REST = 10.0
"""Seconds in which nothing falls due."""
_AHEAD = 15.0
"""Seconds in which the cases that are to fall due are written."""


@dataclass(slots=True)
class Found:
    """Events in the queue of escalations."""

    ids: dict[tuple[str, str, int, str], set[str]] = field(default_factory=dict)
    """Of each rung."""
    fired: list[float] = field(default_factory=list)
    """Seconds from due to fired."""
    arrived: list[float] = field(default_factory=list)
    """Seconds from due to arrived, for who was listening."""
    events: int = 0

    def take(self, body: bytes) -> None:
        event = json.loads(body)
        data = event["data"]
        rung = data["complaint_id"], data["clock"], data["start"], data["rung"]
        self.ids.setdefault(rung, set()).add(event["id"])
        due, fired = (datetime.fromisoformat(data[name]) for name in ("due_at", "fired_at"))
        self.fired.append((fired - due).total_seconds())
        self.arrived.append((datetime.now(UTC) - due).total_seconds())
        self.events += 1

    def __str__(self) -> str:
        two = sum(len(ids) > 1 for ids in self.ids.values())
        twice = self.events - len(self.ids)
        return f"{len(self.ids):,} rungs, {twice} came twice, {two} under two ids"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def measure(url: str, store_url: str, many: int, given: argparse.Namespace) -> list[str]:
    """One row of the table."""
    rungs = given.rungs if many > given.rungs else 0
    now = datetime.now(UTC)
    days = [now - n * timedelta(days=1) for n in range(3)]
    say(f"{many:,} open: filling the store")
    started = time.perf_counter()
    soon = [(now - timedelta(minutes=1), rungs)] if rungs else []
    await asyncio.to_thread(fill, store_url, Plan(many, days, soon))
    say(f"{many:,} open: filled in {time.perf_counter() - started:.0f} s; starting")
    folder = Path(tempfile.mkdtemp(prefix="pintu-bench-", dir=given.folder))
    settings = {"DATABASE_URL": store_url}
    cases = Program("cases", url, folder / "state", **settings)
    escalations = Program("escalations", url, folder / "state", **settings)
    store = await open_case_store(store_url)
    row = [f"{many:,}"]
    try:
        async with cases.running(), escalations.running():
            row.append(f"{escalations.ready_in:.1f} s")
            row.append(await burst(url, escalations, store, rungs) if rungs else "-")
            say(f"{many:,} open: at rest for {_REST:.0f} s")
            row.append(f"{await at_rest(escalations) * 1000:.0f} ms")
            row += await trickle(url, escalations, store, given.seconds)
            row.append(f"{escalations.most_resident()} MiB, {cases.most_resident()} MiB")
    finally:
        await store.close()
    return row


async def burst(url: str, escalations: Program, store: CaseStore, rungs: int) -> str:
    """All of them are due. Those of the first look are not counted: it may see some fired."""
    while not (first := await escalations.value(_FIRED)):
        await asyncio.sleep(0.02)
    started, cpu, told, behind = time.perf_counter(), await escalations.cpu(), 0.0, 0.0
    while (done := await escalations.value(_FIRED)) < rungs:
        if (now := time.perf_counter()) > told + 5:
            told = now
            say(f"{done:,.0f} of {rungs:,} rungs, {(done - first) / (now - started):,.0f} a second")
        watermark = await store.watermark()
        if watermark is not None:
            behind = max(behind, (datetime.now(UTC) - watermark).total_seconds())
        await asyncio.sleep(0.2)
    seconds = time.perf_counter() - started
    cpu = (await escalations.cpu() - cpu) / (done - first) * 1e6
    found = Found()
    async with listening(url, found):
        await all_of(found, rungs)
    rate = (done - first) / seconds
    say(f"{found}; {rate:,.0f} a second, {cpu:.0f} µs of CPU each")
    say(f"meanwhile the cases were at most {behind:.1f} s behind in reading")
    await emptied(url, names.ESCALATIONS_QUEUE)
    return f"{rate:,.0f}/s, {cpu:.0f} µs"


async def at_rest(escalations: Program) -> float:
    """CPU seconds a second."""
    cpu = await escalations.cpu()
    await asyncio.sleep(_REST)
    return (await escalations.cpu() - cpu) / _REST


async def trickle(url: str, escalations: Program, store: CaseStore, seconds: int) -> list[str]:
    """A hundred due a second, one after the other."""
    number = seconds * _A_SECOND
    start = datetime.now(UTC) + timedelta(seconds=_AHEAD)
    moments = [start + n * timedelta(seconds=1 / _A_SECOND) for n in range(number)]
    say(f"writing {number:,} cases that are to fall due")
    found = Found()
    await write(store, moments)
    late = (datetime.now(UTC) - start).total_seconds()
    if late > 0:
        say(f"written {late:.1f} s too late: the figures are not good")
    async with listening(url, found):
        await asyncio.sleep(max(-late, 0))
        say(f"{_A_SECOND} fall due a second, for {seconds} s")
        cpu = await escalations.cpu()
        await all_of(found, number)
        cpu = (await escalations.cpu() - cpu) / seconds
    say(f"{found}")
    await emptied(url, names.ESCALATIONS_QUEUE)
    return [f"{cpu * 1000:.0f} ms", _spread(found.fired), _spread(found.arrived)]


def _spread(seconds: Sequence[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"{cuts[49]:.2f} s, {cuts[98]:.2f} s, {max(seconds):.2f} s"


async def write(store: CaseStore, moments: Sequence[datetime]) -> None:
    """A case for each moment, among the others."""
    first = opened(datetime.now(UTC) - timedelta(days=1), load_rules(None), load_clocks())
    for start in range(0, len(moments), 200):
        changes = []
        for moment in moments[start : start + 200]:
            complaint = uuid4()
            case = replace(first.case, complaint_id=complaint, tracking=tracking(complaint))
            changes.append(CaseChange(breached(case, moment), first.history, first.causes))
        async with store.transaction() as transaction:
            await transaction.save(changes)


@asynccontextmanager
async def listening(url: str, found: Found) -> AsyncIterator[None]:
    """Whoever notifies people: takes what comes, at once."""

    async def listen() -> None:
        async with RabbitBroker(url, name="bench").session(names.ESCALATIONS_QUEUE, 2000) as queue:
            while True:
                batch = await queue.take(1000)
                for message in batch:
                    found.take(message.body)
                await queue.acknowledge(batch)

    task = asyncio.create_task(listen())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def all_of(found: Found, number: int) -> None:
    while len(found.ids) < number:
        await asyncio.sleep(0.1)


@contextmanager
def a_store(folder: Path, postgres: bool) -> Iterator[str]:
    """An empty one; PostgreSQL as it is shipped, apart from the memory that it uses."""
    if not postgres:
        yield f"sqlite:///{folder}/cases-{uuid4().hex}.sqlite3"
        return
    with ExitStack() as stack:
        durable = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
        server = OwnPostgres(**durable)
        stack.callback(server.stop)
        yield server.database("bench")


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--open", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments.add_argument("--rungs", type=int, default=100_000)
    arguments.add_argument("--seconds", type=int, default=60)
    given = arguments.parse_args()
    print("| open | start to ready | rungs recorded, CPU each | CPU a second at rest |", end="")
    print(" with 100 due a second | due to fired: 50, 99, 100 of 100 | due to arrived |", end="")
    print(" most memory: escalations, cases |\n" + "| --- " * 8 + "|", flush=True)
    say(f"load {os.getloadavg()[0]:.1f}; a RabbitMQ node and its topology")
    with tempfile.TemporaryDirectory() as name:
        given.folder = name
        async with a_node(Path(name) / "rabbitmq") as url:
            for many in given.open:
                with a_store(Path(name), given.postgres) as store_url:
                    row = await measure(url, store_url, many, given)
                print(f"| {' | '.join(row)} |", flush=True)
                say(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    uvloop.run(main())

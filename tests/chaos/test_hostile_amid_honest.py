"""Hostile messages of every shape amid honest complaints: the honest ones are routed, the system
answers all the time, stays small, and nothing is lost.

`HOSTILE_SCALE=1` is 2,000 amid 20,000; without it a twentieth.
"""

import asyncio
import json
import os
import sqlite3
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from broker.amqp.session import RabbitBroker
from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas.identifiers import complaint_id
from tests.acceptance.program import Program
from tests.acceptance.test_memory import peak
from tests.chaos.hostile import chunks, is_update, shapes
from tests.chaos.load import depth, find_all
from tests.support.eventually import eventually_async
from tests.support.raw_publishing import raw_publishing

SCALE = float(os.environ.get("HOSTILE_SCALE", "0.05"))
HOSTILE = int(2_000 * SCALE)
HONEST = int(20_000 * SCALE)
SILENT = 2.0
"""Seconds between two answers of /livez."""
MOST = 400_000_000
"""Bytes of the largest resident set."""
_BATCH = 100

pytestmark = pytest.mark.timeout(60 + 1200 * SCALE)


class Pulse(threading.Thread):
    """Asks /livez all the time; ``longest``: seconds between two answers."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self.answers = 0
        self.over = threading.Event()
        self._url = f"{url}/livez"

    def run(self) -> None:
        last = time.monotonic()
        while not self.over.wait(0.05):
            try:
                with urllib.request.urlopen(self._url, timeout=10) as answer:
                    good = answer.status == 200
            except OSError:
                good = False
            now = time.monotonic()
            self.longest = max(self.longest, now - last)
            if good:
                last = now
                self.answers += 1


async def test_the_honest_are_served_and_nothing_is_lost(amqp_url: str, tmp_path: Path) -> None:
    program = await asyncio.to_thread(Program, "all", amqp_url, tmp_path)
    pulse = Pulse(program.url)
    try:
        pulse.start()
        hostile_complaints, updates = await _publish_all(amqp_url)
        complaints = HONEST + hostile_complaints
        patience = 60 + 600 * SCALE

        def all_have_an_end() -> bool:
            return _ended(program) >= complaints and _sum(program, "updates_total") >= updates

        await eventually_async(lambda: asyncio.to_thread(all_have_an_end), within=patience)
        await eventually_async(lambda: _all_read(amqp_url), within=patience)
        pulse.over.set()
        largest = peak(program)
        assert program.process.poll() is None
        numbers = f"peak {largest / 1e6:.0f} MB, /livez silent for {pulse.longest:.2f} s at most"
        print(f"\n{HOSTILE:,} hostile amid {HONEST:,}: {numbers}, {pulse.answers:,} answers")
        await asyncio.to_thread(program.stop)
    finally:
        pulse.over.set()
        program.kill()
    kept = _deferred(tmp_path)
    found = await find_all(amqp_url)
    honest = {_id("web", f"honest-{n}") for n in range(HONEST)}
    assert not honest - found.events.keys()
    routed = len(found.events.keys() - honest)
    print(f"hostile: {routed} routed, {found.parked} parked, {kept} updates kept")
    assert routed + found.parked + kept == hostile_complaints + updates
    assert pulse.longest < SILENT
    assert largest < MOST


async def _publish_all(url: str) -> tuple[int, int]:
    """Honest ones and hostile ones by turns; how many hostile complaints and updates there were."""
    kinds = shapes()
    updates = 0
    broker = RabbitBroker(url, name="honest")
    async with broker.publisher(names.INTAKE) as honest, raw_publishing(url, "hostile") as other:
        sent = 0
        for start in range(0, HONEST, _BATCH):
            until = min(start + _BATCH, HONEST)
            await honest.publish([_honest(n) for n in range(start, until)])
            while sent < HOSTILE * until // HONEST:
                name, shape = kinds[sent % len(kinds)]
                await other.write(chunks(shape(sent)))
                updates += is_update(name)
                sent += 1
            await other.round_trip()  # a round trip: they were taken
    return HOSTILE - updates, updates


def _honest(n: int) -> Outgoing:
    text = ("lampu jalan mati", "sampah menumpuk", "jalan rusak parah")[n % 3]
    body = json.dumps({"text": f"{text} di Rias", "location": {"village": "Rias"}}).encode()
    return Outgoing(names.INTAKE, "web", body, f"honest-{n}", "complaint", "application/json")


def _id(channel: str, message: str) -> str:
    return str(complaint_id(f"/channels/{channel}", message))


async def _all_read(url: str) -> bool:
    return await depth(url, names.CASES_QUEUE) <= 1  # a watermark may lie there


def _deferred(folder: Path) -> int:
    """Updates that still wait for their case."""
    with closing(sqlite3.connect(folder / "cases.sqlite3")) as store:
        [(number,)] = store.execute("select count(*) from case_aside")
        return int(number)


def _ended(program: Program) -> float:
    """Complaints that were routed, given to the desk or parked."""
    refused = _sum(program, "updates_total", 'outcome="refused"')
    kinds = ("complaints_routed_total", "complaints_triaged_total", "messages_parked_total")
    return sum(_sum(program, kind) for kind in kinds) - refused


def _sum(program: Program, name: str, wanted: str = "") -> float:
    """A counter over all its labels, or those that are wanted."""
    lines = program.get("/metrics")[1].splitlines()
    counted = [line for line in lines if line.startswith(f"pintu_{name}{{")]
    return sum(float(line.rpartition(" ")[2]) for line in counted if wanted in line)

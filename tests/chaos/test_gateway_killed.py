"""Requests while the program, RabbitMQ and PostgreSQL are killed in turn: every 202 is exactly one
complaint, and has its case.

`GATEWAY_REQUESTS`: how many; 5,000 on demand.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import aiohttp

from broker.messaging import names
from tests.acceptance.program import TOWN, Program, pintu
from tests.chaos.load import declare, depth, find_all
from tests.support.eventually import eventually_async
from tests.support.nodes import OwnRabbit
from tests.support.postgres import OwnPostgres

REQUESTS: Final = int(os.environ.get("GATEWAY_REQUESTS", "300"))
SEED: Final = int(os.environ.get("SEED", "11"))
AT_ONCE: Final = 20
KILLS: Final = 3 if REQUESTS < 1_000 else 9
"""`kill -9` of the program, of RabbitMQ and of the store in turn, spread over the requests."""


async def test_every_202_is_exactly_one_complaint(
    own_rabbitmq: OwnRabbit, own_postgres: OwnPostgres, tmp_path: Path
) -> None:
    url, state = own_rabbitmq.url, tmp_path / "state"
    await declare(url)
    for queue in (names.ROUTER_QUEUE, names.CASES_QUEUE, names.TRIAGE_QUEUE, "agency.dlh"):
        await asyncio.to_thread(own_rabbitmq.wait_until_saved, queue)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    store = {"DATABASE_URL": own_postgres.database("pintu")}
    settings = {
        "GATEWAY": address,
        "MANAGEMENT_URL": own_rabbitmq.management_url or "",
        **store,
    }
    own = {"STATE_DIR": str(state), "CONFIG_DIR": str(TOWN), **store}
    done = pintu("key", "add", "web", settings=own)
    assert done.returncode == 0, done.stderr
    key = done.stdout.decode().strip()
    program = await asyncio.to_thread(Program, "all", url, state, **settings)
    programs = [program]
    taken: dict[int, Taken] = {}
    door = f"http://{address}"
    began = time.monotonic()
    try:
        filing = asyncio.create_task(_file_all(door, key, taken))
        for number in range(1, KILLS + 1):
            await eventually_async(_more(taken, number * REQUESTS // (KILLS + 1)), within=240)
            if number % 3 == 1:
                programs[-1].kill()
                again = await asyncio.to_thread(Program, "all", url, state, **settings)
                programs.append(again)
                continue
            part = own_rabbitmq if number % 3 == 2 else own_postgres
            await asyncio.to_thread(part.kill)
            await eventually_async(lambda: programs[-1].get("/readyz")[0] == 503)
            await asyncio.to_thread(part.start)
        await filing
        took = time.monotonic() - began
        assert len({one.complaint for one in taken.values()}) == REQUESTS
        await eventually_async(lambda: _drained(url), within=120)
        await _every_one_has_its_case(door, key, taken)
        await asyncio.to_thread(programs[-1].stop)
    finally:
        for one in programs:
            one.kill()
    found = await find_all(url)
    assert found.events.keys() == {one.complaint for one in taken.values()}
    assert all(len(same) == 1 for same in found.events.values())
    assert found.parked == 0
    sys.stdout.write(
        f"\n{REQUESTS} requests by {AT_ONCE} clients, {KILLS} kills: {len(taken)} taken in within"
        f" {took:.0f} s after {sum(one.sent for one in taken.values())} attempts, lost 0,"
        f" {len(found.events)} complaints with a case each, {found.duplicates} events that came"
        " twice under one id\n"
    )


class Taken(NamedTuple):
    """What a 202 said, and how often its request had been sent."""

    complaint: str
    tracking: str
    sent: int


async def _drained(url: str) -> bool:
    return await depth(url, names.ROUTER_QUEUE) == 0


async def _every_one_has_its_case(door: str, key: str, taken: dict[int, Taken]) -> None:
    waiting = {one.tracking for one in taken.values()}

    async def all_seen() -> bool:
        headers = {"Authorization": f"Bearer {key}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            for tracking in sorted(waiting):
                async with session.get(f"{door}/v1/complaints/{tracking}") as answer:
                    if answer.status == 200:
                        waiting.discard(tracking)
        return not waiting

    await eventually_async(all_seen, within=240, saying="every complaint has its case")


async def _file_all(address: str, key: str, taken: dict[int, Taken]) -> None:
    """As a portal does: the same again, under its key, until it is taken in."""
    numbers = iter(range(REQUESTS))
    dice = Random(SEED)
    limit = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {key}"}, timeout=limit
    ) as session:

        async def one_after_the_other() -> None:
            for number in numbers:
                sent = 0
                while number not in taken:
                    sent += 1
                    with suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                        await _file(session, address, number, sent, taken)
                    await asyncio.sleep(0 if number in taken else dice.uniform(0.1, 0.4))

        await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def _file(
    session: aiohttp.ClientSession, address: str, number: int, sent: int, taken: dict[int, Taken]
) -> None:
    body = {"text": f"sampah menumpuk di Rias {number}"}
    headers = {"Idempotency-Key": f"killed-{number}"}
    async with session.post(f"{address}/v1/complaints", json=body, headers=headers) as answer:
        if answer.status == 202:
            told = await answer.json()
            taken[number] = Taken(told["complaint_id"], told["tracking"], sent)
        else:
            assert answer.status == 503, await answer.text()


def _more(taken: dict[int, Taken], than: int) -> Callable[[], bool]:
    return lambda: len(taken) >= than

"""Requests while the gateway and RabbitMQ are killed in turn: every 202 is exactly one complaint.

`GATEWAY_REQUESTS`: how many; 5,000 on demand.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

import aiohttp

from broker.messaging import names
from tests.acceptance.program import TOWN, Program, pintu
from tests.chaos.load import declare, depth, find_all
from tests.support.eventually import eventually_async
from tests.support.nodes import OwnRabbit

REQUESTS: Final = int(os.environ.get("GATEWAY_REQUESTS", "300"))
SEED: Final = int(os.environ.get("SEED", "11"))
AT_ONCE: Final = 20
KILLS: Final = 4
"""Of the program and of RabbitMQ in turn, spread over the requests."""


async def test_every_202_is_exactly_one_complaint(own_rabbitmq: OwnRabbit, tmp_path: Path) -> None:
    url, state = own_rabbitmq.url, tmp_path / "state"
    await declare(url)
    for queue in (names.ROUTER_QUEUE, names.CASES_QUEUE, names.TRIAGE_QUEUE, "agency.dlh"):
        await asyncio.to_thread(own_rabbitmq.wait_until_saved, queue)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    settings = {"GATEWAY": address, "MANAGEMENT_URL": own_rabbitmq.management_url or ""}
    done = pintu("key", "add", "web", settings={"STATE_DIR": str(state), "CONFIG_DIR": str(TOWN)})
    key = done.stdout.decode().strip()
    program = await asyncio.to_thread(Program, "all", url, state, **settings)
    programs = [program]
    taken: dict[int, str] = {}
    try:
        filing = asyncio.create_task(_file_all(f"http://{address}", key, taken))
        for number in range(1, KILLS + 1):
            await eventually_async(_more(taken, number * REQUESTS // (KILLS + 1)), within=240)
            if number % 2:
                programs[-1].kill()
                again = await asyncio.to_thread(Program, "all", url, state, **settings)
                programs.append(again)
            else:
                await asyncio.to_thread(own_rabbitmq.kill)
                await eventually_async(lambda: programs[-1].get("/readyz")[0] == 503)
                await asyncio.to_thread(own_rabbitmq.start)
        await filing
        assert len(set(taken.values())) == REQUESTS
        await eventually_async(lambda: _drained(url), within=120)
        await asyncio.to_thread(programs[-1].stop)
    finally:
        for one in programs:
            one.kill()
    found = await find_all(url)
    assert found.events.keys() == set(taken.values())
    assert all(len(same) == 1 for same in found.events.values())
    assert found.parked == 0


async def _drained(url: str) -> bool:
    return await depth(url, names.ROUTER_QUEUE) == 0


async def _file_all(address: str, key: str, taken: dict[int, str]) -> None:
    """As a portal does: the same again, under its key, until it is taken in."""
    numbers = iter(range(REQUESTS))
    dice = Random(SEED)
    limit = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {key}"}, timeout=limit
    ) as session:

        async def one_after_the_other() -> None:
            for number in numbers:
                while number not in taken:
                    with suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                        await _file(session, address, number, taken)
                    await asyncio.sleep(0 if number in taken else dice.uniform(0.1, 0.4))

        await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def _file(
    session: aiohttp.ClientSession, address: str, number: int, taken: dict[int, str]
) -> None:
    body = {"text": f"sampah menumpuk di Rias {number}"}
    headers = {"Idempotency-Key": f"killed-{number}"}
    async with session.post(f"{address}/v1/complaints", json=body, headers=headers) as answer:
        if answer.status == 202:
            taken[number] = (await answer.json())["complaint_id"]
        else:
            assert answer.status == 503, await answer.text()


def _more(taken: dict[int, str], than: int) -> Callable[[], bool]:
    return lambda: len(taken) >= than
